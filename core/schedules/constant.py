"""Constant: the learning rate stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.schedules._base import Array, Schedule
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Constant(Schedule):
    """1, always."""

    id: ClassVar[str] = "constant"
    title: ClassVar[Words] = Words("Constant", "恒定")
    help: ClassVar[Words] = Words(
        "The learning rate stays as it is set. Good to begin with; a rate that falls often ends better.",
        "学习率保持不变。适合作为起点；逐渐下降的学习率最终往往更好。",
    )

    def after_warm_up(self, done: Array, epochs: float, memory: Array) -> Array:
        """1."""
        return np.ones_like(done)
