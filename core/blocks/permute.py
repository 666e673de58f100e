"""Permute: the axes in another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.blocks._base import Block, Buffers, Example, Group, Shapes
from core.errors import SettingError, ShapeError
from core.kernels.call import Calls
from core.kernels.rearrange import permute
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Permute(Block):
    """The same numbers with the axes in another order; axis i of y is axis order[i] of x, counted from 1."""

    id: ClassVar[str] = "permute"
    title: ClassVar[Words] = Words("Permute", "维度重排")
    group: ClassVar[Group] = "shape"
    help: ClassVar[Words] = Words(
        "The axes in another order: with (2, 1) a sequence (time, features) becomes (features, time). It moves the "
        "numbers, so columns become rows; Reshape only counts them off anew and would mix them up.",
        "把各维按另一顺序排列：顺序为 (2, 1) 时，序列 (时间, 特征) 变为 (特征, 时间)。它会移动数据，列变为行；"
        "重塑形状只是重新分段，会打乱数据。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("transpose", "swap axes", "转置", "交换维度")

    order: tuple[int, ...] = setting(
        (2, 1),
        Words("Order", "顺序"),
        Words(
            "Which axis of the input comes first, second and so on; 1 is the first after the batch.",
            "输出的第一维、第二维等分别取输入的哪一维；1 为批次之后的第一维。",
        ),
        ge=1,
        le=4,
        longest=4,
    )

    def check(self) -> None:
        """Each axis once."""
        if sorted(self.order) != list(range(1, len(self.order) + 1)):
            expected = Words(
                "each of 1, 2, … once, such as (2, 1) or (3, 1, 2)", "1、2 等各出现一次，如 (2, 1) 或 (3, 1, 2)"
            )
            raise SettingError(self.title, "order", list(self.order), expected)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """The lengths in the new order."""
        (x,) = ins
        if len(x) != len(self.order):
            raise ShapeError(
                Words(
                    f"Permute gets {x}, which has {len(x)} axes, and its order {self.order} names {len(self.order)}. "
                    "Change the order, or put a Reshape before it.",
                    f"维度重排的输入 {x} 有 {len(x)} 维，而顺序 {self.order} 给出了 {len(self.order)} 维。请修改顺序，"
                    "或在其前加重塑形状模块。",
                ),
                ("reshape",),
            )
        return (tuple(x[axis - 1] for axis in self.order),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x, axes turned."""
        return permute(b.x[0], b.y[0], tuple(axis - 1 for axis in self.order))

    def backward(self, b: Buffers) -> Calls:
        """dx = dy, axes turned back."""
        back = tuple(int(axis) for axis in np.argsort(self.order))
        return permute(b.dy[0], b.dx[0], back) if b.dx[0] is not None else ()

    def caption(self) -> str:
        """The order, such as 2, 1."""
        return ", ".join(map(str, self.order))


EXAMPLES: list[Example] = [
    (Permute(), ((4, 3),)),
    (Permute(order=(3, 1, 2)), ((4, 3, 2),)),
    (Permute(order=(2, 4, 3, 1)), ((2, 3, 4, 5),)),
    (Permute(order=(1,)), ((5,),)),
]
