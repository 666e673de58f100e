"""Softmax: scores become shares that sum to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import rowwise, softmax_backward, softmax_forward, table
from core.kernels.call import Calls
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Softmax(Block):
    """y_j = e^x_j / Σ e^x_k along the last axis (Bridle, 1990). Any shape."""

    id: ClassVar[str] = "softmax"
    title: ClassVar[Words] = Words("Softmax", "Softmax 函数")
    group: ClassVar[Group] = "activation"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "y_j = e^x_j / Σ e^x_k along the last axis: scores become probabilities of classes. An output with "
        "categorical cross-entropy does this itself: put no Softmax before it, or set it to read probabilities.",
        "沿最后一维 y_j = e^x_j / Σ e^x_k：把分数变为各类别的概率。分类交叉熵输出自带此运算：不要在其前再放 Softmax，"
        "或将其设为读取概率。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("probabilities", "归一化指数", "概率", "激活")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Rows of shares that sum to 1."""
        return _by_row(softmax_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = y (dy - Σ dy y)."""
        return _by_row(softmax_backward, b.y[0], b.dy[0], b.dx[0]) if b.dx[0] is not None else ()


def _by_row(kernel: Any, *arrays: Array) -> Calls:
    width = arrays[0].shape[-1]
    return rowwise(kernel, arrays[0].size // width, width, *(table(a, width) for a in arrays))


EXAMPLES: list[Example] = [(Softmax(), ((5,),)), (Softmax(), ((4, 3),)), (Softmax(), ((2, 3, 1),))]
