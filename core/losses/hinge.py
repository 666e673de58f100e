"""Hinge loss: a margin between two classes, as support vector machines have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels._jit import Kernel
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.loss_linear import hinge, hinge_backward
from core.losses._base import Array, Example
from core.losses._numbers import NumberLoss
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Hinge(NumberLoss):
    """L = mean of max(0, 1 - t x) over the features, with targets of -1 and +1 (Cortes & Vapnik, 1995). Any shape."""

    id: ClassVar[str] = "hinge"
    title: ClassVar[Words] = Words("Hinge loss", "合页损失")
    help: ClassVar[Words] = Words(
        "L = mean of max(0, 1 − t x), for two classes written as −1 and +1: what is right by a margin of 1 costs "
        "nothing more, as in support vector machines. End the network with Dense alone; targets of 0 and 1 would teach "
        "it nothing about 0.",
        "L = max(0, 1 − t x) 的平均值，用于以 −1 和 +1 表示的两个类别：正确且间隔超过 1 时不再有损失，"
        "与支持向量机相同。网络以全连接层结尾即可；若目标为 0 和 1，则 0 类学不到任何东西。",
    )
    error: ClassVar[Kernel] = hinge
    metric: ClassVar[str] = "accuracy"
    metric_title: ClassVar[Words] = Words("Accuracy", "准确率")

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """-t where t x < 1, else 0, over size."""
        return elementwise(hinge_backward, x, target, dx, numbers=(1 / x.size,))


EXAMPLES: list[Example] = [(Hinge(), (1,)), (Hinge(), (7,)), (Hinge(), (4, 4, 2))]
