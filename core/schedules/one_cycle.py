"""One cycle: the learning rate rises, then falls to almost nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.schedules._base import Array, Schedule
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class OneCycle(Schedule):
    """Half a cosine wave up from 1 / start, one down to 1 / start / end (Smith & Topin, 2018)."""

    id: ClassVar[str] = "one_cycle"
    title: ClassVar[Words] = Words("One cycle", "单周期")
    help: ClassVar[Words] = Words(
        "η rises to the learning rate over the first part of the run and then falls to almost nothing. Set the learning "
        "rate higher than usual: it is the peak. It is made for the number of epochs that is set.",
        "η 在前一段升到设定的学习率，然后降到几乎为零。请把学习率设得比平时高：它是峰值。它按设定的轮数安排。",
    )

    rise: float = setting(
        0.3,
        Words("Rise", "上升段"),
        Words("The share of the run over which the rate rises.", "学习率上升阶段占整个训练的比例。"),
        gt=0,
        lt=1,
    )
    start_divisor: float = setting(
        25.0,
        Words("Start divisor", "起点除数"),
        Words("It begins with the learning rate divided by this.", "起点为学习率除以此值。"),
        ge=1,
        le=1e6,
        advanced=True,
    )
    end_divisor: float = setting(
        1e4,
        Words("End divisor", "终点除数"),
        Words("It ends with its start divided by this.", "终点为起点再除以此值。"),
        ge=1,
        le=1e9,
        advanced=True,
    )

    def after_warm_up(self, done: Array, epochs: float, memory: Array) -> Array:
        """Up over the first `rise` of the epochs, down over the rest."""
        place, start = np.minimum(done / epochs, 1), 1 / self.start_divisor
        up = _glide(start, 1.0, place / self.rise)
        down = _glide(1.0, start / self.end_divisor, (place - self.rise) / (1 - self.rise))
        return np.where(place < self.rise, up, down)


def _glide(first: float, last: float, share: Array) -> Array:
    """From one value to another along half a cosine wave."""
    at: Array = last + (first - last) * (1 + np.cos(np.pi * share)) / 2
    return at
