"""Global max pooling over time: each feature becomes its largest number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Shapes, Space
from core.blocks._pool1d import not_a_sequence
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.matmul import NONE
from core.kernels.pool import along, by_sequence, max_pool_backward, max_pool_forward
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class GlobalMaxPool1D(Block):
    """The largest number of each feature over all steps, (time, features) -> (features,)."""

    id: ClassVar[str] = "global_max_pool1d"
    title: ClassVar[Words] = Words("GlobalMaxPool1D", "一维全局最大池化")
    group: ClassVar[Group] = "pooling"
    help: ClassVar[Words] = Words(
        "Each feature becomes its largest number over all steps: whether a pattern is anywhere in the sequence. After Conv1D "
        "it makes the classic classifier of sentences (Kim, 2014). Only one step of each feature gets the gradient.",
        "每个特征取所有时间步中的最大值：判断某种模式是否在序列中出现。接在一维卷积之后，即经典的句子分类器（Kim，2014）。"
        "每个特征只有一个时间步得到梯度。",
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "gmp",
        "pooling",
        "maximum",
        "max over time",
        "sequence",
        "池化",
        "最大",
        "序列",
    )
    stem: ClassVar[str] = "gmp"

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (features,)."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("reshape",))
        return (x[1:],)

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Which step each largest number came from."""
        return {"which": Space((batch, 1, ins[0][1]), "int32")}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the largest of each feature."""
        return _pool(max_pool_forward, b.x[0], b.y[0], b.scratch["which"], NONE)

    def backward(self, b: Buffers) -> Calls:
        """dy goes to the step where the largest number stood."""
        return _pool(max_pool_backward, b.dx[0], b.dy[0], b.scratch["which"]) if b.dx[0] is not None else ()


def _pool(kernel: Any, long: Array, short: Array, which: Array, *activation: int) -> Calls:
    """One window as long as the sequence."""
    batch, time, features = long.shape
    return by_sequence(
        kernel, long, short.reshape(batch, 1, features), along(time, time, 1, "valid"), which, *activation
    )


EXAMPLES: list[Example] = [(GlobalMaxPool1D(), ((4, 3),)), (GlobalMaxPool1D(), ((1, 5),))]
