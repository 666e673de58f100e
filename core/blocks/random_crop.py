"""Random crop: a window of the picture, somewhere else each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._augmentation import Augmentation
from core.blocks._base import Array, Example, Shapes
from core.blocks._conv2d import pair
from core.errors import ShapeError
from core.kernels.activation import rowwise
from core.kernels.augment import drift
from core.kernels.call import Calls
from core.kernels.rearrange import shifted
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class RandomCrop(Augmentation):
    """A window of the padded picture at a random place while training, in its middle in use. (height, width, channels)."""

    id: ClassVar[str] = "random_crop"
    title: ClassVar[Words] = Words("Random Crop", "随机裁剪")
    help: ClassVar[Words] = Words(
        "While training, zeros are put around each picture and a window is cut out anywhere; in use, in the middle. With "
        "the size of the picture and 4 zeros, the usual augmentation of ResNets on 32×32 pictures. The network after "
        "it sees the size of the window; too small a window misses the object.",
        "训练时在图像四周补零，再从任意位置截取一个窗口；使用时取正中。窗口与图像同大、补 4 圈零，"
        "是 ResNet 在 32×32 图像上的常用增强。其后的网络看到的是窗口大小；窗口太小会漏掉物体。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("cut", "window", "augmentation", "截取", "数据增强")
    stem: ClassVar[str] = "crop"

    size: tuple[int, ...] = setting(
        (32,),
        Words("Size", "窗口大小"),
        Words("Height and width of the window; one number for a square.", "窗口的高和宽；正方形只写一个数。"),
        ge=1,
        le=4096,
        longest=2,
        unit="px",
    )
    pads: int = setting(
        4, Words("Zeros", "补零"), Words("How many zeros go around the picture first.", "先在四周补多少圈零。"),
        ge=0, le=256, unit="px",
    )  # fmt: skip

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(height, width, channels) -> (size, size, channels)."""
        (x,) = super().out_shapes(ins)
        (height, width), room = pair(self.size), 2 * self.pads
        if height > x[0] + room or width > x[1] + room:
            raise ShapeError(
                Words(
                    f"A window of {height}×{width} does not fit into a picture of {x[0]}×{x[1]} with {self.pads} zeros "
                    "around it. Choose a smaller size, or more zeros.",
                    f"{height}×{width} 的窗口放不进四周补 {self.pads} 圈零的 {x[0]}×{x[1]} 图像。请减小窗口，或增加补零。",
                )
            )
        return ((height, width, x[2]),)

    def change(self, x: Array, y: Array, clock: Array) -> Calls:
        """y = a window of x."""
        return self._drift(x, y, clock, (x.shape[1] - y.shape[1], x.shape[2] - y.shape[2]), 1)

    def carry_back(self, dy: Array, dx: Array, clock: Array) -> Calls:
        """dx = dy where the window was, 0 elsewhere."""
        return self._drift(dy, dx, clock, (dx.shape[1] - dy.shape[1], dx.shape[2] - dy.shape[2]), -1)

    def leave(self, x: Array, y: Array) -> Calls:
        """y = the middle of x."""
        return shifted(x, y, (y.shape[1] - x.shape[1]) // 2, (y.shape[2] - x.shape[2]) // 2)

    def _drift(self, x: Array, y: Array, clock: Array, free: tuple[int, int], way: int) -> Calls:
        places = (free[0] + 2 * self.pads, free[1] + 2 * self.pads)
        return rowwise(drift, len(y), y[0].size, x, y, clock, -self.pads, -self.pads, *places, way)

    def caption(self) -> str:
        """The window, such as 32×32."""
        return "×".join(map(str, pair(self.size)))


EXAMPLES: list[Example] = [
    (RandomCrop(size=(3,), pads=0), ((5, 6, 2),)),
    (RandomCrop(size=(5, 4), pads=2), ((5, 4, 1),)),
    (RandomCrop(size=(2, 4), pads=1), ((1, 2, 3),)),
]
