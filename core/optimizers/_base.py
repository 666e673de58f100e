"""What an optimiser is: how a flat vector of weights moves along its gradient."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy.typing as npt

from core.kernels.call import Calls
from core.settings import Settings
from core.words import Words

Array = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Optimizer(Settings):
    """Updates all trainable weights, kept in one flat vector, in one call.

    `rates` is a float64 vector [learning rate, step number t = 1, 2, …] that the plan sets before each update, so that the
    learning rate can be changed live and schedules cost nothing.
    """

    id: ClassVar[str]
    title: ClassVar[Words]
    help: ClassVar[Words]
    learning_rate: float  # every optimiser declares its own default
    slots: ClassVar[int] = 0  # how many vectors of state it keeps, each as long as the weights

    def slot_start(self) -> float:
        """The value every slot begins with."""
        return 0.0

    @abstractmethod
    def update(self, w: Array, dw: Array, slots: tuple[Array, ...], rates: Array) -> Calls:
        """Calls that move w, all arrays of shape (weights,). Items are equal slices of the vectors."""
