"""Dense: every output looks at every input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Gap, Group, Level, Shapes, Space, elements, scope, scoped
from core.errors import ShapeError
from core.initializers import MATRIX_STARTS, Weight
from core.kernels.call import Calls
from core.kernels.matmul import (
    product,
    product_space,
    product_transposed_a,
    product_transposed_b,
    sum_rows,
    sum_rows_space,
)
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Dense(Block):
    """Fully connected layer, y = x W + b with W (inputs, units) and b (units,). Shapes (inputs,) or (time, inputs)."""

    id: ClassVar[str] = "dense"
    title: ClassVar[Words] = Words("Dense", "全连接")
    group: ClassVar[Group] = "linear"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "y = x W + b: every output is a weighted sum of all inputs. The plain layer of feed-forward networks, and the last one "
        "of most others. Put an activation after it: two Dense blocks in a row can do no more than one. "
        "On a sequence it works step by step, with the same weights.",
        "y = x W + b：每个输出都是全部输入的加权和。前馈网络的基本层，也是多数网络的最后一层。其后应接激活函数：两个相连的全连接层并不比一个更强。"
        "对序列则逐步计算，各步共享权重。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("fc", "fully connected", "linear", "perceptron", "全连接层", "线性", "感知机")

    units: int = setting(
        64, Words("Units", "单元数"), Words("How many numbers come out.", "输出多少个数。"), ge=1, le=1_000_000
    )
    start: str = setting(
        "glorot", Words("Start", "初始化"), Words("How the weights begin.", "权重的初始值。"), choices=MATRIX_STARTS
    )
    bias: bool = setting(
        True, Words("Bias", "偏置"), Words("Adds a number of its own to every output.", "为每个输出加上一个可学习的数。"),
        advanced=True,
    )  # fmt: skip

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """As long as what it has to get on with."""
        return tuple(cls(units=x[-1]) for x in gap.beside if len(x) == len(gap.have) <= 2)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(inputs,) -> (units,), (time, inputs) -> (time, units)."""
        (x,) = ins
        if len(x) > 2:
            raise ShapeError(
                Words(
                    f"Dense takes a flat row such as (784,) or a sequence such as (time, 64), and {x} reaches it. "
                    "Put a Flatten block before it.",
                    f"全连接层需要平坦的一行（如 (784,)）或序列（如 (时间, 64)），而到达的是 {x}。请在它之前放一个展平模块。",
                ),
                fixes=("flatten", "global_average_pool2d"),
            )
        return ((*x[:-1], self.units),)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """W (inputs, units), b (units,)."""
        inputs = ins[0][-1]
        matrix = Weight((inputs, self.units), self.start, decays=True, fans=(inputs, self.units))
        return {"W": matrix} | ({"b": Weight((self.units,))} if self.bias else {})

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What the products need."""
        rows, inputs = batch * elements(ins[0][:-1]), ins[0][-1]
        spaces = scoped("y", product_space(rows, self.units, inputs, ""))
        if train:
            spaces |= scoped("dx", product_space(rows, inputs, self.units, "b"))
            spaces |= scoped("dw", product_space(inputs, self.units, rows, "a"))
            spaces |= scoped("db", sum_rows_space(rows, self.units))
        return spaces

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y = x W + b."""
        x, y = b.x[0].reshape(-1, b.x[0].shape[-1]), b.y[0].reshape(-1, self.units)
        return product(x, b.w["W"], y, scope(b, "y"), bias=b.w.get("b"))

    def backward(self, b: Buffers) -> Calls:
        """Dx = dy Wᵀ, dW = xᵀ dy, db = Σ dy."""
        x, dy = b.x[0].reshape(-1, b.x[0].shape[-1]), b.dy[0].reshape(-1, self.units)
        calls = [*product_transposed_a(x, dy, b.dw["W"], scope(b, "dw"))]
        if self.bias:
            calls += sum_rows(dy, b.dw["b"], scope(b, "db"))
        if b.dx[0] is not None:
            calls += product_transposed_b(dy, b.w["W"], b.dx[0].reshape(x.shape), scope(b, "dx"))
        return calls

    def multiply_adds(self, ins: Shapes) -> int:
        """Inputs × units, for every step of a sequence."""
        return elements(ins[0]) * self.units

    def caption(self) -> str:
        """The number of units."""
        return str(self.units)


EXAMPLES: list[Example] = [
    (Dense(units=3), ((4,),)),
    (Dense(units=1, start="he", bias=False), ((1,),)),
    (Dense(units=5), ((3, 4),)),
]
