"""Plane: a value that rises evenly from one corner to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.data._base import PLANE, Dataset
from core.data._made import how_many
from core.data._playground import PlaygroundNumbers
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Plane(PlaygroundNumbers):
    """Points of the square from −6 to 6, with the value (x1 + x2) / 10."""

    id: ClassVar[str] = "plane"
    title: ClassVar[Words] = Words("Slope", "斜面")
    group: ClassVar[Words] = PLANE
    help: ClassVar[Words] = Words(
        "The simplest regression: the value is (x1 + x2) / 10. One linear neuron is enough, and its weights become "
        "0.1 and 0.1. Noise moves the place at which the value is read.",
        "最简单的回归：数值为 (x1 + x2) / 10。一个线性神经元就够，权重会变成 0.1 和 0.1。噪声移动取值的位置。",
    )

    samples: int = how_many(1200)

    def load(self) -> Dataset:
        """Points (rows, 2) and their values (rows, 1)."""
        random = self.random()
        plane = random.uniform(-6, 6, (self.samples, 2))
        read_at = plane + random.uniform(-6, 6, plane.shape) * self.noise
        return self.valued(plane, read_at.sum(axis=1) / 10)
