"""Cropping of sequences: the ends are cut off."""

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
class Crop1D(Ends):
    """Steps cut off at the start and the end of a sequence, (time, features) -> (time - before - after, features)."""

    id: ClassVar[str] = "crop1d"
    title: ClassVar[Words] = Words("Crop1D", "一维裁剪")
    help: ClassVar[Words] = Words(
        "Cuts steps off the start and the end: so that a shortcut fits a convolution without padding, or to drop where a "
        "recurrent layer was still warming up. What is cut off gets no gradient.",
        "切去序列首尾的若干步：使捷径与无填充的卷积长度一致，或去掉循环层尚未稳定的开头。被切去的部分得不到梯度。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("cropping", "cut", "trim", "sequence", "裁切", "序列")
    stem: ClassVar[str] = "crop"

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (time - before - after, features)."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("reshape",))
        left = x[0] - self.before - self.after
        if left < 1:
            raise ShapeError(
                Words(
                    f"Crop1D would cut {self.before} + {self.after} off a sequence of {x[0]} steps. Cut off less.",
                    f"一维裁剪要从 {x[0]} 步的序列中切去 {self.before} + {self.after} 步。请减少裁剪量。",
                )
            )
        return ((left, x[1]),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the inner part of x."""
        return moved(b.x[0], b.y[0], -self.before)

    def backward(self, b: Buffers) -> Calls:
        """dx = dy later, 0 around it."""
        return moved(b.dy[0], b.dx[0], self.before) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [(Crop1D(), ((4, 3),)), (Crop1D(before=0, after=3), ((4, 1),))]
