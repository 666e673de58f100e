"""Global average pooling over time: each feature becomes its mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Shapes
from core.blocks._pool1d import not_a_sequence
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.pool import along, average_pool_backward, average_pool_forward, by_sequence
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class GlobalAveragePool1D(Block):
    """The mean of each feature over all steps, (time, features) -> (features,)."""

    id: ClassVar[str] = "global_average_pool1d"
    title: ClassVar[Words] = Words("GlobalAveragePool1D", "一维全局平均池化")
    group: ClassVar[Group] = "pooling"
    help: ClassVar[Words] = Words(
        "Each feature becomes its mean over all steps: from a sequence to one row, for example after Embedding or "
        "attention and before the last Dense. It forgets the order of the steps.",
        "每个特征取所有时间步的平均值：把序列变为一行，例如放在嵌入或注意力之后、最后一个全连接层之前。"
        "它不保留各步的先后顺序。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("gap", "pooling", "mean", "sequence", "池化", "均值", "序列")
    stem: ClassVar[str] = "gap"

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (features,)."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("reshape",))
        return (x[1:],)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the mean of each feature."""
        return _pool(average_pool_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dy is shared out evenly over the steps."""
        return _pool(average_pool_backward, b.dx[0], b.dy[0]) if b.dx[0] is not None else ()


def _pool(kernel: Any, long: Array, short: Array) -> Calls:
    """One window as long as the sequence."""
    batch, time, features = long.shape
    return by_sequence(kernel, long, short.reshape(batch, 1, features), along(time, time, 1, "valid"))


EXAMPLES: list[Example] = [(GlobalAveragePool1D(), ((4, 3),)), (GlobalAveragePool1D(), ((1, 5),))]
