"""Cutout: a square of the picture is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._augmentation import Augmentation
from core.blocks._base import Array, Example
from core.kernels.activation import rowwise
from core.kernels.augment import cut_out
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Cutout(Augmentation):
    """A square of zeros anywhere in the picture, while training (DeVries & Taylor, 2017). (height, width, channels)."""

    id: ClassVar[str] = "cutout"
    title: ClassVar[Words] = Words("Cutout", "随机遮挡")
    help: ClassVar[Words] = Words(
        "While training, a square of each picture becomes 0; its middle is any pixel, so it may reach over the edge. In use "
        "the picture passes unchanged. The network learns to look at all of an object, not at one telling part. Half "
        "the width of the picture is much; a square as large as the object hides it.",
        "训练时每张图像中有一个方块变为 0；方块中心可为任意像素，因此可能超出边缘。使用时原样通过。"
        "网络由此学会看整个物体，而不只是某个显眼的局部。边长达到图宽一半已很大；与物体同大则会把它完全遮住。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("random erasing", "mask", "occlusion", "augmentation", "擦除", "数据增强")

    size: int = setting(
        8,
        Words("Size", "方块大小"),
        Words("Height and width of the square.", "方块的高与宽。"),
        ge=1,
        le=1024,
        unit="px",
    )

    def change(self, x: Array, y: Array, clock: Array) -> Calls:
        """y = x, 0 in the square."""
        return rowwise(cut_out, len(x), x[0].size, x, y, clock, self.size)

    def caption(self) -> str:
        """The square, such as 8×8."""
        return f"{self.size}×{self.size}"


EXAMPLES: list[Example] = [(Cutout(size=3), ((6, 5, 2),)), (Cutout(size=2), ((4, 3, 1),)), (Cutout(), ((1, 1, 3),))]
