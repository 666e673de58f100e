"""GELU: a smooth ReLU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Block, Buffers, Example, Group, Shapes, Space
from core.kernels.activation import elementwise, gelu_forward, gelu_learning, gelu_tanh_forward, gelu_tanh_learning
from core.kernels.call import Calls
from core.kernels.merge import multiply
from core.settings import setting
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class GELU(Block):
    """Gaussian error linear unit, y = x Φ(x) (Hendrycks & Gimpel, 2016). Any shape."""

    id: ClassVar[str] = "gelu"
    title: ClassVar[Words] = same("GELU")
    group: ClassVar[Group] = "activation"
    help: ClassVar[Words] = Words(
        "y = x Φ(x), with Φ the share of a standard normal distribution below x: a smooth ReLU, usual in "
        "transformers. A little below 0 it falls before it rises, so it is not monotonic.",
        "y = x Φ(x)，Φ 为标准正态分布函数：平滑的 ReLU，常用于 Transformer。在略小于 0 处先降后升，因此不是单调函数。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("gaussian error", "activation", "高斯误差线性单元", "激活")

    approximate: Literal["none", "tanh"] = setting(
        "none",
        Words("Approximation", "近似"),
        Words("Exact, or by the tanh formula that GPT-2 uses.", "精确计算，或用 GPT-2 所用的 tanh 公式。"),
        choices={"none": Words("None (exact)", "无（精确）"), "tanh": same("tanh")},
        advanced=True,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Training: the slope at every x."""
        return {"slope": Space((batch, *ins[0]))} if train else {}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x Φ(x); training: the slope, Φ(x) + x Φ'(x)."""
        exact = self.approximate == "none"
        if train:
            return elementwise(gelu_learning if exact else gelu_tanh_learning, b.x[0], b.y[0], b.scratch["slope"])
        return elementwise(gelu_forward if exact else gelu_tanh_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = dy × the slope."""
        return elementwise(multiply, b.dy[0], b.scratch["slope"], b.dx[0]) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [(GELU(), ((5,),)), (GELU(approximate="tanh"), ((4, 3, 2),))]
