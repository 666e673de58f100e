"""Will I pass this class? The lecture's question, with students to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import PLANE, Dataset
from core.data._made import TwoClassSource, how_many, points
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class PassClass(TwoClassSource):
    """Lectures attended and hours spent on the project, and whether the student passed."""

    id: ClassVar[str] = "pass_class"
    title: ClassVar[Words] = Words("Will I pass this class?", "我能通过这门课吗？")
    group: ClassVar[Words] = PLANE
    help: ClassVar[Words] = Words(
        "Made-up students: 0 to 8 lectures attended, 0 to 10 hours on the final project. Those with about 0.5 × "
        "lectures + 0.6 × hours > 4.5 passed; luck moves the border a little. The first row is the lecture's student "
        "(4, 5), who passed.",
        "虚构的学生：听课 0 至 8 次，期末项目 0 至 10 小时。大致 0.5 × 听课 + 0.6 × 小时 > 4.5 的通过；"
        "运气使边界略有变动。第一行是课堂上的学生 (4, 5)，他通过了。",
    )

    samples: int = how_many(200)
    luck: float = setting(
        0.4,
        Words("Luck", "运气"),
        Words("Standard deviation of the chance in the result.", "结果中随机成分的标准差。"),
        ge=0,
        le=5,
    )

    def load(self) -> Dataset:
        """Students (rows, 2), and who passed."""
        random = self.random()
        lectures = random.integers(0, 9, self.samples).astype(np.float64)
        hours = random.integers(0, 21, self.samples) / 2
        passed = 0.5 * lectures + 0.6 * hours + random.normal(0, 1, self.samples) * self.luck > 4.5
        lectures[0], hours[0], passed[0] = 4, 5, True
        return points(
            np.stack([lectures, hours], axis=1),
            self.target(passed, Words("passed", "是否通过"), ("fail", "pass")),
            ("lectures", "hours"),
            Words("student", "学生"),
        )
