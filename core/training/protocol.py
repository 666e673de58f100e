"""What the window and the engine process say to each other: commands one way, reports the other. Plain frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy.typing as npt

from core.errors import Change
from core.insight._base import Request
from core.training.events import EpochEnded, Finished
from core.words import Words

State = Literal["empty", "preparing", "ready", "training", "paused", "finished", "failed"]

# commands -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """Prepare this project (the text of its file). `revision` comes back in every report about it.

    With `keeps`, the weights of earlier runs that still fit are taken over; `names` says old -> new of blocks renamed since.
    """

    project: str
    revision: int
    keeps: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keep:
    """Put snapshots into this mailbox. A fresh one gets a first snapshot now; another may hold one to resume from."""

    name: str
    capacity: int
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on from the newest snapshot in the mailbox."""


@dataclass(frozen=True, slots=True)
class Run:
    """Train until the epochs are done."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop after the current step and keep everything."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the run here: the weights are kept, and with early stopping they are the best ones so far."""


@dataclass(frozen=True, slots=True)
class Step:
    """Train one batch, or to the end of the epoch, then pause."""

    unit: Literal["batch", "epoch"]


@dataclass(frozen=True, slots=True)
class Reset:
    """Back to the first weights: the same ones, or those of another seed."""

    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Tune:
    """Change a running run; None leaves as it is."""

    learning_rate: float | None = None
    batch_size: int | None = None
    epochs: int | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """What is visible now, and the mailbox for each answer. Nothing else is looked at."""

    requests: tuple[tuple[Request, str, int], ...]  # request, mailbox name, capacity


@dataclass(frozen=True, slots=True)
class Export:
    """Write the weights to this path; the ending says the format."""

    path: str


@dataclass(frozen=True, slots=True)
class Quit:
    """End the process."""


Command = Open | Keep | Resume | Run | Pause | Stop | Step | Reset | Tune | Watch | Export | Quit

# reports ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changed:
    """The engine is in another state."""

    state: State
    revision: int


@dataclass(frozen=True, slots=True)
class Preparing:
    """Kernels are being compiled, which happens once on a machine."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The project can be trained."""

    revision: int
    parameters: int
    rows: int
    held_out: int
    snapshot_bytes: int
    notes: tuple[Words, ...]  # what was done to the data, in numbers
    kept: tuple[str, ...] = ()  # blocks that have the weights of an earlier run
    anew: tuple[str, ...] = ()  # where some are kept: blocks that begin anew


@dataclass(frozen=True, slots=True)
class Paced:
    """Seconds that an epoch would take, from a few steps that were timed and taken back."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Taking:
    """Bytes that training takes beside the weights, at this batch size."""

    bytes: int
    batch_size: int


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Where the run is, and the losses of the steps since the last report."""

    epoch: int
    epochs: int
    step: int
    rows_done: int
    rows: int
    rows_per_second: float
    first: int
    losses: npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """An epoch or the run came to its end."""

    event: EpochEnded | Finished


@dataclass(frozen=True, slots=True)
class Jumped:
    """The run is at another step: after a reset (0) or a resume."""

    step: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Exported:
    """The weights were written."""

    path: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Something could not be done. `block` and `step` say where, for values that are not finite; `changes` would mend it."""

    words: Words
    block: str = ""
    step: int = 0
    changes: tuple[Change, ...] = ()


Report = Changed | Preparing | Ready | Taking | Paced | Progress | Ended | Jumped | Exported | Failed
