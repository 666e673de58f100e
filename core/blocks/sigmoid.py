"""Sigmoid: any number becomes one between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import elementwise, sigmoid_backward, sigmoid_forward
from core.kernels.call import Calls
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Sigmoid(Block):
    """Logistic function, y = 1 / (1 + e^-x). Any shape."""

    id: ClassVar[str] = "sigmoid"
    title: ClassVar[Words] = Words("Sigmoid", "Sigmoid 函数")
    group: ClassVar[Group] = "activation"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "y = 1 / (1 + e^−x), between 0 and 1: a probability, or a gate. Between hidden layers of a deep network its "
        "slope, at most 1/4, makes gradients fade. Before an output with binary cross-entropy, set that output to "
        "read probabilities.",
        "y = 1 / (1 + e^−x)，介于 0 与 1 之间：可作概率或门控。用在深层网络的隐藏层之间时，其斜率不超过 1/4，"
        "会使梯度消失。若其后是二元交叉熵输出，请把该输出设为读取概率。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("logistic", "activation", "逻辑函数", "激活")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = 1 / (1 + e^-x)."""
        return elementwise(sigmoid_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = dy y (1 - y)."""
        return elementwise(sigmoid_backward, b.y[0], b.dy[0], b.dx[0]) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [(Sigmoid(), ((5,),)), (Sigmoid(), ((4, 3, 2),))]
