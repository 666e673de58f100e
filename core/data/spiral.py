"""Two spirals: the hardest problem of the Playground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PLANE, Dataset
from core.data._playground import PlaygroundClasses
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Spiral(PlaygroundClasses):
    """Two arms of n points; point i at radius 5 i/n and angle 3.5 π i/n, the second arm half a turn on."""

    id: ClassVar[str] = "spiral"
    title: ClassVar[Words] = Words("Spiral", "双螺旋")
    group: ClassVar[Words] = PLANE
    help: ClassVar[Words] = Words(
        "Two arms wound into each other. It needs width and depth: two hidden layers of eight neurons, or the sine "
        "features. Noise moves the points.",
        "两条互相缠绕的旋臂，需要足够的宽度和深度：两个各八个神经元的隐藏层，或加上正弦特征。噪声会移动点的位置。",
    )

    def load(self) -> Dataset:
        """Points (rows, 2) and their colours."""
        random = self.random()
        arms = (self.samples - self.samples // 2, self.samples // 2)
        turns = np.concatenate([np.arange(n) / n for n in arms])
        positive = np.arange(self.samples) < arms[0]
        angle = 3.5 * np.pi * turns + np.where(positive, 0, np.pi)
        plane = 5 * turns[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
        plane += random.uniform(-1, 1, plane.shape) * self.noise
        return self.coloured(plane, positive)
