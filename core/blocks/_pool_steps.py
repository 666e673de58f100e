"""What the global pools over time share: one number a feature, over the steps that count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.blocks._base import Array, Block, Buffers, Gap, Group, Shapes
from core.blocks._mask import MASK, check_mask, mask_setting
from core.blocks._pool1d import not_a_sequence
from core.errors import ShapeError
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class PoolSteps(Block):
    """From a sequence to one row; a row of which no step counts gives 0."""

    group: ClassVar[Group] = "pooling"
    switches: ClassVar[tuple[str, ...]] = (MASK,)

    masked: bool = mask_setting(Words("Steps of padding are left out.", "填充步不参与计算。"))

    def input_ports(self) -> tuple[str, ...]:
        """The sequence, and as set its mask."""
        return ("x", MASK) if self.masked else ("x",)

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """From a sequence to one row."""
        return (cls(),) if len(gap.have) == 2 else ()

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (features,)."""
        x, *masks = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("reshape",))
        for mask in masks:
            check_mask(self.title, mask, x[0])
        return (x[1:],)

    def mask(self, b: Buffers) -> Array:
        """(batch, time), or (0, time) where every step counts."""
        return b.x[1] if self.masked else np.empty((0, b.x[0].shape[1]), b.x[0].dtype)
