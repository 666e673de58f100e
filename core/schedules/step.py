"""Steps: the learning rate falls at once, now and then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.schedules._base import Array, Schedule
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Step(Schedule):
    """factor ** (how often `every` epochs have passed)."""

    id: ClassVar[str] = "step"
    title: ClassVar[Words] = Words("Steps", "阶梯")
    help: ClassVar[Words] = Words(
        "η ← η × factor after every so many epochs: the classic for residual networks. Wait with each fall until the "
        "loss has stopped falling.",
        "每隔若干轮 η ← η × 系数：训练残差网络的经典做法。等损失不再下降时再降学习率。",
    )

    every: float = setting(
        10.0,
        Words("Every", "间隔"),
        Words("Epochs from one fall to the next.", "相邻两次下降之间的轮数。"),
        gt=0,
        le=1e6,
    )
    factor: float = setting(
        0.1,
        Words("Factor", "系数"),
        Words("What the rate is multiplied by at each fall.", "每次下降时学习率乘以此值。"),
        gt=0,
        le=1,
    )

    def after_warm_up(self, done: Array, epochs: float, memory: Array) -> Array:
        """factor ** floor(done / every)."""
        # a hair is added because 3 times a tenth of an epoch is less than three tenths
        falls: Array = self.factor ** np.floor(done / self.every + 1e-9)
        return falls
