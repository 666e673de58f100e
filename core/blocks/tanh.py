"""Tanh: any number becomes one between -1 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import elementwise, tanh_backward, tanh_forward
from core.kernels.call import Calls
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class Tanh(Block):
    """Hyperbolic tangent, y = (e^x - e^-x) / (e^x + e^-x). Any shape."""

    id: ClassVar[str] = "tanh"
    title: ClassVar[Words] = same("Tanh")
    group: ClassVar[Group] = "activation"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "y = tanh x, between −1 and 1, and about x near 0: smooth, and centred on 0. Good for small networks; in deep "
        "ones it saturates, and gradients fade.",
        "y = tanh x，介于 −1 与 1 之间，在 0 附近约等于 x：平滑且以 0 为中心。适合小型网络；在深层网络中会饱和，"
        "使梯度消失。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("hyperbolic tangent", "activation", "双曲正切", "激活")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = tanh x."""
        return elementwise(tanh_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = dy (1 - y²)."""
        return elementwise(tanh_backward, b.y[0], b.dy[0], b.dx[0]) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [(Tanh(), ((5,),)), (Tanh(), ((4, 3, 2),))]
