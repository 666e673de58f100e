"""What a schedule is: by how much the learning rate is multiplied, as a run goes on."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from core.settings import Settings, setting
from core.words import Words

Array = npt.NDArray[Any]
MEMORY = 3  # numbers a schedule may remember from epoch to epoch


@dataclass(frozen=True, kw_only=True)
class Schedule(Settings):
    """A factor of the optimiser's learning rate, as a function of how many epochs are done, with fractions.

    Being a factor, it goes on when the learning rate is changed live: the rest of the schedule is scaled. It knows of
    epochs and not of steps, so that another batch size leaves its shape as it is. All of them may begin with a linear
    warm-up (Goyal et al., 2017), after which they run through the epochs that are left.
    """

    id: ClassVar[str]
    title: ClassVar[Words]
    help: ClassVar[Words]

    warm_up: float = setting(
        0.0,
        Words("Warm-up", "预热"),
        Words(
            "So many epochs the rate grows evenly up to the learning rate, before the schedule begins.",
            "在这么多轮内学习率均匀升到设定值，之后才开始调度。",
        ),
        ge=0,
        le=10_000,
        advanced=True,
    )
    warm_up_from: float = setting(
        0.1,
        Words("Warm-up from", "预热起点"),
        Words("The share of the learning rate that the warm-up begins with.", "预热开始时为学习率的这一比例。"),
        ge=0,
        le=1,
        advanced=True,
    )

    def factors(self, done: Array, epochs: float, memory: Array) -> Array:
        """The factor after `done` epochs (n,) of a run of `epochs`; `memory` is (MEMORY,), zeros at the start."""
        warm = self.warm_up_from + (1 - self.warm_up_from) * done / max(self.warm_up, 1e-12)
        rest = self.after_warm_up(np.maximum(done - self.warm_up, 0), max(epochs - self.warm_up, 1e-12), memory)
        return np.where(done < self.warm_up, warm, rest)

    @abstractmethod
    def after_warm_up(self, done: Array, epochs: float, memory: Array) -> Array:
        """The factor after `done` of `epochs`, counted from the end of the warm-up."""

    def remember(self, memory: Array, loss: float) -> None:
        """An epoch has ended with this loss, that of validation where there is one; `memory` may be changed."""
