"""Global max pooling over time: each feature becomes its largest number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Buffers, Example, Shapes, Space
from core.blocks._pool_steps import PoolSteps
from core.kernels.call import Calls
from core.kernels.mask import largest_over_steps, largest_over_steps_slopes
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class GlobalMaxPool1D(PoolSteps):
    """The largest number of each feature over all steps, (time, features) -> (features,)."""

    id: ClassVar[str] = "global_max_pool1d"
    title: ClassVar[Words] = Words("GlobalMaxPool1D", "一维全局最大池化")
    help: ClassVar[Words] = Words(
        "Each feature becomes its largest number over all steps: whether a pattern is anywhere in the sequence. After Conv1D "
        "it makes the classic classifier of sentences (Kim, 2014). Only one step of each feature gets the gradient. Where "
        "sequences end in padding, wire a mask.",
        "每个特征取所有时间步中的最大值：判断某种模式是否在序列中出现。接在一维卷积之后，即经典的句子分类器（Kim，2014）。"
        "每个特征只有一个时间步得到梯度。若序列末尾有填充，请连接掩码。",
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "gmp", "pooling", "maximum", "max over time", "sequence", "池化", "最大", "序列"
    )  # fmt: skip
    stem: ClassVar[str] = "gmp"

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Which step each largest number came from."""
        return {"which": Space((batch, ins[0][1]), "int32")}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the largest of each feature, over the steps that count."""
        return largest_over_steps(b.x[0], self.mask(b), b.y[0], b.scratch["which"])

    def backward(self, b: Buffers) -> Calls:
        """dy goes to the step where the largest number stood."""
        return largest_over_steps_slopes(b.dy[0], b.scratch["which"], b.dx[0]) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [
    (GlobalMaxPool1D(), ((4, 3),)),
    (GlobalMaxPool1D(), ((1, 5),)),
    (GlobalMaxPool1D(masked=True), ((4, 3), (4,))),
]
