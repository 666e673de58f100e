"""Zero padding: a black frame around the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Gap, Shapes
from core.blocks._edges import Edges
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.rearrange import shifted
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class ZeroPad2D(Edges):
    """Rows and columns of zeros around the picture, (height, width, channels) -> a larger one."""

    id: ClassVar[str] = "zero_pad2d"
    title: ClassVar[Words] = Words("ZeroPad2D", "补零")
    help: ClassVar[Words] = Words(
        "Zeros around the picture, as many rows and columns as are set: to reach a size that halves evenly, or to pad "
        "a convolution on some sides only. For even padding the setting of Conv2D does the same.",
        "在图像四周补零，行列数可分别设置：用于凑成便于减半的尺寸，或只在某几侧填充。四周均匀填充时，"
        "卷积层自带的填充设置即可。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("padding", "border", "frame", "填充", "边框")
    stem: ClassVar[str] = "pad"

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """A frame that makes it as large as what is beside it."""
        return cls.around(gap, 1)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(height, width, channels) -> (height + top + bottom, width + left + right, channels)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        return ((x[0] + self.top + self.bottom, x[1] + self.left + self.right, x[2]),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x down and to the right, 0 around it."""
        return shifted(b.x[0], b.y[0], self.top, self.left)

    def backward(self, b: Buffers) -> Calls:
        """dx = the inner part of dy."""
        return shifted(b.dy[0], b.dx[0], -self.top, -self.left) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [
    (ZeroPad2D(), ((4, 3, 2),)),
    (ZeroPad2D(top=0, bottom=2, left=3, right=0), ((2, 3, 1),)),
]
