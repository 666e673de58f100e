"""Binary cross-entropy: for yes or no, once or several times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels.activation import elementwise, rowwise, sigmoid_forward, table
from core.kernels.call import Calls
from core.kernels.loss import (
    binary_cross_entropy,
    binary_cross_entropy_of_probabilities,
    binary_cross_entropy_of_probabilities_backward,
    scaled_difference,
)
from core.kernels.merge import copy
from core.losses._base import Array, Loss, Shape, Target
from core.words import Words


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """L = mean of -t ln p - (1 - t) ln(1 - p), with p = sigmoid(x) where x are logits. Any shape."""

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

    def check(self, x: Shape) -> None:
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
        return rowwise(kernel, rows, features, table(x, features), table(target, features), measures)

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """(p - t) / size by logits; by probabilities, that over p (1 - p)."""
        kernel = scaled_difference if self.logits else binary_cross_entropy_of_probabilities_backward
        return elementwise(kernel, y, target, dx, numbers=(1 / x.size,))
