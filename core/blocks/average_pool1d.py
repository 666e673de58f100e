"""Average pooling over time: the mean of each window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Buffers, Example
from core.blocks._pool1d import Pool1D
from core.kernels.call import Calls
from core.kernels.pool import average_pool_backward, average_pool_forward, by_sequence
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class AveragePool1D(Pool1D):
    """The mean of each window of a sequence and feature, without the padding."""

    id: ClassVar[str] = "average_pool1d"
    title: ClassVar[Words] = Words("AveragePool1D", "一维平均池化")
    help: ClassVar[Words] = Words(
        "The mean of each window of steps: a smoother, shorter sequence. A window of 2 halves the length. What lies "
        "beyond the ends does not count in the mean. It blurs short peaks, which MaxPool1D keeps.",
        "取每个时间窗口的平均值：得到更平滑、更短的序列。窗口为 2 时长度减半。两端之外的填充不计入平均。短暂的峰值会被模糊，"
        "最大池化则能保留。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("pooling", "mean", "sequence", "moving average", "下采样", "池化", "均值")
    stem: ClassVar[str] = "pool"

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the mean of each window."""
        x, y = b.x[0], b.y[0]
        return by_sequence(average_pool_forward, x, y, self.window(x.shape[1]))

    def backward(self, b: Buffers) -> Calls:
        """dy is shared out evenly over its window."""
        dx, dy = b.dx[0], b.dy[0]
        return by_sequence(average_pool_backward, dx, dy, self.window(dx.shape[1])) if dx is not None else ()


EXAMPLES: list[Example] = [
    (AveragePool1D(), ((6, 3),)),
    (AveragePool1D(pool_size=3, stride=2, padding="same"), ((5, 2),)),
    (AveragePool1D(pool_size=2, stride=1), ((3, 1),)),
    (AveragePool1D(pool_size=3, stride=2, padding="explicit", pads=1, ceil_mode=True), ((6, 2),)),
]
