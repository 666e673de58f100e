"""Average pooling: the mean of each window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Buffers, Example, Level
from core.blocks._pool2d import Pool2D
from core.kernels.call import Calls
from core.kernels.pool import average_pool_backward, average_pool_forward, by_picture
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class AveragePool2D(Pool2D):
    """The mean of each window and channel (the subsampling of LeCun et al., 1989), without the padding."""

    id: ClassVar[str] = "average_pool2d"
    title: ClassVar[Words] = Words("AveragePool2D", "平均池化")
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "The mean of each window: a smoother, smaller picture. A window of 2 halves the height and width. What lies "
        "beyond the edge does not count in the mean. It blurs thin features, which MaxPool2D keeps.",
        "取每个窗口的平均值：得到更平滑、更小的图像。窗口为 2 时高宽减半。边缘之外的填充不计入平均。细小特征会被模糊，"
        "最大池化则能保留。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("pooling", "mean", "downsample", "下采样", "池化", "均值")
    stem: ClassVar[str] = "pool"

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the mean of each window."""
        x, y = b.x[0], b.y[0]
        return by_picture(average_pool_forward, x, y, self.window(x.shape[1:]))

    def backward(self, b: Buffers) -> Calls:
        """dy is shared out evenly over its window."""
        dx, dy = b.dx[0], b.dy[0]
        return by_picture(average_pool_backward, dx, dy, self.window(dx.shape[1:])) if dx is not None else ()


EXAMPLES: list[Example] = [
    (AveragePool2D(), ((4, 6, 3),)),
    (AveragePool2D(pool_size=3, stride=2, padding="same"), ((5, 4, 2),)),
    (AveragePool2D(pool_size=2, stride=1), ((3, 3, 1),)),
    (AveragePool2D(pool_size=3, stride=2, padding="explicit", pads=1), ((6, 5, 2),)),
    (AveragePool2D(pool_size=3, stride=2, ceil_mode=True), ((6, 5, 2),)),
    (AveragePool2D(pool_size=1, stride=3), ((1, 5, 2),)),
]
