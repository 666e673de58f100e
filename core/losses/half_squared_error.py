"""Half the squared error: the loss of the TensorFlow Playground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels._jit import Kernel
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.loss import half_squared_error, scaled_difference
from core.losses._base import Array, Example
from core.losses._numbers import NumberLoss
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class HalfSquaredError(NumberLoss):
    """L = mean of ½ (x - t)² over the features, with targets of -1 and +1. Any shape."""

    id: ClassVar[str] = "half_squared_error"
    title: ClassVar[Words] = Words("Half squared error", "半平方误差")
    help: ClassVar[Words] = Words(
        "L = mean of ½ (x − t)², for two classes written as −1 and +1, as in the TensorFlow Playground; its slope is "
        "simply x − t. End the network with Tanh, and not with Sigmoid, which never reaches −1.",
        "L = ½ (x − t)² 的平均值，用于以 −1 和 +1 表示的两个类别，与 TensorFlow Playground 相同；其导数就是 x − t。"
        "网络末端用 Tanh，不要用 Sigmoid：它达不到 −1。",
    )
    error: ClassVar[Kernel] = half_squared_error
    metric: ClassVar[str] = "accuracy"
    metric_title: ClassVar[Words] = Words("Accuracy", "准确率")

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """(x - t) / size."""
        return elementwise(scaled_difference, x, target, dx, numbers=(1 / x.size,))


EXAMPLES: list[Example] = [(HalfSquaredError(), (1,)), (HalfSquaredError(), (7,)), (HalfSquaredError(), (4, 4, 2))]
