"""Leaky ReLU: what is negative becomes small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Shapes
from core.kernels.activation import elementwise, leaky_relu_backward, leaky_relu_forward
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class LeakyReLU(Block):
    """y = x where x > 0, else slope x (Maas, Hannun & Ng, 2013). Any shape."""

    id: ClassVar[str] = "leaky_relu"
    title: ClassVar[Words] = Words("Leaky ReLU", "带泄漏的 ReLU")
    group: ClassVar[Group] = "activation"
    help: ClassVar[Words] = Words(
        "y = x for positive x, and slope · x for negative x: like ReLU, but a unit that is negative for all data "
        "still learns. A slope of 1 would make it no activation at all.",
        "x 为正时 y = x，为负时 y = slope · x：与 ReLU 相似，但对所有数据都为负的单元仍能学习。斜率为 1 "
        "时就不再是激活函数。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("lrelu", "prelu", "activation", "泄漏", "激活")

    slope: float = setting(
        0.01,
        Words("Slope", "负半轴斜率"),
        Words("The slope where x is negative.", "x 为负时的斜率。"),
        ge=0,
        le=1,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x where x > 0, else slope x."""
        return elementwise(leaky_relu_forward, b.x[0], b.y[0], numbers=(self.slope,))

    def backward(self, b: Buffers) -> Calls:
        """dx = dy where y > 0, else slope dy."""
        return (
            elementwise(leaky_relu_backward, b.y[0], b.dy[0], b.dx[0], numbers=(self.slope,))
            if b.dx[0] is not None
            else ()
        )

    def caption(self) -> str:
        """The slope."""
        return f"{self.slope:g}"


EXAMPLES: list[Example] = [(LeakyReLU(), ((5,),)), (LeakyReLU(slope=0.3), ((4, 3, 2),))]
