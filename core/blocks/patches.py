"""Patches: a picture becomes a sequence of its tiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Gap, Group, Shapes
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.rearrange import permute
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Patches(Block):
    """Square tiles of a picture, row by row, (height, width, channels) -> (tiles, size · size · channels)."""

    id: ClassVar[str] = "patches"
    title: ClassVar[Words] = Words("Patches", "图像分块")
    group: ClassVar[Group] = "sequence"
    help: ClassVar[Words] = Words(
        "Cuts the picture into square tiles, which become the steps of a sequence, from the top left to the bottom right: "
        "the way into a vision transformer (Dosovitskiy et al., 2020). Follow it by Dense, ClassToken and Positional "
        "Encoding. Small tiles make long sequences, and attention costs their square.",
        "把图像切成方块，从左上到右下依次成为序列的各步：视觉 Transformer（Dosovitskiy 等，2020）的入口。"
        "其后接全连接、分类标记与位置编码。块越小序列越长，而注意力的开销与长度的平方成正比。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("vit", "vision transformer", "tiles", "patch embedding", "分块", "切块")

    size: int = setting(
        4,
        Words("Size", "块大小"),
        Words("Height and width of a tile.", "每块的高与宽。"),
        ge=1,
        le=256,
        unit="px",
    )

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """From a picture to a sequence."""
        return (cls(),) if len(gap.have) == 3 else ()

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(height, width, channels) -> (tiles, size · size · channels)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        height, width, channels = x
        if height % self.size or width % self.size:
            raise ShapeError(
                Words(
                    f"Patches of {self.size}×{self.size} do not fill a picture of {height}×{width}. Choose a size that "
                    "divides both, or put ZeroPad2D or Crop2D before it.",
                    f"{self.size}×{self.size} 的块无法铺满 {height}×{width} 的图像。请选择能整除高与宽的大小，"
                    "或在其前加补零或裁剪模块。",
                ),
                ("zero_pad2d", "crop2d"),
            )
        return ((height * width // self.size**2, self.size**2 * channels),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Lines of x become lines of tiles."""
        x, size = b.x[0], self.size
        tiles = (x.shape[1] // size, x.shape[2] // size)
        return _swap(x, b.y[0], (tiles[0], size, tiles[1], size * x.shape[3]))

    def backward(self, b: Buffers) -> Calls:
        """Lines of tiles of dy become lines of dx."""
        dx, size = b.dx[0], self.size
        if dx is None:
            return ()
        tiles = (dx.shape[1] // size, dx.shape[2] // size)
        return _swap(b.dy[0], dx, (tiles[0], tiles[1], size, size * dx.shape[3]))

    def caption(self) -> str:
        """The size, such as 4×4."""
        return f"{self.size}×{self.size}"


def _swap(x: Array, y: Array, axes: tuple[int, int, int, int]) -> Calls:
    """y = x, seen with these four axes, with the middle two exchanged."""
    rows, (i, j, k, line) = len(x), axes
    return permute(x.reshape(rows, i, j, k, line), y.reshape(rows, i, k, j, line), (0, 2, 1, 3))


EXAMPLES: list[Example] = [
    (Patches(), ((8, 12, 3),)),
    (Patches(size=1), ((2, 3, 2),)),
    (Patches(size=3), ((3, 6, 1),)),
]
