"""Average: the mean of its inputs, number by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._alike import one_shape
from core.blocks._base import Buffers, Example, Shapes
from core.blocks._merge import Merge
from core.kernels.activation import elementwise
from core.kernels.call import Call, Calls
from core.kernels.merge import accumulate, add, scale
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Average(Merge):
    """y = (a + b + …) / count, all of one shape."""

    id: ClassVar[str] = "average"
    title: ClassVar[Words] = Words("Average", "取平均")
    help: ClassVar[Words] = Words(
        "y = (a + b + …) / count, number by number: several branches vote with equal weight, as in an ensemble. Like "
        "Add, but the size of the numbers stays the same however many wires come in.",
        "y = (a + b + …) / 输入数，逐元素平均：各分支以相同权重表决，如集成模型。与相加类似，但数值大小不随输入数改变。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("mean", "ensemble", "均值", "集成")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """Equal shapes -> that shape."""
        return one_shape(self.title, ins)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """The sum, then divided by the number of inputs."""
        (y,) = b.y
        calls: list[Call] = [*elementwise(add, b.x[0], b.x[1], y)]
        for x in b.x[2:]:
            calls += elementwise(accumulate, x, y)
        return [*calls, *elementwise(scale, y, y, numbers=(1 / self.ports,))]

    def backward(self, b: Buffers) -> Calls:
        """Each dx = dy / count."""
        given = (dx for dx in b.dx if dx is not None)
        return [call for dx in given for call in elementwise(scale, b.dy[0], dx, numbers=(1 / self.ports,))]


EXAMPLES: list[Example] = [(Average(), ((5,), (5,))), (Average(ports=3), ((2, 3, 2),) * 3)]
