"""Mean absolute error: for numbers, of which some may be far off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels.activation import elementwise, rowwise, table
from core.kernels.call import Calls
from core.kernels.loss_linear import absolute_error, clipped_difference
from core.kernels.merge import copy
from core.losses._base import Array, Example, Loss, Shape, Target
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class MeanAbsoluteError(Loss):
    """L = mean of |x - t| over the features; its slope at 0 is 0. Any shape."""

    id: ClassVar[str] = "mean_absolute_error"
    title: ClassVar[Words] = Words("Mean absolute error", "平均绝对误差")
    help: ClassVar[Words] = Words(
        "L = mean of |x − t|: for numbers where a few of the targets may be quite wrong; it finds the median and not "
        "the mean. Its slope is as steep near the goal as far from it, so let the learning rate fall towards the end.",
        "L = |x − t| 的平均值：用于预测数值，且少数目标可能严重偏离；它趋向中位数而非均值。接近目标时梯度并不变小，后期应降低学习率。",
    )
    target: ClassVar[Target] = "numbers"
    metric: ClassVar[str] = "mean_squared_error"
    metric_title: ClassVar[Words] = Words("Mean squared error", "均方误差")

    def check_shape(self, x: Shape) -> None:
        """Any shape will do."""

    def target_shape(self, x: Shape) -> Shape:
        """As the output."""
        return x

    def predict(self, x: Array, y: Array) -> Calls:
        """Y = x."""
        return copy(x, y)

    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Means over the features of each row."""
        rows, features = len(x), x[0].size
        return rowwise(absolute_error, rows, features, table(x, features), table(target, features), measures)

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """The sign of x - t, over size."""
        return elementwise(clipped_difference, x, target, dx, numbers=(1 / x.size, 0.0))


EXAMPLES: list[Example] = [(MeanAbsoluteError(), (1,)), (MeanAbsoluteError(), (7,)), (MeanAbsoluteError(), (4, 4, 2))]
