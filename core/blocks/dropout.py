"""Dropout: some units fall silent at each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.chance import drop
from core.kernels.merge import copy
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Dropout(Block):
    """Each number becomes 0 with probability `rate`, the rest grow in turn (Srivastava et al., 2014). Any shape."""

    id: ClassVar[str] = "dropout"
    title: ClassVar[Words] = Words("Dropout", "随机失活（Dropout）")
    group: ClassVar[Group] = "normalisation"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "While training, each number becomes 0 with probability p and the rest is divided by 1 − p; in use, "
        "everything passes. No unit can rely on another, so the network memorises less. Not directly before the "
        "output.",
        "训练时每个数以概率 p 变为 0，其余除以 1 − p；使用时全部通过。单元之间不能互相依赖，因而减轻过拟合。"
        "不要紧接在输出之前。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("regularisation", "regularization", "丢弃", "暂退", "正则化")

    rate: float = setting(
        0.5,
        Words("Rate", "失活率"),
        Words("The probability p that a number is dropped.", "一个数被置零的概率 p。"),
        ge=0,
        lt=1,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Training: y = x mask / (1 - rate). In use: y = x."""
        if not train:
            return copy(b.x[0], b.y[0])
        return elementwise(drop, b.x[0], b.y[0], numbers=(b.clock, self.rate))

    def backward(self, b: Buffers) -> Calls:
        """dx = dy mask / (1 - rate): the clock still stands where it stood, so the same units are dropped."""
        return elementwise(drop, b.dy[0], b.dx[0], numbers=(b.clock, self.rate)) if b.dx[0] is not None else ()

    def caption(self) -> str:
        """The rate, such as p = 0.5."""
        return f"p = {self.rate:g}"


EXAMPLES: list[Example] = [(Dropout(), ((50,),)), (Dropout(rate=0.2), ((4, 3, 2),))]
