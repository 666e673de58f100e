"""Which rows are kept aside, and in which order the others come: functions of the seed alone, so a run can be resumed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.intp]


def split(rows: int, validation: float, seed: int, classes: npt.NDArray[Any] | None = None) -> tuple[Rows, Rows]:
    """(rows to train on, rows kept aside), each in ascending order; of every class the same share is kept aside."""
    rng = np.random.default_rng([seed, 1])
    if validation <= 0 or rows < 2:
        return np.arange(rows), np.arange(0)
    groups = [np.arange(rows)] if classes is None else [np.flatnonzero(classes == c) for c in np.unique(classes)]
    kept = [rng.permutation(group)[: round(len(group) * validation)] for group in groups]
    aside = np.sort(np.concatenate(kept))
    return np.setdiff1d(np.arange(rows), aside), aside


def epoch_order(rows: int, seed: int, epoch: int) -> Rows:
    """The order of the training rows in an epoch, counted from 0."""
    return np.random.default_rng([seed, 2, epoch]).permutation(rows)
