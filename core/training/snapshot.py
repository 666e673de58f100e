"""A training run at one moment, as a value: it can be kept, sent to another process, and gone on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

HEAD = 256  # bytes for the name, type and shape of an array in a letter


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All that a run needs to go on bit for bit: copies of its arrays, and where it was."""

    arrays: Mapping[str, npt.NDArray[Any]]
    epoch: int
    step: int
    batch_size: int
    epochs: int  # that the run has in all: schedules follow it, and it may be changed live
    seed: int
    best: tuple[float, int]  # the best loss and its epoch

    @property
    def room(self) -> int:
        """Bytes of the largest letter of this run: the best weights, once there are some, come on top."""
        best = sum(a.nbytes + HEAD for k, a in self.arrays.items() if k.startswith("w."))
        return sum(a.nbytes + HEAD for a in self.arrays.values()) + best + 65536

    def note(self) -> dict[str, Any]:
        """What a letter says beside the arrays."""
        loss, epoch = self.best
        return {
            "epoch": self.epoch, "step": self.step, "batch_size": self.batch_size, "epochs": self.epochs,
            "seed": self.seed, "best": [loss if np.isfinite(loss) else None, epoch],
        }  # fmt: skip

    @classmethod
    def from_letter(cls, arrays: Mapping[str, npt.NDArray[Any]], note: Mapping[str, Any]) -> Self:
        """The snapshot that was sent."""
        loss, epoch = note["best"]
        return cls(
            arrays,
            note["epoch"],
            note["step"],
            note["batch_size"],
            note["epochs"],
            note["seed"],
            (np.inf if loss is None else loss, epoch),
        )
