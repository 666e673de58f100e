"""Mean squared error: for numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels.activation import elementwise, rowwise, table
from core.kernels.call import Calls
from core.kernels.loss import scaled_difference, squared_error
from core.kernels.merge import copy
from core.losses._base import Array, Example, Loss, Shape, Target
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class MeanSquaredError(Loss):
    """L = mean of (x - t)² over the features. Any shape."""

    id: ClassVar[str] = "mean_squared_error"
    title: ClassVar[Words] = Words("Mean squared error", "均方误差")
    help: ClassVar[Words] = Words(
        "L = mean of (x − t)²: for numbers, such as a price, a curve or the pixels of a picture. Not for classes: "
        "there cross-entropy learns faster.",
        "L = (x − t)² 的平均值：用于预测数值，如价格、曲线或图像像素。不要用于分类：交叉熵学得更快。",
    )
    target: ClassVar[Target] = "numbers"
    metric: ClassVar[str] = "mean_absolute_error"
    metric_title: ClassVar[Words] = Words("Mean absolute error", "平均绝对误差")

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
        return rowwise(squared_error, rows, features, table(x, features), table(target, features), measures)

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """2 (x - t) / size."""
        return elementwise(scaled_difference, x, target, dx, numbers=(2 / x.size,))


EXAMPLES: list[Example] = [(MeanSquaredError(), (1,)), (MeanSquaredError(), (7,)), (MeanSquaredError(), (4, 4, 2))]
