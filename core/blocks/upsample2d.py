"""Upsampling: a larger picture with as much in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Block, Buffers, Example, Gap, Group, Shapes
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.rearrange import repeated, repeats_gathered
from core.kernels.resize import enlarged, enlarged_gathered
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Upsample2D(Block):
    """Each pixel factor × factor times, or bilinear between their middles; (height, width, channels) -> a larger one."""

    id: ClassVar[str] = "upsample2d"
    title: ClassVar[Words] = Words("Upsample2D", "上采样")
    group: ClassVar[Group] = "shape"
    help: ClassVar[Words] = Words(
        "Each pixel becomes a square of equal pixels, or with 'bilinear' a smooth passage to its neighbours: the way back "
        "from pooling, in autoencoders and U-Net. It invents no detail: put a convolution after it.",
        "每个像素变为一块相同的像素；选“双线性”则在相邻像素间平滑过渡：池化的逆向步骤，用于自编码器与 U-Net。"
        "它不会产生新的细节，其后应接卷积层。",
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "nearest",
        "bilinear",
        "enlarge",
        "resize",
        "decoder",
        "最近邻",
        "双线性",
        "放大",
        "解码器",
    )
    stem: ClassVar[str] = "up"

    factor: int = setting(
        2,
        Words("Factor", "倍数"),
        Words("How many times as high and wide the picture becomes.", "图像的高与宽各放大多少倍。"),
        ge=1,
        le=16,
    )
    interpolation: Literal["nearest", "bilinear"] = setting(
        "nearest",
        Words("Between pixels", "插值"),
        Words("Squares, or a smooth passage.", "方块，或平滑过渡。"),
        choices={
            "nearest": Words("Nearest: squares", "最近邻：方块"),
            "bilinear": Words("Bilinear: smooth", "双线性：平滑"),
        },
    )

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """As much larger as what is beside it."""
        pictures = [x for x in gap.beside if len(x) == len(gap.have) == 3 and x[0] > gap.have[0]]
        return tuple(cls(factor=x[0] // gap.have[0]) for x in pictures)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(height, width, channels) -> (factor height, factor width, channels)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        return ((self.factor * x[0], self.factor * x[1], x[2]),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Each square of y = a pixel of x, or what lies between four."""
        if self.interpolation == "bilinear":
            return enlarged(b.x[0], b.y[0], self.factor)
        return repeated(b.x[0], b.y[0], self.factor, self.factor)

    def backward(self, b: Buffers) -> Calls:
        """dx = the sum of dy over the square, or by weight over what lies around."""
        if b.dx[0] is None:
            return ()
        if self.interpolation == "bilinear":
            return enlarged_gathered(b.dy[0], b.dx[0], self.factor)
        return repeats_gathered(b.dy[0], b.dx[0], self.factor, self.factor)

    def caption(self) -> str:
        """The factor, such as × 2."""
        return f"× {self.factor}"


EXAMPLES: list[Example] = [
    (Upsample2D(), ((2, 3, 2),)),
    (Upsample2D(factor=3), ((3, 1, 1),)),
    (Upsample2D(interpolation="bilinear"), ((2, 3, 2),)),
    (Upsample2D(interpolation="bilinear", factor=3), ((4, 1, 5),)),
]
