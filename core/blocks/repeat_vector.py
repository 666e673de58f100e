"""Repeat: one row of numbers becomes a sequence of equal steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Gap, Group, Shapes
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.rearrange import repeated, repeats_gathered
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class RepeatVector(Block):
    """The same row at every step, (features,) -> (count, features)."""

    id: ClassVar[str] = "repeat_vector"
    title: ClassVar[Words] = Words("Repeat Vector", "重复向量")
    group: ClassVar[Group] = "shape"
    help: ClassVar[Words] = Words(
        "The same row at every step: (32,) becomes (count, 32). Goes between an encoder that ends in one vector and an "
        "LSTM that writes a sequence from it. All steps are equal: only the LSTM tells them apart.",
        "每一步都是同一行数据：(32,) 变为 (次数, 32)。放在以单个向量结尾的编码器与据此生成序列的 LSTM 之间。"
        "各步完全相同，只有 LSTM 能区分先后。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("tile", "copy", "sequence", "decoder", "复制", "解码器")
    stem: ClassVar[str] = "repeat"

    count: int = setting(
        8,
        Words("Count", "次数"),
        Words("How many steps the sequence gets.", "序列的步数。"),
        ge=1,
        le=10_000,
    )

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """As often as there are steps beside it."""
        if len(gap.have) != 1:
            return ()
        return tuple(cls(count=x[0]) for x in gap.beside if len(x) == 2) or (cls(),)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(features,) -> (count, features)."""
        (x,) = ins
        if len(x) != 1:
            raise ShapeError(
                Words(
                    f"Repeat Vector takes one row (features,), and this is {x}. Put a Flatten block before it.",
                    f"重复向量的输入应为一行 (特征,)，现在是 {x}。请在其前加展平模块。",
                ),
                ("flatten",),
            )
        return ((self.count, *x),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Each step of y = x."""
        return repeated(_column(b.x[0], 1), _column(b.y[0], self.count), self.count, 1)

    def backward(self, b: Buffers) -> Calls:
        """dx = the sum of dy over the steps."""
        if b.dx[0] is None:
            return ()
        return repeats_gathered(_column(b.dy[0], self.count), _column(b.dx[0], 1), self.count, 1)

    def caption(self) -> str:
        """How often, such as × 8."""
        return f"× {self.count}"


def _column(array: Array, steps: int) -> Array:
    """The same memory as pictures one pixel wide."""
    return array.reshape(len(array), steps, 1, array.shape[-1])


EXAMPLES: list[Example] = [(RepeatVector(count=3), ((4,),)), (RepeatVector(count=1), ((2,),))]
