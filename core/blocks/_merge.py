"""What blocks with several equal inputs share: how many there are, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Group, Shapes
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Merge(Block):
    """A block with inputs a, b, c and so on."""

    group: ClassVar[Group] = "merge"
    inputs: ClassVar[tuple[str, ...]] = ("a", "b")

    ports: int = setting(2, Words("Inputs", "输入数"), Words("How many wires come in.", "接入的连线数量。"), ge=2, le=8)

    def input_ports(self) -> tuple[str, ...]:
        """a, b, c, … as many as are set."""
        return tuple("abcdefgh"[: self.ports])


def listed(ins: Shapes) -> str:
    """The shapes with the names of their ports, such as `a (3,), b (4,)`."""
    return ", ".join(f"{port} {shape}" for port, shape in zip("abcdefgh", ins, strict=False))
