"""What blocks that add or cut off the ends of sequences share: two lengths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Group
from core.kernels.call import Calls
from core.kernels.rearrange import shifted
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Ends(Block):
    """A sequence with other ends."""

    group: ClassVar[Group] = "shape"

    before: int = setting(1, Words("Before", "开头"), Words("Steps at the start.", "开头的步数。"), ge=0, le=65536)
    after: int = setting(1, Words("After", "结尾"), Words("Steps at the end.", "结尾的步数。"), ge=0, le=65536)

    def caption(self) -> str:
        """The two lengths."""
        return f"{self.before}, {self.after}"


def moved(x: Array, y: Array, steps: int) -> Calls:
    """y = x so many steps later, 0 where nothing is left; sequences (n, time, features)."""
    return shifted(x[:, :, None], y[:, :, None], steps, 0)
