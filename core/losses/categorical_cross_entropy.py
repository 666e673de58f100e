"""Categorical cross-entropy: for one class out of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.errors import ShapeError
from core.kernels.activation import rowwise, softmax_forward, table
from core.kernels.call import Calls
from core.kernels.loss import (
    categorical_cross_entropy,
    categorical_cross_entropy_backward,
    categorical_cross_entropy_of_probabilities,
    categorical_cross_entropy_of_probabilities_backward,
)
from core.kernels.merge import copy
from core.losses._base import Array, Loss, Shape, Target
from core.words import Words


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """L = -ln p[t], with p = softmax(x) where x are logits. Shapes (classes,) or (time, classes)."""

    id: ClassVar[str] = "categorical_cross_entropy"
    title: ClassVar[Words] = Words("Categorical cross-entropy", "分类交叉熵")
    help: ClassVar[Words] = Words(
        "L = −ln p of the right class: for one class out of several, with one number for each class. It applies the "
        "softmax itself: with a Softmax block before it, set it to read probabilities.",
        "L = −ln p，p 为正确类别的概率：用于从多个类别中选一个，每个类别对应一个数。它自带 Softmax：若前面已有 "
        "Softmax 模块，请设为读取概率。",
    )
    target: ClassVar[Target] = "class"
    metric: ClassVar[str] = "accuracy"
    metric_title: ClassVar[Words] = Words("Accuracy", "准确率")

    def check(self, x: Shape) -> None:
        """One row of two or more classes, or one such row a step."""
        if len(x) > 2:
            raise ShapeError(
                Words(
                    f"Categorical cross-entropy takes (classes,) or (time, classes), and this is {x}. Put a Flatten "
                    "and a Dense block with one unit for each class before it.",
                    f"分类交叉熵的输入应为 (类别数,) 或 (时间, 类别数)，现在是 {x}。"
                    "请在前面加展平模块和单元数等于类别数的全连接模块。",
                ),
                ("flatten", "global_average_pool2d"),
            )
        if x[-1] < 2:
            raise ShapeError(
                Words(
                    f"Categorical cross-entropy needs a number for each of two or more classes, and this is {x}. Give "
                    "the Dense block before it as many units as there are classes, or choose binary cross-entropy.",
                    f"分类交叉熵需要两个或更多类别，每类一个数，现在是 {x}。请把前面全连接模块的单元数设为类别数，"
                    "或改用二元交叉熵。",
                ),
                ("dense",),
            )

    def target_shape(self, x: Shape) -> Shape:
        """(classes,) -> (); (time, classes) -> (time,)."""
        return x[:-1]

    def predict(self, x: Array, y: Array) -> Calls:
        """The probability of each class."""
        if not self.logits:
            return copy(x, y)
        classes = x.shape[-1]
        return rowwise(softmax_forward, x.size // classes, classes, table(x, classes), table(y, classes))

    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Means over the steps of each row."""
        rows, classes = len(x), x.shape[-1]
        by_step = (rows, x[0].size // classes, classes)
        given = (x.reshape(by_step), y.reshape(by_step)) if self.logits else (x.reshape(by_step),)
        kernel = categorical_cross_entropy if self.logits else categorical_cross_entropy_of_probabilities
        return rowwise(kernel, rows, x[0].size, *given, target.reshape(by_step[:2]), measures)

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """(p - 1 at the target) / steps by logits; by probabilities, -1 / p at the target, over steps."""
        classes = x.shape[-1]
        steps = x.size // classes
        kernel = (
            categorical_cross_entropy_backward if self.logits else categorical_cross_entropy_of_probabilities_backward
        )
        return rowwise(kernel, steps, classes, table(y, classes), target.reshape(-1), table(dx, classes), 1 / steps)
