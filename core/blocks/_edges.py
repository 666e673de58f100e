"""What blocks that add or cut off the edges of pictures share: four widths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Gap, Group
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

    @classmethod
    def around(cls, gap: Gap, sign: int) -> tuple[Block, ...]:
        """With edges that make up for what it has more (1) or less (-1) than what is beside it, shared out evenly."""
        found: list[Block] = []
        for x in gap.beside if len(gap.have) == 3 else ():
            down, across = (sign * (x[i] - gap.have[i]) if len(x) == 3 else 0 for i in (0, 1))
            if min(down, across) >= 0 < max(down, across):
                found.append(cls(top=down // 2, bottom=down - down // 2, left=across // 2, right=across - across // 2))
        return tuple(found)

    def caption(self) -> str:
        """One width where all are equal, else top, bottom, left, right."""
        widths = (self.top, self.bottom, self.left, self.right)
        return f"{self.top} px" if len(set(widths)) == 1 else ", ".join(map(str, widths))
