"""Sine: a wave with noise on it, one number in and one out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import CURVE, Dataset, Field
from core.data._made import MadeSource, how_many, points
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Sine(MadeSource):
    """y = sin(x) + noise, for x from −π to π times the number of waves."""

    id: ClassVar[str] = "sine"
    title: ClassVar[Words] = Words("Sine", "正弦")
    group: ClassVar[Words] = CURVE
    help: ClassVar[Words] = Words(
        "A noisy wave to fit. A straight line underfits it; a large network on 20 samples bends through every point "
        "and overfits; in between lies the ideal fit.",
        "一条带噪声的正弦曲线。直线会欠拟合；用大网络拟合 20 个样本，曲线会穿过每个点而过拟合；理想拟合在两者之间。",
    )

    samples: int = how_many(200)
    noise: float = setting(
        0.1,
        Words("Noise", "噪声"),
        Words("Standard deviation that is added to y.", "加在 y 上的噪声的标准差。"),
        ge=0,
        le=2,
    )
    waves: int = setting(
        1, Words("Waves", "周期数"), Words("How many full waves x runs through.", "x 跨过几个完整周期。"), ge=1, le=10
    )

    def load(self) -> Dataset:
        """x (rows, 1) and y (rows, 1)."""
        random = self.random()
        x = random.uniform(-np.pi, np.pi, (self.samples, 1)) * self.waves
        y = np.sin(x) + random.normal(0, 1, x.shape) * self.noise
        target = Field(Words("height", "高度"), "numbers", y.astype(np.float32), features=("y",))
        return points(x, target, ("x",), Words("place", "位置"))
