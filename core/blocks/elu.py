"""ELU: what is negative bends towards a floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Shapes
from core.kernels.activation import elementwise, elu_backward, elu_forward
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class ELU(Block):
    """y = x where x > 0, else alpha (e^x - 1) (Clevert, Unterthiner & Hochreiter, 2015). Any shape."""

    id: ClassVar[str] = "elu"
    title: ClassVar[Words] = same("ELU")
    group: ClassVar[Group] = "activation"
    help: ClassVar[Words] = Words(
        "y = x for positive x, and alpha · (e^x − 1) for negative x: like ReLU, but it goes on below 0 and levels off "
        "at −alpha, so the mean of its outputs is nearer 0. Not where an output must be unbounded both ways.",
        "x 为正时 y = x，为负时 y = alpha · (e^x − 1)：与 ReLU 相似，但负半轴平滑地趋于 −alpha，输出均值更接近 0。"
        "不要用在正负两侧都需无界的输出之前。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("exponential linear unit", "activation", "指数线性单元", "激活")

    alpha: float = setting(
        1.0,
        same("Alpha"),
        Words("The floor: y falls to −alpha and no further.", "下界：y 最低趋于 −alpha。"),
        ge=0,
        le=10,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x where x > 0, else alpha (e^x - 1)."""
        return elementwise(elu_forward, b.x[0], b.y[0], numbers=(self.alpha, 1.0))

    def backward(self, b: Buffers) -> Calls:
        """dx = dy where y > 0, else dy (y + alpha)."""
        return (
            elementwise(elu_backward, b.y[0], b.dy[0], b.dx[0], numbers=(self.alpha, 1.0))
            if b.dx[0] is not None
            else ()
        )

    def caption(self) -> str:
        """The floor."""
        return f"α = {self.alpha:g}"


EXAMPLES: list[Example] = [(ELU(), ((5,),)), (ELU(alpha=0.3), ((4, 3, 2),))]
