"""Reshape: the same numbers in another shape."""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Gap, Group, Shape, Shapes, elements
from core.errors import SettingError, ShapeError
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Reshape(Block):
    """The same numbers in the same order, (…) -> shape."""

    id: ClassVar[str] = "reshape"
    title: ClassVar[Words] = Words("Reshape", "重塑形状")
    group: ClassVar[Group] = "shape"
    help: ClassVar[Words] = Words(
        "The numbers of a row, in the order they have, in another shape: (784,) becomes (28, 28, 1). One axis may be "
        "−1: as long as it must be. It moves no numbers, so it does not swap axes.",
        "把一行数据按原有顺序排成另一形状：(784,) 变为 (28, 28, 1)。其中一维可为 −1，长度自动确定。它不移动数据，"
        "因此不能用来交换维度。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("view", "变形", "形状")
    view: ClassVar[bool] = True

    shape: tuple[int, ...] = setting(
        (-1,),
        Words("Shape", "形状"),
        Words(
            "The new shape without the batch axis; −1 for what is left over.",
            "新形状，不含批次维；−1 表示由其余维度推算。",
        ),
        ge=-1,
        le=1_000_000,
        longest=4,
    )

    def check(self) -> None:
        """At least one axis, none of length 0, at most one of -1."""
        if not self.shape or 0 in self.shape or self.shape.count(-1) > 1:
            expected = Words(
                "a list of 1 to 4 whole numbers >= 1, one of which may be -1",
                "1 到 4 个不小于 1 的整数，其中一个可为 -1",
            )
            raise SettingError(self.title, "shape", list(self.shape), expected)

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """As beside it; a row as steps of one number or as a square picture; a sequence as a picture, a picture as its rows."""
        have, shapes = gap.have, list(gap.beside)
        if len(have) == 1:
            side = isqrt(have[0])
            shapes += [(have[0], 1), *([(side, side, 1)] if side > 1 else [])]
        elif len(have) == 2:
            shapes.append((*have, 1))
        elif len(have) == 3:
            shapes.append((have[0], have[1] * have[2]))
        return tuple(cls(shape=shape) for shape in shapes if shape != have and elements(shape) == elements(have))

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(…) -> shape, where both hold as many numbers."""
        (x,) = ins
        total, stated = elements(x), elements(tuple(n for n in self.shape if n != -1))
        if total % stated or (-1 not in self.shape and total != stated):
            raise ShapeError(_misfit(x, total, self.shape, stated), ("flatten", "dense"))
        return (tuple(total // stated if n == -1 else n for n in self.shape),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Nothing: y lies where x lies."""
        return ()

    def backward(self, b: Buffers) -> Calls:
        """Nothing: dx lies where dy lies."""
        return ()

    def caption(self) -> str:
        """The shape, such as 28×28×1."""
        return "×".join("…" if n == -1 else str(n) for n in self.shape)


def _misfit(x: Shape, total: int, shape: Shape, stated: int) -> Words:
    if -1 in shape:
        return Words(
            f"Reshape gets {x}, which holds {total} numbers, and {stated} do not divide them evenly. Change its shape "
            f"{shape}.",
            f"重塑形状的输入为 {x}，共 {total} 个数，不能被 {stated} 整除。请修改目标形状 {shape}。",
        )
    return Words(
        f"Reshape gets {x}, which holds {total} numbers, and {shape} would hold {stated}. Change its shape, or set "
        "one axis to -1.",
        f"重塑形状的输入为 {x}，共 {total} 个数，而 {shape} 需要 {stated} 个数。请修改目标形状，或将其中一维设为 -1。",
    )


EXAMPLES: list[Example] = [(Reshape(shape=(2, -1)), ((4, 3),)), (Reshape(shape=(2, 2, 3)), ((12,),))]
