"""Embedding: numbers that stand for words become vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from core.blocks._base import Array, Block, Buffers, Example, Gap, Group, Level, Shapes, seen
from core.blocks._mask import MASK
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels.activation import elementwise, rowwise, table
from core.kernels.call import Call, Calls
from core.kernels.embedding import FEATURES, embedding_backward, embedding_forward, tokens_that_count, zeros
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Embedding(Block):
    """A table of vectors, y[t] = W[x[t]] with W (vocabulary, width). Shape (time,) -> (time, width).

    Where one number is padding, `mask` (time,) is 0 at it and 1 elsewhere, for the blocks behind and the loss.
    """

    id: ClassVar[str] = "embedding"
    title: ClassVar[Words] = Words("Embedding", "嵌入")
    group: ClassVar[Group] = "sequence"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "y = W[x]: every whole number picks its own row of a table, and the rows are learnt (Bengio et al., 2003). The first "
        "block after an input of letters or words, before LSTM or attention. The vocabulary must hold every number of the "
        "data: one that names no row of the table makes its vector NaN. "
        "Where sequences are filled up to one length, name the number of the padding: the block then gives a mask.",
        "y = W[x]：每个整数选出表中属于它的一行，各行由训练得到（Bengio 等，2003）。用作字符或单词输入之后、LSTM 或注意力之前的第一个模块。"
        "词表须容纳数据中的每个编号：表中没有的编号会使其向量变为 NaN。"
        "若序列用填充补齐到同一长度，请指明填充的编号：模块会给出掩码。",
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
    padding: int | None = setting(
        None,
        Words("Padding", "填充编号"),
        Words(
            "The number that only fills sequences up, often 0. It gives the block a second output, the mask: 1 where a step "
            "counts, 0 where it is padding. Wire it to the mask ports of the blocks behind, and of the output.",
            "仅用于补齐序列的编号，通常为 0。设置后模块多一个输出端口，即掩码：1 表示该步有效，0 表示填充。"
            "请将它连到后面各模块以及输出的掩码端口。",
        ),
        ge=0,
        le=999_999,
    )

    def output_ports(self) -> tuple[str, ...]:
        """The vectors, and the mask where there is padding."""
        return ("y",) if self.padding is None else ("y", MASK)

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """Straight behind the data alone: what comes from elsewhere is not whole numbers."""
        if len(gap.have) != 1 or gap.behind != "input":
            return ()
        return tuple(cls(width=x[-1]) for x in gap.beside if len(x) == 2) or (cls(),)

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
        if self.padding is not None and self.padding >= self.vocabulary:
            raise ShapeError(
                Words(
                    f"Embedding: the padding is number {self.padding}, and the vocabulary ends at {self.vocabulary - 1}. "
                    "Enlarge the vocabulary, or name another number.",
                    f"嵌入：填充编号为 {self.padding}，而词表止于 {self.vocabulary - 1}。请增大词表，或改用别的编号。",
                )
            )
        return ((x[0], self.width),) if self.padding is None else ((x[0], self.width), x)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """W (vocabulary, width); it does not decay, or rare words would fade between their appearances."""
        return {"W": Weight((self.vocabulary, self.width), "normal")}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y[t] = W[x[t]]; the mask is 0 at padding."""
        x = b.x[0].reshape(-1)
        calls = rowwise(embedding_forward, x.size, self.width, x, b.w["W"], table(b.y[0], self.width))
        if self.padding is None:
            return calls
        return (*calls, *elementwise(tokens_that_count, b.x[0], b.y[1], numbers=(self.padding,)))

    def backward(self, b: Buffers) -> Calls:
        """DW[v] = Σ dy[t] over the t with x[t] = v; dx = 0, for whole numbers have no slope."""
        calls = list(elementwise(zeros, b.dw["W"]))
        if seen(b.dy[0]):  # else the mask alone is in use
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


EXAMPLES: list[Example] = [
    (Embedding(vocabulary=5, width=3), ((7,),)),
    (Embedding(vocabulary=4, width=20), ((2,),)),
    (Embedding(vocabulary=3, width=2, padding=0), ((6,),)),
]
