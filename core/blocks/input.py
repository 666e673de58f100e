"""Input: where the data enters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Input(Block):
    """The rows of the data, already normalised; shape (…) as set."""

    id: ClassVar[str] = "input"
    title: ClassVar[Words] = Words("Input", "输入")
    group: ClassVar[Group] = "input"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "Where the data enters the network, one row at a time. Its shape must be the shape of a row: (28, 28, 1) for a grey "
        "picture of 28 by 28, (4,) for four measurements, (64,) for a text of 64 characters.",
        "数据由此进入网络，每次一行。形状须与一行数据相同：28×28 的灰度图为 (28, 28, 1)，四个测量值为 (4,)，64 个字符的文本为 (64,)。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("data", "source", "数据")
    inputs: ClassVar[tuple[str, ...]] = ()

    shape: tuple[int, ...] = setting(
        (2,),
        Words("Shape", "形状"),
        Words("Shape of one row of the data, without the batch axis.", "一行数据的形状，不含批次维。"),
        ge=1,
        le=1_000_000,
        longest=4,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """() -> the shape that is set."""
        return (self.shape,)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Nothing: batches are written straight into y."""
        return ()

    def backward(self, b: Buffers) -> Calls:
        """Nothing: data has no gradient."""
        return ()

    def caption(self) -> str:
        """The shape, such as 28×28×1."""
        return "×".join(map(str, self.shape))


EXAMPLES: list[Example] = [(Input(shape=(3,)), ()), (Input(shape=(4, 5, 2)), ())]
