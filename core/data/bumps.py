"""Bumps: three hills and three hollows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PLANE, Dataset
from core.data._made import how_many
from core.data._playground import PlaygroundNumbers
from core.words import Words

MIDDLES = np.array([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)])
HEIGHTS = np.array([1, -1, 1, -1, 1, -1])


@dataclass(frozen=True, kw_only=True)
class Bumps(PlaygroundNumbers):
    """Points of the square from −6 to 6; six cones of radius 2 and height 1 or −1 stand on it, 0 between them."""

    id: ClassVar[str] = "bumps"
    title: ClassVar[Words] = Words("Bumps", "峰与谷")
    group: ClassVar[Words] = PLANE
    help: ClassVar[Words] = Words(
        "Three hills and three hollows on a flat field, a regression that needs hidden neurons for every bump. Noise "
        "moves the place at which the height is read.",
        "平地上的三座峰和三个谷；这个回归问题的每个峰谷都需要隐藏神经元。噪声移动取高度的位置。",
    )

    samples: int = how_many(1200)

    def load(self) -> Dataset:
        """Points (rows, 2) and their values (rows, 1)."""
        random = self.random()
        plane = random.uniform(-6, 6, (self.samples, 2))
        read_at = plane + random.uniform(-6, 6, plane.shape) * self.noise
        away = np.linalg.norm(read_at[:, None] - MIDDLES, axis=2)
        # no two cones overlap, so their sum is the one that matters
        return self.valued(plane, (HEIGHTS * np.clip(1 - away / 2, 0, 1)).sum(axis=1))
