"""Maximum: the largest of its inputs, number by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._alike import one_shape
from core.blocks._base import Buffers, Example, Level, Shapes, Space
from core.blocks._merge import Merge
from core.kernels.activation import elementwise
from core.kernels.call import Call, Calls
from core.kernels.merge import choose, choose_larger, clear, copy
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Maximum(Merge):
    """y = max(a, b, …), all of one shape, the first one where several are equal: Maxout (Goodfellow et al., 2013)."""

    id: ClassVar[str] = "maximum"
    title: ClassVar[Words] = Words("Maximum", "取最大值")
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "y = max(a, b, …), number by number: over several Dense branches this is Maxout, an activation that is learnt. "
        "Only the largest input gets the gradient, so a branch that never wins never learns.",
        "y = max(a, b, …)，逐元素取最大：用于多个全连接分支即为 Maxout，一种可学习的激活函数。只有最大的输入得到梯度，从不胜出的分支也就从不学习。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("max", "maxout", "最大")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """Equal shapes -> that shape."""
        return one_shape(self.title, ins)

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Which input each number came from."""
        return {"which": Space((batch, *ins[0]), "uint8")}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = a, then each of the rest where it is larger."""
        (y,), which = b.y, b.scratch["which"]
        calls: list[Call] = [*elementwise(clear, which), *copy(b.x[0], y)]
        for port, x in enumerate(b.x[1:], 1):
            calls += elementwise(choose_larger, y, x, y, which, numbers=(port,))
        return calls

    def backward(self, b: Buffers) -> Calls:
        """dy goes to the input that was largest, the others get 0."""
        given = ((port, dx) for port, dx in enumerate(b.dx) if dx is not None)
        which = b.scratch["which"]
        return [call for port, dx in given for call in elementwise(choose, b.dy[0], dx, which, numbers=(port,))]


EXAMPLES: list[Example] = [(Maximum(), ((5,), (5,))), (Maximum(ports=3), ((2, 3, 2),) * 3)]
