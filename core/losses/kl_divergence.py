"""Kullback-Leibler divergence: for shares of several classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.errors import ShapeError
from core.kernels.activation import rowwise, softmax_forward, table
from core.kernels.call import Calls
from core.kernels.loss_shares import (
    kl_divergence,
    kl_divergence_backward,
    kl_divergence_of_probabilities,
    kl_divergence_of_probabilities_backward,
)
from core.kernels.merge import copy
from core.losses._base import Array, Example, Loss, Shape, Target, reads
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class KLDivergence(Loss):
    """L = Σ t (ln t - ln p), with p = softmax(x) where x are logits (Kullback & Leibler, 1951). Shapes (…, classes)."""

    id: ClassVar[str] = "kl_divergence"
    title: ClassVar[Words] = Words("KL divergence", "KL 散度")
    help: ClassVar[Words] = Words(
        "L = Σ t (ln t − ln p), with a share t for each class: for goals that are themselves distributions, such as the "
        "answers of a larger network or of several people. It applies the softmax itself. The shares of a row should "
        "add up to 1; for a single right class it equals cross-entropy.",
        "L = Σ t (ln t − ln p)，每个类别有一个占比 t：用于目标本身就是分布的情形，例如更大网络或多人给出的答案。"
        "它自带 Softmax。每行的占比之和应为 1；若只有一个正确类别，则等于交叉熵。",
    )
    target: ClassVar[Target] = "numbers"
    metric: ClassVar[str] = "accuracy"
    metric_title: ClassVar[Words] = Words("Accuracy", "准确率")

    reads: Literal["logits", "probabilities"] = reads()

    @property
    def logits(self) -> bool:
        """Whether x is scores before the softmax."""
        return self.reads == "logits"

    def check_shape(self, x: Shape) -> None:
        """Two or more classes on the last axis."""
        if x[-1] < 2:
            raise ShapeError(
                Words(
                    f"KL divergence needs a number for each of two or more classes, and this is {x}. Give the Dense block "
                    "before it as many units as there are classes.",
                    f"KL 散度需要两个或更多类别，每类一个数，现在是 {x}。请把前面全连接模块的单元数设为类别数。",
                ),
                ("dense",),
            )

    def target_shape(self, x: Shape) -> Shape:
        """As the output."""
        return x

    def predict(self, x: Array, y: Array) -> Calls:
        """The probability of each class."""
        if not self.logits:
            return copy(x, y)
        classes = x.shape[-1]
        return rowwise(softmax_forward, x.size // classes, classes, table(x, classes), table(y, classes))

    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Means over the places of each row."""
        by_place = (len(x), x[0].size // x.shape[-1], x.shape[-1])
        kernel = kl_divergence if self.logits else kl_divergence_of_probabilities
        return rowwise(kernel, len(x), x[0].size, x.reshape(by_place), target.reshape(by_place), measures)

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """(p - t) / places by logits; by probabilities, -t / p, over places."""
        classes = x.shape[-1]
        places = x.size // classes
        kernel = kl_divergence_backward if self.logits else kl_divergence_of_probabilities_backward
        arrays = (table(a, classes) for a in (y, target, dx))
        return rowwise(kernel, places, classes, *arrays, 1 / places)


EXAMPLES: list[Example] = [
    (KLDivergence(), (2,)),
    (KLDivergence(), (5, 3)),
    (KLDivergence(reads="probabilities"), (4, 3, 2)),
]
