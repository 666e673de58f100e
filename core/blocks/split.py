"""Split: its input in equal parts, each at an output of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._axis import Axis
from core.blocks._base import Buffers, Example, Shapes, seen
from core.errors import ShapeError
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.merge import clear, columns
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Split(Axis):
    """Equal parts along one axis, the reverse of Concat, (…, n, …) -> as many (…, n / parts, …)."""

    id: ClassVar[str] = "split"
    title: ClassVar[Words] = Words("Split", "拆分")
    outputs: ClassVar[tuple[str, ...]] = ("a", "b")
    help: ClassVar[Words] = Words(
        "Cuts its input into equal parts along one axis and gives each an output: mean and variance of an autoencoder, half "
        "of the channels for each of two branches. For parts of different sizes use several Slice blocks. An output "
        "without a wire is left out.",
        "沿某一维把输入等分，各部分从各自的端口输出：自编码器的均值与方差，或把通道分给两条支路。"
        "各部分大小不等时请使用多个切片模块。没有连线的输出会被忽略。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("chunk", "unstack", "divide", "branch", "分割", "分支")

    parts: int = setting(
        2, Words("Outputs", "输出数"), Words("Into how many parts it is cut.", "拆成几部分。"), ge=2, le=8
    )

    def output_ports(self) -> tuple[str, ...]:
        """a, b, c, … as many as are set."""
        return tuple("abcdefgh"[: self.parts])

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(…, n, …) -> as many (…, n / parts, …)."""
        (x,) = ins
        place = self.place(x)
        if x[place] % self.parts:
            raise ShapeError(
                Words(
                    f"Split cannot cut axis {self.axis} of {x} into {self.parts} equal parts. Choose a number that divides "
                    f"{x[place]}, or use Slice blocks.",
                    f"拆分无法把 {x} 的第 {self.axis} 维等分为 {self.parts} 份。请选择能整除 {x[place]} 的份数，或改用切片模块。",
                ),
                ("slice",),
            )
        return ((*x[:place], x[place] // self.parts, *x[place + 1 :]),) * self.parts

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Each y = its part of x."""
        x, parts = self.lines(b.x[0])[0], [self.lines(y)[0] for y in b.y]
        return [call for i, y in enumerate(parts) for call in columns(x, y, y.shape[1], x_start=i * y.shape[1])]

    def backward(self, b: Buffers) -> Calls:
        """dx = the parts of dy, 0 where an output has no wire."""
        if b.dx[0] is None:
            return ()
        dx = self.lines(b.dx[0])[0]
        width = dx.shape[1] // self.parts
        calls = [*elementwise(clear, dx)] if not all(map(seen, b.dy)) else []
        for i, dy in enumerate(b.dy):
            if seen(dy):
                calls += columns(self.lines(dy)[0], dx, width, y_start=i * width)
        return calls

    def caption(self) -> str:
        """The parts, such as ÷ 2."""
        return f"÷ {self.parts}"


EXAMPLES: list[Example] = [
    (Split(), ((4, 3),)),
    (Split(axis=-1, parts=3), ((2, 2, 6),)),
    (Split(axis=2), ((3, 2, 2),)),
    (Split(parts=4), ((4,),)),
]
