"""Flatten: a picture or a sequence becomes one row of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Gap, Group, Level, Shapes, elements
from core.kernels.call import Calls
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Flatten(Block):
    """The same numbers in the same order, (…) -> (count,)."""

    id: ClassVar[str] = "flatten"
    title: ClassVar[Words] = Words("Flatten", "展平")
    group: ClassVar[Group] = "shape"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "All numbers of a row in one line, channels last: (4, 4, 16) becomes (256,). Goes between convolutions and "
        "Dense. It gives up where in the picture a number was, so not before a convolution.",
        "把一行数据的所有数排成一列，通道在最后：(4, 4, 16) 变为 (256,)。放在卷积层与全连接层之间。"
        "展平后不再保留空间位置，因此不要放在卷积之前。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("vector", "拉平", "向量")
    view: ClassVar[bool] = True

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """From anything that is not flat."""
        return (cls(),) if len(gap.have) > 1 else ()

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(…) -> (count,)."""
        (x,) = ins
        return ((elements(x),),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Nothing: y lies where x lies."""
        return ()

    def backward(self, b: Buffers) -> Calls:
        """Nothing: dx lies where dy lies."""
        return ()


EXAMPLES: list[Example] = [(Flatten(), ((4, 3, 2),)), (Flatten(), ((5,),))]
