"""Binary cross-entropy: for yes or no, once or several times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.kernels.activation import elementwise, rowwise, sigmoid_forward, table
from core.kernels.call import Calls
from core.kernels.loss import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_of_probabilities,
    binary_cross_entropy_of_probabilities_backward,
)
from core.kernels.merge import copy
from core.losses._base import Array, Example, Loss, Shape, Target, reads, smoothing
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class BinaryCrossEntropy(Loss):
    """L = mean of -w t ln p - (1 - t) ln(1 - p), with p = sigmoid(x) where x are logits. Any shape.

    w is the weight of a yes; with smoothing e, t is t (1 - e) + e / 2.
    """

    id: ClassVar[str] = "binary_cross_entropy"
    title: ClassVar[Words] = Words("Binary cross-entropy", "二元交叉熵")
    help: ClassVar[Words] = Words(
        "L = −t ln p − (1 − t) ln(1 − p), with targets t of 0 or 1: for one yes or no, or several that do not exclude "
        "one another. It applies the sigmoid itself: with a Sigmoid block before it, set it to read probabilities.",
        "L = −t ln p − (1 − t) ln(1 − p)，目标 t 为 0 或 1：用于一个是非判断，或多个互不排斥的判断。它自带 Sigmoid："
        "若前面已有 Sigmoid 模块，请设为读取概率。",
    )
    target: ClassVar[Target] = "numbers"
    metric: ClassVar[str] = "accuracy"
    metric_title: ClassVar[Words] = Words("Accuracy", "准确率")

    reads: Literal["logits", "probabilities"] = reads()
    label_smoothing: float = smoothing()
    positive_weight: float = setting(
        1.0,
        Words("Weight of a yes", "正例权重"),
        Words(
            "How much a missed yes costs, against 1 for a missed no: more where a yes is rare.",
            "漏掉一个正例的代价（漏掉负例为 1）：正例稀少时可取更大的值。",
        ),
        ge=0,
        le=1e6,
        advanced=True,
    )

    @property
    def logits(self) -> bool:
        """Whether x is scores before the sigmoid."""
        return self.reads == "logits"

    def check_shape(self, x: Shape) -> None:
        """Any shape will do."""

    def target_shape(self, x: Shape) -> Shape:
        """As the output; the class 0 or 1 of a row is its only number."""
        return x

    def predict(self, x: Array, y: Array) -> Calls:
        """The probability of a yes."""
        return elementwise(sigmoid_forward, x, y) if self.logits else copy(x, y)

    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Means over the features of each row."""
        rows, features = len(x), x[0].size
        kernel = binary_cross_entropy if self.logits else binary_cross_entropy_of_probabilities
        given = (table(x, features), table(target, features), self.positive_weight, self.label_smoothing)
        return rowwise(kernel, rows, features, *given, measures)

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """(p - t) / size by logits where a yes weighs 1; by probabilities, that over p (1 - p)."""
        kernel = binary_cross_entropy_backward if self.logits else binary_cross_entropy_of_probabilities_backward
        return elementwise(kernel, y, target, dx, numbers=(self.positive_weight, self.label_smoothing, 1 / x.size))


EXAMPLES: list[Example] = [
    (BinaryCrossEntropy(), (1,)),
    (BinaryCrossEntropy(), (4, 4, 2)),
    (BinaryCrossEntropy(reads="probabilities"), (7,)),
    (BinaryCrossEntropy(label_smoothing=0.2, positive_weight=3.0), (7,)),
    (BinaryCrossEntropy(reads="probabilities", label_smoothing=0.2, positive_weight=0.5), (3, 4)),
]
