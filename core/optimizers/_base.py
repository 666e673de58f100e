"""What an optimiser is: how a flat vector of weights moves along its gradient."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy.typing as npt

from core.kernels.call import Calls
from core.settings import Settings, setting
from core.words import Words

Array = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Optimizer(Settings):
    """Updates all trainable weights, kept in one flat vector, in one call.

    `rates` is a float64 vector [learning rate, step number t = 1, 2, …] that the plan sets before each update, so that
    the learning rate can be changed live and schedules cost nothing.
    """

    id: ClassVar[str]
    title: ClassVar[Words]
    help: ClassVar[Words]
    learning_rate: float = 0.01  # every optimiser declares its own default with `rate`

    @property
    def slots(self) -> int:
        """How many vectors of state it keeps, each as long as the weights."""
        return 0

    def slot_start(self) -> float:
        """The value every slot begins with."""
        return 0.0

    @abstractmethod
    def update(self, w: Array, dw: Array, slots: tuple[Array, ...], rates: Array, decaying: int) -> Calls:
        """Calls that move w; all arrays are (weights,). Weight decay pulls on the first `decaying` weights only."""


def rate(default: float) -> float:
    """The learning rate of an optimiser, with its default."""
    return setting(
        default,
        Words("Learning rate", "学习率"),
        Words(
            "How far each step goes. Too large: the loss jumps; too small: it creeps.",
            "每一步走多远。太大则损失跳动，太小则进展缓慢。",
        ),
        gt=0,
        le=100,
    )


def kept_of_mean() -> float:
    """How slowly Adam's mean of the gradient follows it."""
    words = Words("How much of the mean gradient is kept at each step.", "每一步保留多少梯度均值。")
    return setting(0.9, Words("Beta 1", "β₁"), words, ge=0, lt=1, advanced=True)


def kept_of_square() -> float:
    """How slowly Adam's mean of the squared gradient follows it."""
    words = Words("How much of the mean squared gradient is kept at each step.", "每一步保留多少梯度平方均值。")
    return setting(0.999, Words("Beta 2", "β₂"), words, ge=0, lt=1, advanced=True)


def guard(default: float) -> float:
    """The small number that keeps a division finite, with its default."""
    return setting(
        default,
        Words("Epsilon", "ε"),
        Words("Added to the denominator, which must not be zero.", "加在分母上，避免除以零。"),
        gt=0,
        le=1,
        advanced=True,
    )
