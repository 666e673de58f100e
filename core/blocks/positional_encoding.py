"""Positional encoding: tell attention where in the sequence it looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from core.blocks._base import Array, Block, Buffers, Example, Group, Level, Shapes, Space
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels.activation import rowwise, table
from core.kernels.call import Calls
from core.kernels.embedding import add_table
from core.kernels.matmul import sum_rows, sum_rows_space
from core.kernels.merge import copy
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class PositionalEncoding(Block):
    """Adds a vector for each place of a sequence, y[t] = x[t] + P[t] (Vaswani et al., 2017). Shape (time, width)."""

    id: ClassVar[str] = "positional_encoding"
    title: ClassVar[Words] = Words("Positional Encoding", "位置编码")
    group: ClassVar[Group] = "sequence"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "y[t] = x[t] + P[t]: adds to every step a vector that says where it stands. Sinusoidal: P[t, 2i] = sin(t / 10000^(2i / "
        "width)), and cos in the odd columns; learned: P is a weight. Put it after Embedding and before attention, which "
        "cannot tell the order of its inputs by itself. LSTM and GRU do not need it.",
        "y[t] = x[t] + P[t]：为每一步加上表示其位置的向量。正弦：P[t, 2i] = sin(t / 10000^(2i / 宽度))，奇数列用 cos；可学习：P 是权重。"
        "放在嵌入之后、注意力之前：注意力本身无法分辨输入的先后。LSTM 和 GRU 不需要它。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("position embedding", "sinusoidal", "位置嵌入", "正弦")

    kind: Literal["sinusoidal", "learned"] = setting(
        "sinusoidal",
        Words("Kind", "类型"),
        Words("Fixed waves, or vectors that are learnt.", "固定的正弦波，或由训练得到的向量。"),
        choices={"sinusoidal": Words("Sinusoidal", "正弦"), "learned": Words("Learned", "可学习")},
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(
                Words(
                    f"Positional Encoding takes a sequence of vectors (time, width) such as (64, 32), and {x} reaches it. "
                    "Put an Embedding block before it where the input is letters or words.",
                    f"位置编码需要向量序列（时间, 宽度），如 (64, 32)，而到达的是 {x}。若输入是字符或单词，请在它之前放一个嵌入模块。",
                ),
                fixes=("embedding",) if len(x) == 1 else (),
            )
        return ins

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """P (time, width) where it is learned."""
        return {"P": Weight(ins[0], "normal")} if self.kind == "learned" else {}

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What the sum over the batch needs."""
        if not train or self.kind == "sinusoidal":
            return {}
        time, width = ins[0]
        return {name: Space(shape) for name, shape in sum_rows_space(batch, time * width).items()}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y = x + P."""
        x = b.x[0]
        size = x[0].size
        P = b.w["P"] if self.kind == "learned" else waves(x.shape[1], x.shape[2]).astype(x.dtype)
        return rowwise(add_table, len(x), size, table(x, size), P.reshape(-1), table(b.y[0], size))

    def backward(self, b: Buffers) -> Calls:
        """Dx = dy, dP = Σ dy over the batch."""
        dy, dx = b.dy[0], b.dx[0]
        calls = list(copy(dy, dx)) if dx is not None else []
        if self.kind == "learned":
            calls += sum_rows(table(dy, dy[0].size), b.dw["P"].reshape(-1), b.scratch)
        return calls

    def caption(self) -> str:
        """What is added."""
        return "P" if self.kind == "learned" else "sin · cos"


def waves(time: int, width: int) -> Array:
    """The sinusoidal table (time, width): from column pair to column pair the wave grows longer, from 2π to 10000 · 2π."""
    column = np.arange(width)
    angle = np.arange(time)[:, None] / 10000 ** (2 * (column // 2) / width)
    return np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


EXAMPLES: list[Example] = [
    (PositionalEncoding(), ((6, 4),)),
    (PositionalEncoding(), ((3, 5),)),
    (PositionalEncoding(kind="learned"), ((4, 3),)),
]
