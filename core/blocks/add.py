"""Add: the sum of its inputs, number by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Buffers, Example, Level, Shapes
from core.blocks._merge import Merge, listed
from core.errors import ShapeError
from core.kernels.activation import elementwise
from core.kernels.call import Call, Calls
from core.kernels.merge import accumulate, add, copy
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Add(Merge):
    """y = a + b + …, all of one shape: the shortcut of residual networks (He et al., 2015)."""

    id: ClassVar[str] = "add"
    title: ClassVar[Words] = Words("Add", "相加")
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "y = a + b + …, number by number: the shortcut past some blocks that makes very deep networks learn. All "
        "inputs must have one shape: nothing is stretched to fit.",
        "y = a + b + …，逐元素相加：跨层的捷径连接，使很深的网络也能训练。所有输入的形状必须相同，不会自动扩展。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("sum", "plus", "residual", "shortcut", "残差", "捷径", "求和")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """Equal shapes -> that shape."""
        if len(set(ins)) > 1:
            raise ShapeError(
                Words(
                    f"Add needs inputs of one shape, and they are {listed(ins)}. Change a block before it so that "
                    "they agree, for example by a 1×1 convolution in the shortcut.",
                    f"相加要求所有输入形状相同，现在是 {listed(ins)}。请修改前面的模块使其一致，例如在捷径上使用 1×1 "
                    "卷积。",
                ),
                ("conv2d", "dense"),
            )
        return (ins[0],)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = a + b, then y += each of the rest."""
        (y,) = b.y
        calls: list[Call] = [*elementwise(add, b.x[0], b.x[1], y)]
        for x in b.x[2:]:
            calls += elementwise(accumulate, x, y)
        return calls

    def backward(self, b: Buffers) -> Calls:
        """Each dx = dy."""
        return [call for dx in b.dx if dx is not None for call in copy(b.dy[0], dx)]


EXAMPLES: list[Example] = [(Add(), ((5,), (5,))), (Add(ports=3), ((2, 3, 2),) * 3)]
