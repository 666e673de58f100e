"""Slice: a part of its input along one axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._axis import Axis
from core.blocks._base import Buffers, Example, Shapes
from core.errors import ShapeError
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.merge import clear, columns
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Slice(Axis):
    """`count` places along one axis from `start` on, (…, n, …) -> (…, count, …)."""

    id: ClassVar[str] = "slice"
    title: ClassVar[Words] = Words("Slice", "切片")
    help: ClassVar[Words] = Words(
        "Takes a part of its input along one axis: the first step of a sequence (where a ClassToken stands), the last one "
        "(start −1), some channels of a picture. A single step keeps its axis, (1, 64): put Flatten behind it. What is "
        "left out gets no gradient.",
        "沿某一维取输入的一部分：序列的第一步（分类标记所在处）、最后一步（起点 −1）、图像的某些通道。"
        "只取一步时该维仍保留，如 (1, 64)，其后可接展平。未取的部分得不到梯度。",
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "cut",
        "select",
        "take",
        "last step",
        "first step",
        "截取",
        "选取",
        "最后一步",
    )

    start: int = setting(
        0,
        Words("Start", "起点"),
        Words("Where the part begins; −1 is the last place.", "从哪里开始；−1 为最后一个位置。"),
        ge=-1_000_000,
        le=1_000_000,
    )
    count: int | None = setting(
        1,
        Words("Count", "数量"),
        Words("How many places are taken; nothing: all that follow.", "取多少个位置；留空则取其后全部。"),
        ge=1,
        le=1_000_000,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(…, n, …) -> (…, count, …)."""
        (x,) = ins
        place = self.place(x)
        length = x[place]
        first, last = self._ends(length)
        if not 0 <= first < last <= length:
            raise ShapeError(
                Words(
                    f"Slice takes {'all' if self.count is None else self.count} from {self.start} on, and axis {self.axis} of "
                    f"{x} has the places 0 to {length - 1}. Change Start or Count.",
                    f"切片从 {self.start} 起取{'其后全部' if self.count is None else f' {self.count} 个'}，而 {x} 的第 {self.axis} 维"
                    f"只有 0 到 {length - 1}。请修改起点或数量。",
                )
            )
        return ((*x[:place], last - first, *x[place + 1 :]),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the part of x."""
        (x, each), (y, _) = self.lines(b.x[0]), self.lines(b.y[0])
        return columns(x, y, y.shape[1], x_start=self._ends(x.shape[1] // each)[0] * each)

    def backward(self, b: Buffers) -> Calls:
        """dx = dy in its part, 0 elsewhere."""
        if b.dx[0] is None:
            return ()
        (dx, each), (dy, _) = self.lines(b.dx[0]), self.lines(b.dy[0])
        part = columns(dy, dx, dy.shape[1], y_start=self._ends(dx.shape[1] // each)[0] * each)
        return (*elementwise(clear, dx), *part)

    def caption(self) -> str:
        """The places, such as 0, or 2 … 5."""
        if self.count == 1:
            return str(self.start)
        return f"{self.start} …" if self.count is None else f"{self.start} … {self.start + self.count - 1}"

    def _ends(self, length: int) -> tuple[int, int]:
        """The first place, and the one after the last."""
        first = self.start + length if self.start < 0 else self.start
        return first, length if self.count is None else first + self.count


EXAMPLES: list[Example] = [
    (Slice(), ((4, 3),)),
    (Slice(axis=-1, start=-2, count=None), ((3, 2, 5),)),
    (Slice(axis=2, start=1, count=2), ((2, 4, 3),)),
    (Slice(), ((1,),)),
]
