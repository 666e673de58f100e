"""Global average pooling: each channel becomes its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Gap, Group, Level, Shapes
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.pool import Window, average_pool_backward, average_pool_forward, by_picture
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class GlobalAveragePool2D(Block):
    """The mean of each channel over the whole picture, (height, width, channels) -> (channels,) (Lin et al., 2013)."""

    id: ClassVar[str] = "global_average_pool2d"
    title: ClassVar[Words] = Words("GlobalAveragePool2D", "全局平均池化")
    group: ClassVar[Group] = "pooling"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "Each channel becomes its mean over the whole picture. In the place of Flatten before the last Dense it saves "
        "most weights and takes pictures of any size; it forgets where things were.",
        "每个通道取整幅图像的平均值。代替最后一个全连接层之前的展平，可省去大部分权重，并适用于任意尺寸的图像；但不保留位置信息。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("gap", "pooling", "mean", "池化", "均值")
    stem: ClassVar[str] = "gap"

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

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the mean of each channel."""
        return _pool(average_pool_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dy is shared out evenly over the picture."""
        return _pool(average_pool_backward, b.dx[0], b.dy[0]) if b.dx[0] is not None else ()


def _pool(kernel: Any, large: Array, small: Array) -> Calls:
    """One window as large as the picture."""
    batch, height, width, channels = large.shape
    return by_picture(kernel, large, small.reshape(batch, 1, 1, channels), Window(height, width, 1))


EXAMPLES: list[Example] = [(GlobalAveragePool2D(), ((4, 3, 2),)), (GlobalAveragePool2D(), ((1, 1, 5),))]
