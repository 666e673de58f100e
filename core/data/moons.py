"""Moons: two half circles that reach into each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PLANE, Dataset
from core.data._made import TwoClassSource, how_many, points
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Moons(TwoClassSource):
    """Half circles of radius 1: the upper about (0, 0), the lower about (1, 0.5)."""

    id: ClassVar[str] = "moons"
    title: ClassVar[Words] = Words("Moons", "双月")
    group: ClassVar[Words] = PLANE
    help: ClassVar[Words] = Words(
        "Two crescents, one reaching into the other. A line gets about nine points in ten right; a small hidden layer "
        "bends the border. With much noise and few samples it shows overfitting well.",
        "两个交错的月牙。直线大约能分对九成；一个小隐藏层就能把边界弯过来。噪声大、样本少时，很适合观察过拟合。",
    )

    samples: int = how_many(400)
    noise: float = setting(
        0.1,
        Words("Noise", "噪声"),
        Words("Standard deviation by which points are moved.", "点的位置偏移的标准差。"),
        ge=0,
        le=2,
    )

    def load(self) -> Dataset:
        """Points (rows, 2), and which moon they are of."""
        random = self.random()
        angle = random.uniform(0, np.pi, self.samples)
        lower = random.permutation(self.samples) % 2 == 1
        plane = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        plane = (
            np.where(lower[:, None], np.array([1, 0.5]) - plane, plane) + random.normal(0, 1, plane.shape) * self.noise
        )
        moon = self.target(lower, Words("moon", "月牙"), ("upper", "lower"))
        return points(plane, moon, ("x1", "x2"), Words("point", "点"))
