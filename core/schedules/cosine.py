"""Cosine: the learning rate glides down over the whole run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.schedules._base import Array, Schedule
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Cosine(Schedule):
    """end + (1 - end) (1 + cos(π done / epochs)) / 2, after Loshchilov & Hutter (2017), without restarts."""

    id: ClassVar[str] = "cosine"
    title: ClassVar[Words] = Words("Cosine", "余弦")
    help: ClassVar[Words] = Words(
        "η falls like half a cosine wave from the first step to the last: slowly, quickly, slowly. It is made for the "
        "number of epochs that is set, so do not stop it early.",
        "η 从第一步到最后一步沿半个余弦波下降：先慢、再快、后慢。它按设定的轮数安排，因此不要提前停止。",
    )

    end: float = setting(
        0.0,
        Words("End", "终点"),
        Words("The share of the learning rate that is left at the end.", "结束时剩下的学习率比例。"),
        ge=0,
        le=1,
        advanced=True,
    )

    def after_warm_up(self, done: Array, epochs: float, memory: Array) -> Array:
        """Half a cosine wave."""
        wave = (1 + np.cos(np.pi * np.minimum(done / epochs, 1))) / 2
        return self.end + (1 - self.end) * wave
