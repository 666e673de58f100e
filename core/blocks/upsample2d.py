"""Upsampling: each pixel becomes a square of equal pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Shapes
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.rearrange import repeated, repeats_gathered
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Upsample2D(Block):
    """Each pixel, factor × factor times (nearest neighbour); (height, width, channels) -> a larger one."""

    id: ClassVar[str] = "upsample2d"
    title: ClassVar[Words] = Words("Upsample2D", "上采样")
    group: ClassVar[Group] = "shape"
    help: ClassVar[Words] = Words(
        "Each pixel becomes a square of equal pixels: the way back from pooling, in autoencoders and U-Net. It "
        "invents no detail: a convolution after it smooths the squares.",
        "每个像素变为一块相同的像素：池化的逆向步骤，用于自编码器与 U-Net。它不会产生新的细节，其后的卷积层可使方块变平滑。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("nearest", "enlarge", "resize", "decoder", "最近邻", "放大", "解码器")
    stem: ClassVar[str] = "up"

    factor: int = setting(
        2,
        Words("Factor", "倍数"),
        Words("How many times as high and wide the picture becomes.", "图像的高与宽各放大多少倍。"),
        ge=1,
        le=16,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(height, width, channels) -> (factor height, factor width, channels)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        return ((self.factor * x[0], self.factor * x[1], x[2]),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Each square of y = a pixel of x."""
        return repeated(b.x[0], b.y[0], self.factor, self.factor)

    def backward(self, b: Buffers) -> Calls:
        """dx = the sum of dy over the square."""
        return repeats_gathered(b.dy[0], b.dx[0], self.factor, self.factor) if b.dx[0] is not None else ()

    def caption(self) -> str:
        """The factor, such as × 2."""
        return f"× {self.factor}"


EXAMPLES: list[Example] = [(Upsample2D(), ((2, 3, 2),)), (Upsample2D(factor=3), ((3, 1, 1),))]
