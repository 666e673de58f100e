"""Exponential: the learning rate falls by the same share in every epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.schedules._base import Array, Schedule
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Exponential(Schedule):
    """factor ** epochs, a little with every step."""

    id: ClassVar[str] = "exponential"
    title: ClassVar[Words] = Words("Exponential", "指数")
    help: ClassVar[Words] = Words(
        "η ← η × factor over each epoch, a little with every step. With many epochs keep the factor near 1: 0.9 leaves "
        "a third after ten.",
        "每轮 η ← η × 系数，每一步都略微下降。轮数多时系数应接近 1：取 0.9 时十轮后只剩三分之一。",
    )

    factor: float = setting(
        0.95,
        Words("Factor", "系数"),
        Words("What is left of the rate after one epoch.", "一轮之后学习率剩下的比例。"),
        gt=0,
        le=1,
    )

    def after_warm_up(self, done: Array, epochs: float, memory: Array) -> Array:
        """factor ** done."""
        left: Array = self.factor**done
        return left
