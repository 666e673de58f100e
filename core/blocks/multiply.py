"""Multiply: the product of its inputs, number by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._alike import one_shape
from core.blocks._base import Buffers, Example, Shapes
from core.blocks._merge import Merge
from core.kernels.activation import elementwise
from core.kernels.call import Call, Calls
from core.kernels.merge import multiply
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Multiply(Merge):
    """y = a b …, all of one shape: the gate of LSTM and of squeeze-and-excitation (Hu et al., 2017)."""

    id: ClassVar[str] = "multiply"
    title: ClassVar[Words] = Words("Multiply", "相乘")
    help: ClassVar[Words] = Words(
        "y = a · b · …, number by number: a branch that ends in Sigmoid becomes a gate that lets the other one "
        "through, or not. All inputs must have one shape: nothing is stretched to fit. Large inputs grow fast.",
        "y = a · b · …，逐元素相乘：以 Sigmoid 结尾的分支成为门，决定另一分支能通过多少。所有输入的形状必须相同，"
        "不会自动扩展。较大的数相乘会迅速增大。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("product", "times", "gate", "attention", "乘法", "门控")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """Equal shapes -> that shape."""
        return one_shape(self.title, ins)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = a b, then y times each of the rest."""
        (y,) = b.y
        calls: list[Call] = [*elementwise(multiply, b.x[0], b.x[1], y)]
        for x in b.x[2:]:
            calls += elementwise(multiply, y, x, y)
        return calls

    def backward(self, b: Buffers) -> Calls:
        """Each dx = dy times all other inputs: no division, so zeros do no harm."""
        calls: list[Call] = []
        for port, dx in enumerate(b.dx):
            if dx is None:
                continue
            first, *rest = (x for other, x in enumerate(b.x) if other != port)
            calls += elementwise(multiply, b.dy[0], first, dx)
            for x in rest:
                calls += elementwise(multiply, dx, x, dx)
        return calls


EXAMPLES: list[Example] = [(Multiply(), ((5,), (5,))), (Multiply(ports=3), ((2, 3, 2),) * 3)]
