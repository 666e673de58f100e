"""Errors of numbers: how far off they are, and how much better than always saying the mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from core.losses._base import Loss, Shape
from core.metrics._base import Array, Metric, Result
from core.words import Words


class Errors(Metric):
    """Mean |e|, root of the mean e², and R² = 1 - Σ e² / Σ (t - mean t)², its mean over the numbers that vary."""

    id: ClassVar[str] = "errors"
    titles: ClassVar[Mapping[str, Words]] = {
        "mean_absolute_error": Words("Mean absolute error", "平均绝对误差"),
        "root_mean_squared_error": Words("Root of the mean squared error", "均方根误差"),
        "r2": Words("R²", "R²"),
    }

    def __init__(self, loss: Loss, x: Shape) -> None:
        super().__init__(loss, x)
        self.count = 0
        self.mean, self.spread, self.squares, self.distance = (np.zeros(1) for _ in range(4))

    @staticmethod
    def suits(loss: Loss, x: Shape) -> bool:
        """Numbers that stand for themselves, not for classes."""
        return loss.target == "numbers" and loss.metric != "accuracy"

    def add(self, answer: Array, target: Array) -> None:
        """Sum up errors; mean and spread of the target are joined batch by batch (Chan et al., 1983), which cancels nothing."""
        if not len(target):
            return
        t, e = target.astype(np.float64), answer.astype(np.float64) - target
        n, mean = len(t), t.mean(axis=0)
        away, both = mean - self.mean, self.count + n
        self.spread = self.spread + ((t - mean) ** 2).sum(axis=0) + away**2 * self.count * n / both
        self.mean = self.mean + away * n / both
        self.squares = self.squares + (e**2).sum(axis=0)
        self.distance = self.distance + np.abs(e).sum(axis=0)
        self.count = both

    def result(self) -> Result:
        """Three numbers; R² only where something varies."""
        if not self.count:
            return {}
        each = {
            "mean_absolute_error": float(self.distance.mean() / self.count),
            "root_mean_squared_error": float(np.sqrt(self.squares.mean() / self.count)),
        }
        varies = self.spread > 0
        if varies.any():
            each["r2"] = float((1 - self.squares[varies] / self.spread[varies]).mean())
        return each
