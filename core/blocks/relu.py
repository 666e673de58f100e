"""ReLU: what is negative becomes zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import elementwise, relu_backward, relu_forward
from core.kernels.call import Calls
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class ReLU(Block):
    """Rectified linear unit, y = max(x, 0) (Nair & Hinton, 2010). Any shape."""

    id: ClassVar[str] = "relu"
    title: ClassVar[Words] = same("ReLU")
    group: ClassVar[Group] = "activation"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "y = max(x, 0): what is negative becomes zero, the rest passes. The usual choice after Dense and Conv2D. "
        "Not for the last block before the output: it could never be negative.",
        "y = max(x, 0)：负数变为零，其余不变。通常放在全连接层和卷积层之后。不要放在输出之前的最后一层：结果永远不会是负数。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("rectifier", "activation", "线性整流", "激活")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y = max(x, 0)."""
        return elementwise(relu_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """Dx = dy where y > 0."""
        return elementwise(relu_backward, b.y[0], b.dy[0], b.dx[0]) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [(ReLU(), ((5,),)), (ReLU(), ((4, 3, 2),))]
