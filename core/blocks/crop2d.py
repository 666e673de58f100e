"""Cropping: the edges of the picture are cut off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Gap, Level, Shapes
from core.blocks._edges import Edges
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.rearrange import shifted
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Crop2D(Edges):
    """Rows and columns cut off at the edges, (height, width, channels) -> a smaller one."""

    id: ClassVar[str] = "crop2d"
    title: ClassVar[Words] = Words("Crop2D", "裁剪")
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "Cuts rows and columns off the edges: so that a shortcut fits a convolution without padding, as in U-Net, or "
        "to drop a frame that says nothing. What is cut off gets no gradient.",
        "切去边缘的若干行列：使捷径与无填充的卷积尺寸一致（如 U-Net），或去掉无意义的边框。被切去的部分得不到梯度。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("cropping", "cut", "trim", "裁切", "剪裁")
    stem: ClassVar[str] = "crop"

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """The middle, as large as what is beside it."""
        return cls.around(gap, -1)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(height, width, channels) -> (height - top - bottom, width - left - right, channels)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        height, width = x[0] - self.top - self.bottom, x[1] - self.left - self.right
        if height < 1 or width < 1:
            raise ShapeError(
                Words(
                    f"Crop2D would leave {height}×{width} of a picture of {x[0]}×{x[1]}. Cut off less.",
                    f"裁剪后 {x[0]}×{x[1]} 的图像将只剩 {height}×{width}。请减少裁剪量。",
                )
            )
        return ((height, width, x[2]),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the inner part of x."""
        return shifted(b.x[0], b.y[0], -self.top, -self.left)

    def backward(self, b: Buffers) -> Calls:
        """dx = dy down and to the right, 0 around it."""
        return shifted(b.dy[0], b.dx[0], self.top, self.left) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [
    (Crop2D(), ((4, 3, 2),)),
    (Crop2D(top=0, bottom=2, left=1, right=0), ((5, 3, 1),)),
]
