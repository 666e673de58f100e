"""What blocks that add or cut off the edges of pictures share: four widths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Group
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Edges(Block):
    """A picture with other edges."""

    group: ClassVar[Group] = "shape"

    top: int = setting(1, Words("Top", "上"), Words("Rows at the top.", "顶部的行数。"), ge=0, le=256, unit="px")
    bottom: int = setting(
        1, Words("Bottom", "下"), Words("Rows at the bottom.", "底部的行数。"), ge=0, le=256, unit="px"
    )
    left: int = setting(1, Words("Left", "左"), Words("Columns on the left.", "左侧的列数。"), ge=0, le=256, unit="px")
    right: int = setting(
        1, Words("Right", "右"), Words("Columns on the right.", "右侧的列数。"), ge=0, le=256, unit="px"
    )

    def caption(self) -> str:
        """One width where all are equal, else top, bottom, left, right."""
        widths = (self.top, self.bottom, self.left, self.right)
        return f"{self.top} px" if len(set(widths)) == 1 else ", ".join(map(str, widths))
