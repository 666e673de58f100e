"""SELU: an ELU whose outputs keep a mean of 0 and a variance of 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import elementwise, elu_backward, elu_forward
from core.kernels.call import Calls
from core.words import Words, same

ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805  # the fixed point of mean 0 and variance 1


@dataclass(frozen=True, kw_only=True)
class SELU(Block):
    """y = scale x where x > 0, else scale alpha (e^x - 1), both constants fixed (Klambauer et al., 2017). Any shape."""

    id: ClassVar[str] = "selu"
    title: ClassVar[Words] = same("SELU")
    group: ClassVar[Group] = "activation"
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "An ELU with constants such that outputs drift towards mean 0 and variance 1 from block to block: deep "
        "networks of Dense blocks learn without normalisation. It needs LeCun's initial weights, and ordinary dropout "
        "upsets it.",
        "常数经过选定的 ELU：逐层使输出趋于均值 0、方差 1，深的全连接网络无需归一化也能训练。需配合 LeCun 初始化，普通的随机失活会破坏这一性质。",
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "self-normalising",
        "scaled exponential linear unit",
        "activation",
        "自归一化",
        "激活",
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = scale x where x > 0, else scale alpha (e^x - 1)."""
        return elementwise(elu_forward, b.x[0], b.y[0], numbers=(ALPHA, SCALE))

    def backward(self, b: Buffers) -> Calls:
        """dx = scale dy where y > 0, else dy (y + scale alpha)."""
        return (
            elementwise(elu_backward, b.y[0], b.dy[0], b.dx[0], numbers=(ALPHA, SCALE)) if b.dx[0] is not None else ()
        )


EXAMPLES: list[Example] = [(SELU(), ((5,),)), (SELU(), ((4, 3, 2),))]
