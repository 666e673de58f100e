"""Circle: a disc inside a ring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PLANE, Dataset
from core.data._playground import PlaygroundClasses
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Circle(PlaygroundClasses):
    """Half the points at a radius of 0 to 2.5, half at 3.5 to 5; +1 within 2.5 of the middle."""

    id: ClassVar[str] = "circle"
    title: ClassVar[Words] = Words("Circle", "圆环")
    group: ClassVar[Words] = PLANE
    help: ClassVar[Words] = Words(
        "A disc inside a ring, as in the TensorFlow Playground. No straight line parts them: three hidden neurons do, "
        "or none at all with the features x1² and x2². Noise flips labels near the border and leaves the points where "
        "they are.",
        "圆盘在圆环之中，与 TensorFlow Playground 相同。直线分不开它们：三个隐藏神经元可以；若用特征 x1² 和 x2²，"
        "一个也不需要。噪声只翻转边界附近的标签，点的位置不变。",
    )

    def load(self) -> Dataset:
        """Points (rows, 2) and their colours."""
        random = self.random()
        inner = self.samples - self.samples // 2
        outer = self.samples - inner
        radius = np.concatenate([random.uniform(0, 2.5, inner), random.uniform(3.5, 5, outer)])
        angle = random.uniform(0, 2 * np.pi, self.samples)
        plane = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
        seen_at = plane + random.uniform(-5, 5, plane.shape) * self.noise
        return self.coloured(plane, np.hypot(seen_at[:, 0], seen_at[:, 1]) < 2.5)
