"""Perceptron: points on the two sides of the lecture's line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PLANE, Array, Dataset
from core.data._made import TwoClassSource, how_many, points
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Perceptron(TwoClassSource):
    """Points that the line 1 + 3 x1 − 2 x2 = 0 parts; the first is the lecture's (−1, 2), for which it gives −6."""

    id: ClassVar[str] = "perceptron"
    title: ClassVar[Words] = Words("A line in 2D", "二维直线")
    group: ClassVar[Words] = PLANE
    help: ClassVar[Words] = Words(
        "Points on the two sides of 1 + 3 x1 − 2 x2 = 0, the line of the lecture's worked example. One neuron learns "
        "it; compare the weights it finds with 1, 3 and −2: only their proportion matters.",
        "直线 1 + 3 x1 − 2 x2 = 0（课堂例题）两侧的点。一个神经元就能学会；可将学到的权重与 1、3、−2 比较："
        "重要的只是比例。",
    )

    samples: int = how_many(200)
    margin: float = setting(
        0.3,
        Words("Margin", "间隔"),
        Words("How far from the line the nearest points keep.", "最近的点与直线保持的距离。"),
        ge=0,
        le=1.5,
    )

    def load(self) -> Dataset:
        """Points (rows, 2) of the square from −4 to 4, and their sides."""
        random = self.random()
        plane = np.array([(-1.0, 2.0)])
        while len(plane) < self.samples:
            more = random.uniform(-4, 4, (self.samples, 2))
            plane = np.concatenate([plane, more[np.abs(_side(more)) / np.sqrt(13) > self.margin]])
        plane = plane[: self.samples]
        sides = self.target(_side(plane) > 0, Words("side", "哪一侧"), ("0", "1"))
        return points(plane, sides, ("x1", "x2"), Words("point", "点"))


def _side(plane: Array) -> Array:
    return np.asarray(1 + 3 * plane[:, 0] - 2 * plane[:, 1])
