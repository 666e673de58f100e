"""Exclusive or: opposite quadrants have the same colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PLANE, Dataset
from core.data._playground import PlaygroundClasses
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Xor(PlaygroundClasses):
    """Points of a square, 0.3 clear of both axes; +1 where x1 x2 is not negative."""

    id: ClassVar[str] = "xor"
    title: ClassVar[Words] = Words("Exclusive or", "异或")
    group: ClassVar[Words] = PLANE
    help: ClassVar[Words] = Words(
        "Four quadrants, opposite ones alike: the problem that one perceptron cannot solve (Minsky & Papert, 1969) "
        "and four hidden neurons can. With the feature x1x2 it needs none. Noise flips labels near the axes.",
        "四个象限，对角同色：单个感知机解决不了（Minsky 与 Papert，1969），四个隐藏神经元可以。用特征 x1x2 "
        "则一个也不需要。噪声翻转坐标轴附近的标签。",
    )

    def load(self) -> Dataset:
        """Points (rows, 2) and their colours."""
        random = self.random()
        plane = random.uniform(-5, 5, (self.samples, 2))
        plane += np.where(plane > 0, 0.3, -0.3)
        x1, x2 = (plane + random.uniform(-5, 5, plane.shape) * self.noise).T
        return self.coloured(plane, x1 * x2 >= 0)
