"""Global max pooling: each channel becomes its largest number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Gap, Group, Shapes, Space
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.kernels.call import Argument, Calls
from core.kernels.matmul import NONE
from core.kernels.pool import Window, by_picture, max_pool_backward, max_pool_forward
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class GlobalMaxPool2D(Block):
    """The largest number of each channel over the whole picture, (height, width, channels) -> (channels,)."""

    id: ClassVar[str] = "global_max_pool2d"
    title: ClassVar[Words] = Words("GlobalMaxPool2D", "全局最大池化")
    group: ClassVar[Group] = "pooling"
    help: ClassVar[Words] = Words(
        "Each channel becomes its largest number over the whole picture: whether a feature is anywhere. Takes pictures "
        "of any size. Only one pixel of each channel gets the gradient, so it learns more slowly than the mean.",
        "每个通道取整幅图像中的最大值：判断某特征是否在任何位置出现。适用于任意尺寸的图像。每个通道只有一个像素得到梯度，"
        "因此比平均池化学得慢。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("gmp", "pooling", "maximum", "池化", "最大")
    stem: ClassVar[str] = "gmp"

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """From a picture to one number for each channel."""
        return (cls(),) if len(gap.have) == 3 else ()

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(height, width, channels) -> (channels,)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        return (x[2:],)

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Which pixel each largest number came from."""
        return {"which": Space((batch, 1, 1, ins[0][2]), "int32")}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the largest of each channel."""
        return _pool(max_pool_forward, b.x[0], b.y[0], b.scratch["which"], NONE)

    def backward(self, b: Buffers) -> Calls:
        """dy goes to the pixel where the largest number stood."""
        return _pool(max_pool_backward, b.dx[0], b.dy[0], b.scratch["which"]) if b.dx[0] is not None else ()


def _pool(kernel: Any, large: Array, small: Array, *more: Argument) -> Calls:
    """One window as large as the picture."""
    batch, height, width, channels = large.shape
    return by_picture(kernel, large, small.reshape(batch, 1, 1, channels), Window(height, width, 1), *more)


EXAMPLES: list[Example] = [(GlobalMaxPool2D(), ((4, 3, 2),)), (GlobalMaxPool2D(), ((1, 1, 5),))]
