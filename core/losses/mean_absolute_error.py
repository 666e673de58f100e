"""Mean absolute error: for numbers, of which some may be far off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels._jit import Kernel
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.loss_linear import absolute_error, clipped_difference
from core.losses._base import Array, Example
from core.losses._numbers import NumberLoss
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class MeanAbsoluteError(NumberLoss):
    """L = mean of |x - t| over the features; its slope at 0 is 0. Any shape."""

    id: ClassVar[str] = "mean_absolute_error"
    title: ClassVar[Words] = Words("Mean absolute error", "平均绝对误差")
    help: ClassVar[Words] = Words(
        "L = mean of |x − t|: for numbers where a few of the targets may be quite wrong; it finds the median and not "
        "the mean. Its slope is as steep near the goal as far from it, so let the learning rate fall towards the end.",
        "L = |x − t| 的平均值：用于预测数值，且少数目标可能严重偏离；它趋向中位数而非均值。接近目标时梯度并不变小，后期应降低学习率。",
    )
    error: ClassVar[Kernel] = absolute_error
    metric: ClassVar[str] = "mean_squared_error"
    metric_title: ClassVar[Words] = Words("Mean squared error", "均方误差")

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """The sign of x - t, over size."""
        return elementwise(clipped_difference, x, target, dx, numbers=(1 / x.size, 0.0))


EXAMPLES: list[Example] = [(MeanAbsoluteError(), (1,)), (MeanAbsoluteError(), (7,)), (MeanAbsoluteError(), (4, 4, 2))]
