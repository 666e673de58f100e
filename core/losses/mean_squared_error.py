"""Mean squared error: for numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels._jit import Kernel
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.loss import scaled_difference, squared_error
from core.losses._base import Array, Example
from core.losses._numbers import NumberLoss
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class MeanSquaredError(NumberLoss):
    """L = mean of (x - t)² over the features. Any shape."""

    id: ClassVar[str] = "mean_squared_error"
    title: ClassVar[Words] = Words("Mean squared error", "均方误差")
    help: ClassVar[Words] = Words(
        "L = mean of (x − t)²: for numbers, such as a price, a curve or the pixels of a picture. Not for classes: "
        "there cross-entropy learns faster.",
        "L = (x − t)² 的平均值：用于预测数值，如价格、曲线或图像像素。不要用于分类：交叉熵学得更快。",
    )
    error: ClassVar[Kernel] = squared_error
    metric: ClassVar[str] = "mean_absolute_error"
    metric_title: ClassVar[Words] = Words("Mean absolute error", "平均绝对误差")

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """2 (x - t) / size."""
        return elementwise(scaled_difference, x, target, dx, numbers=(2 / x.size,))


EXAMPLES: list[Example] = [(MeanSquaredError(), (1,)), (MeanSquaredError(), (7,)), (MeanSquaredError(), (4, 4, 2))]
