"""Global average pooling over time: each feature becomes its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Buffers, Example
from core.blocks._pool_steps import PoolSteps
from core.kernels.call import Calls
from core.kernels.mask import mean_over_steps, mean_over_steps_slopes
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class GlobalAveragePool1D(PoolSteps):
    """The mean of each feature over all steps, (time, features) -> (features,)."""

    id: ClassVar[str] = "global_average_pool1d"
    title: ClassVar[Words] = Words("GlobalAveragePool1D", "一维全局平均池化")
    help: ClassVar[Words] = Words(
        "Each feature becomes its mean over all steps: from a sequence to one row, for example after Embedding or "
        "attention and before the last Dense. It forgets the order of the steps. Where sequences end in padding, wire a mask.",
        "每个特征取所有时间步的平均值：把序列变为一行，例如放在嵌入或注意力之后、最后一个全连接层之前。"
        "它不保留各步的先后顺序。若序列末尾有填充，请连接掩码。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("gap", "pooling", "mean", "sequence", "池化", "均值", "序列")
    stem: ClassVar[str] = "gap"

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the mean of each feature, over the steps that count."""
        return mean_over_steps(b.x[0], self.mask(b), b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dy is shared out evenly over the steps that count."""
        return mean_over_steps_slopes(b.dy[0], self.mask(b), b.dx[0]) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [
    (GlobalAveragePool1D(), ((4, 3),)),
    (GlobalAveragePool1D(), ((1, 5),)),
    (GlobalAveragePool1D(masked=True), ((4, 3), (4,))),
]
