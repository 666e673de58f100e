"""Two clouds: the easiest problem of the Playground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PLANE, Dataset
from core.data._playground import PlaygroundClasses
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Gauss(PlaygroundClasses):
    """A normal cloud about (2, 2) for +1 and one about (−2, −2) for −1; noise widens them from variance 0.5 to 4."""

    id: ClassVar[str] = "gauss"
    title: ClassVar[Words] = Words("Two clouds", "两团高斯点")
    group: ClassVar[Words] = PLANE
    help: ClassVar[Words] = Words(
        "Two round clouds. A single neuron parts them with a line. Noise makes the clouds wider, until they overlap "
        "and no network can be right about every point.",
        "两团圆形点云，一个神经元画一条线即可分开。噪声使点云变宽，直到互相重叠，任何网络都不可能全对。",
    )

    def load(self) -> Dataset:
        """Points (rows, 2) and their colours."""
        random = self.random()
        positive = np.arange(self.samples) < self.samples - self.samples // 2
        variance = 0.5 + 7 * self.noise
        plane = random.normal(0, np.sqrt(variance), (self.samples, 2)) + np.where(positive, 2.0, -2.0)[:, None]
        return self.coloured(plane, positive)
