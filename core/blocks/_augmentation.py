"""What all augmentation shares: pictures are changed by chance while training, and pass unchanged in use."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Buffers, Group, Shapes
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.merge import copy


@dataclass(frozen=True, kw_only=True)
class Augmentation(Block):
    """A linear change of pictures whose chance comes from the clock."""

    group: ClassVar[Group] = "augmentation"

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Training: y = x changed. In use: y = x."""
        return self.change(b.x[0], b.y[0], b.clock) if train else self.leave(b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = dy carried back: the clock still stands where it stood, so the change is the same."""
        return self.carry_back(b.dy[0], b.dx[0], b.clock) if b.dx[0] is not None else ()

    @abstractmethod
    def change(self, x: Array, y: Array, clock: Array) -> Calls:
        """Calls that write y, the changed x."""

    def carry_back(self, dy: Array, dx: Array, clock: Array) -> Calls:
        """Calls that write dx; most changes are their own transpose."""
        return self.change(dy, dx, clock)

    def leave(self, x: Array, y: Array) -> Calls:
        """Calls that write y in use."""
        return copy(x, y)
