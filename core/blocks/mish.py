"""Mish: x times the tanh of its softplus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import elementwise, mish_backward, mish_forward
from core.kernels.call import Calls
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class Mish(Block):
    """y = x tanh(ln(1 + e^x)) (Misra, 2019). Any shape."""

    id: ClassVar[str] = "mish"
    title: ClassVar[Words] = same("Mish")
    group: ClassVar[Group] = "activation"
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "y = x · tanh(ln(1 + e^x)): smooth like SiLU and a little steeper, known from YOLOv4. It is the dearest "
        "activation here: try ReLU first, and change only where it helps.",
        "y = x · tanh(ln(1 + e^x))：与 SiLU 一样平滑，稍陡一些，因 YOLOv4 而知名。它是这里计算量最大的激活函数：先试 ReLU，确有改善再换。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("activation", "激活")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x tanh(ln(1 + e^x))."""
        return elementwise(mish_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = dy (t + x (1 - t²) sigmoid(x)), with t the tanh."""
        return elementwise(mish_backward, b.x[0], b.dy[0], b.dx[0]) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [(Mish(), ((5,),)), (Mish(), ((4, 3, 2),))]
