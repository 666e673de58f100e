"""Plateau: the learning rate falls when the loss has stopped falling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.schedules._base import Array, Schedule
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Plateau(Schedule):
    """factor ** (how often the loss has stood still), the loss being that of validation where there is one."""

    id: ClassVar[str] = "plateau"
    title: ClassVar[Words] = Words("On a plateau", "平台期下降")
    help: ClassVar[Words] = Words(
        "η ← η × factor when the validation loss has not become better for more than so many epochs. It needs no plan of "
        "the run; a patience that is too short lets the rate die early.",
        "验证损失连续超过若干轮没有改善时，η ← η × 系数。无需预先规划训练；耐心太短会使学习率过早衰减。",
    )

    factor: float = setting(
        0.5,
        Words("Factor", "系数"),
        Words("What the rate is multiplied by.", "学习率乘以此值。"),
        gt=0,
        lt=1,
    )
    patience: int = setting(
        5,
        Words("Patience", "耐心"),
        Words("How many epochs in a row may bring nothing better.", "允许连续多少轮没有改善。"),
        ge=0,
        le=10_000,
    )
    better_by: float = setting(
        1e-4,
        Words("Better by", "改善幅度"),
        Words(
            "The share by which a loss must fall below the best one to be better.", "损失须比最佳值低这一比例才算改善。"
        ),
        ge=0,
        lt=1,
        advanced=True,
    )
    lowest: float = setting(
        0.0,
        Words("Lowest", "下限"),
        Words("The factor does not fall below this share of the learning rate.", "系数不会低于学习率的这一比例。"),
        ge=0,
        le=1,
        advanced=True,
    )

    def after_warm_up(self, done: Array, epochs: float, memory: Array) -> Array:
        """What it has fallen to."""
        return np.full_like(done, max(self.factor ** memory[2], self.lowest))

    def remember(self, memory: Array, loss: float) -> None:
        """`memory` is [best loss, epochs since then and the last fall, falls]; a best loss of 0 means none yet."""
        best, waited, falls = memory
        better = best == 0 or loss < best * (1 - self.better_by if best > 0 else 1 + self.better_by)
        waited = 0 if better else waited + 1
        fell = waited > self.patience
        memory[:] = loss if better else best, 0 if fell else waited, falls + fell
