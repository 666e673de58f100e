"""What blocks that cut along one axis share: which one, and the memory on both sides of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Group, Shape, elements
from core.errors import ShapeError
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Axis(Block):
    """A block that works along one axis."""

    group: ClassVar[Group] = "shape"

    axis: int = setting(
        1,
        Words("Axis", "维度"),
        Words(
            "Which axis is cut; 1 is the first after the batch, −1 the last.",
            "沿哪一维；1 为批次之后的第一维，−1 为最后一维。",
        ),
        ge=-8,
        le=8,
    )

    def place(self, x: Shape) -> int:
        """The axis, counted from 0. Raises ShapeError where x has no such axis."""
        place = self.axis - 1 if self.axis > 0 else len(x) + self.axis
        if self.axis == 0 or not 0 <= place < len(x):
            raise ShapeError(
                Words(
                    f"{self.title.en} works along axis {self.axis}, and {x} has the axes 1 to {len(x)}. Choose one of "
                    "these, or −1 for the last.",
                    f"{self.title.zh}沿第 {self.axis} 维进行，而 {x} 只有第 1 到第 {len(x)} 维。请选择其中之一，或用 −1 表示最后一维。",
                )
            )
        return place

    def lines(self, array: Array) -> tuple[Array, int]:
        """The same memory as rows along the axis, and how many numbers a step along it has."""
        place = self.place(array.shape[1:])
        behind = elements(array.shape[place + 2 :])
        return array.reshape(-1, array.shape[place + 1] * behind), behind
