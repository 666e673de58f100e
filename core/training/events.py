"""What a training run tells the outside: frozen records, the same for command line, window and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Reason = Literal["epochs", "early", "stopped"]


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """One pass through the training data. `measures` has loss, the task's metric, and their val_ twins where there are any."""

    epoch: int
    step: int
    measures: Mapping[str, float]
    seconds: float
    best: bool  # whether this is the best epoch so far, by validation loss, or by loss without validation


@dataclass(frozen=True, slots=True)
class Finished:
    """The run came to its end. With `early`, the weights are those of the best epoch."""

    reason: Reason
    epoch: int
    step: int
    best_epoch: int
    seconds: float


Event = EpochEnded | Finished
