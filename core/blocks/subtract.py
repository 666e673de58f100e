"""Subtract: the difference of its two inputs, number by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._alike import one_shape
from core.blocks._base import Block, Buffers, Example, Group, Shapes
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.merge import copy, scale, subtract
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Subtract(Block):
    """y = a - b, both of one shape."""

    id: ClassVar[str] = "subtract"
    title: ClassVar[Words] = Words("Subtract", "相减")
    group: ClassVar[Group] = "merge"
    help: ClassVar[Words] = Words(
        "y = a − b, number by number: what one branch has and the other has not, as in networks that compare two "
        "pictures. The order of the wires matters: the second is taken from the first.",
        "y = a − b，逐元素相减：得到两个分支之差，用于比较两幅图像的网络。连线的顺序很重要：从第一个输入中减去第二个。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("minus", "difference", "差", "减法")
    inputs: ClassVar[tuple[str, ...]] = ("a", "b")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """Equal shapes -> that shape."""
        return one_shape(self.title, ins)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = a - b."""
        return elementwise(subtract, *b.x, *b.y)

    def backward(self, b: Buffers) -> Calls:
        """da = dy, db = -dy."""
        (dy,), (da, db) = b.dy, b.dx
        return (
            *(copy(dy, da) if da is not None else ()),
            *(elementwise(scale, dy, db, numbers=(-1.0,)) if db is not None else ()),
        )


EXAMPLES: list[Example] = [(Subtract(), ((5,), (5,))), (Subtract(), ((2, 3, 2), (2, 3, 2)))]
