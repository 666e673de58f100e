"""Embedding: numbers that stand for words become vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from core.blocks._base import Array, Block, Buffers, Example, Group, Shapes
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels.activation import elementwise, rowwise, table
from core.kernels.call import Call, Calls
from core.kernels.embedding import FEATURES, embedding_backward, embedding_forward, zeros
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Embedding(Block):
    """A table of vectors, y[t] = W[x[t]] with W (vocabulary, width). Shape (time,) -> (time, width)."""

    id: ClassVar[str] = "embedding"
    title: ClassVar[Words] = Words("Embedding", "嵌入")
    group: ClassVar[Group] = "sequence"
    help: ClassVar[Words] = Words(
        "y = W[x]: every whole number picks its own row of a table, and the rows are learnt (Bengio et al., 2003). The first "
        "block after an input of letters or words, before LSTM or attention. The vocabulary must hold every number of the "
        "data: one that names no row of the table makes its vector NaN.",
        "y = W[x]：每个整数选出表中属于它的一行，各行由训练得到（Bengio 等，2003）。用作字符或单词输入之后、LSTM 或注意力之前的第一个模块。"
        "词表须容纳数据中的每个编号：表中没有的编号会使其向量变为 NaN。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("lookup table", "token", "word vector", "词向量", "词嵌入", "查找表")

    vocabulary: int = setting(
        64,
        Words("Vocabulary", "词表大小"),
        Words(
            "How many different numbers there are: 0, 1, … up to one less.",
            "共有多少个不同的编号：从 0 起，到此数减一。",
        ),
        ge=1,
        le=1_000_000,
    )
    width: int = setting(
        32, Words("Width", "宽度"), Words("How long each vector is.", "每个向量的长度。"), ge=1, le=65_536
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time,) -> (time, width)."""
        (x,) = ins
        if len(x) != 1:
            raise ShapeError(
                Words(
                    f"Embedding takes a row of whole numbers such as (64,), and {x} reaches it. "
                    "Connect it straight to an input of letters or words.",
                    f"嵌入需要一行整数编号，如 (64,)，而到达的是 {x}。请将它直接连到字符或单词的输入。",
                )
            )
        return ((x[0], self.width),)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """W (vocabulary, width); it does not decay, or rare words would fade between their appearances."""
        return {"W": Weight((self.vocabulary, self.width), "normal")}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y[t] = W[x[t]]."""
        x = b.x[0].reshape(-1)
        return rowwise(embedding_forward, x.size, self.width, x, b.w["W"], table(b.y[0], self.width))

    def backward(self, b: Buffers) -> Calls:
        """DW[v] = Σ dy[t] over the t with x[t] = v; dx = 0, for whole numbers have no slope."""
        x, dy = b.x[0].reshape(-1), table(b.dy[0], self.width)
        calls = [Call(embedding_backward, (x, dy, b.dw["W"]), -(-self.width // FEATURES), dy.size)]
        return calls if b.dx[0] is None else [*calls, *elementwise(zeros, b.dx[0])]

    def sample_inputs(
        self, ins: Shapes, batch: int, rng: np.random.Generator, dtype: npt.DTypeLike
    ) -> tuple[Array, ...]:
        """Numbers of the vocabulary, for tests."""
        return (rng.integers(self.vocabulary, size=(batch, *ins[0])).astype(dtype),)

    def caption(self) -> str:
        """Vocabulary and width, such as 64 → 32."""
        return f"{self.vocabulary} → {self.width}"


EXAMPLES: list[Example] = [(Embedding(vocabulary=5, width=3), ((7,),)), (Embedding(vocabulary=4, width=20), ((2,),))]
