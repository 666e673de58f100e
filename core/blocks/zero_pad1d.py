"""Zero padding of sequences: silence before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Buffers, Example, Shapes
from core.blocks._ends import Ends, moved
from core.blocks._pool1d import not_a_sequence
from core.errors import ShapeError
from core.kernels.call import Calls
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class ZeroPad1D(Ends):
    """Steps of zeros before and after a sequence, (time, features) -> (before + time + after, features)."""

    id: ClassVar[str] = "zero_pad1d"
    title: ClassVar[Words] = Words("ZeroPad1D", "一维补零")
    help: ClassVar[Words] = Words(
        "Steps of zeros at the start and the end: to reach a length that halves evenly, or to pad a convolution on one side. "
        "For even padding the setting of Conv1D does the same.",
        "在序列首尾补零：用于凑成便于减半的长度，或只在一侧填充。两侧相同时，一维卷积自带的填充设置即可。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("padding", "sequence", "填充", "序列")
    stem: ClassVar[str] = "pad"

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (before + time + after, features)."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("reshape",))
        return ((self.before + x[0] + self.after, x[1]),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x later, 0 around it."""
        return moved(b.x[0], b.y[0], self.before)

    def backward(self, b: Buffers) -> Calls:
        """dx = the inner part of dy."""
        return moved(b.dy[0], b.dx[0], -self.before) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [(ZeroPad1D(), ((4, 3),)), (ZeroPad1D(before=0, after=3), ((1, 2),))]
