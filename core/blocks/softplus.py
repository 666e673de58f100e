"""Softplus: a ReLU with its corner rounded off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import elementwise, softplus_backward, softplus_forward
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class Softplus(Block):
    """y = ln(1 + e^(beta x)) / beta (Dugas et al., 2001). Any shape."""

    id: ClassVar[str] = "softplus"
    title: ClassVar[Words] = same("Softplus")
    group: ClassVar[Group] = "activation"
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "y = ln(1 + e^(beta · x)) / beta: always above 0 and smooth, so it suits outputs that must be positive, such "
        "as a variance or a rate. Between hidden layers ReLU is cheaper and usually no worse.",
        "y = ln(1 + e^(beta · x)) / beta：恒为正且平滑，适合必须为正的输出，如方差或速率。在隐藏层之间 ReLU 更省计算，通常也不更差。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("smooth relu", "positive", "activation", "平滑", "激活")

    beta: float = setting(
        1.0,
        same("Beta"),
        Words("How sharp the corner is; very large: ReLU.", "拐角的陡峭程度；很大时接近 ReLU。"),
        gt=0,
        le=100,
        advanced=True,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = ln(1 + e^(beta x)) / beta."""
        return elementwise(softplus_forward, b.x[0], b.y[0], numbers=(self.beta,))

    def backward(self, b: Buffers) -> Calls:
        """dx = dy sigmoid(beta x)."""
        return (
            elementwise(softplus_backward, b.x[0], b.dy[0], b.dx[0], numbers=(self.beta,))
            if b.dx[0] is not None
            else ()
        )


EXAMPLES: list[Example] = [(Softplus(), ((5,),)), (Softplus(beta=3.0), ((4, 3, 2),))]
