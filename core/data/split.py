"""Which rows are kept aside, and in which order the others come: functions of the seed alone, so a run can be resumed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.intp]


def split(rows: int, validation: float, seed: int, classes: npt.NDArray[Any] | None = None) -> tuple[Rows, Rows]:
    """(rows to train on, rows kept aside), each in ascending order; of every class the same share is kept aside.

    As many rows are kept aside as the share asks for, to the nearest whole number, and one at least stays to train on.
    Shares of a row that classes are owed go to those that are owed most (largest remainder), by lot among equals.
    """
    rng = np.random.default_rng([seed, 1])
    if validation <= 0 or rows < 2:
        return np.arange(rows), np.arange(0)
    groups = [np.arange(rows)] if classes is None else [np.flatnonzero(classes == c) for c in np.unique(classes)]
    shuffled = [rng.permutation(group) for group in groups]
    owed = np.array([len(group) * validation for group in groups])
    count = np.floor(owed).astype(int)
    left = min(max(round(rows * validation), 1), rows - 1) - int(count.sum())
    most = np.lexsort((rng.random(len(groups)), count - owed))
    count[most[: max(left, 0)]] += 1
    aside = np.sort(np.concatenate([group[:n] for group, n in zip(shuffled, count, strict=True)]))
    return np.setdiff1d(np.arange(rows), aside), aside


def epoch_order(rows: int, seed: int, epoch: int) -> Rows:
    """The order of the training rows in an epoch, counted from 0."""
    return np.random.default_rng([seed, 2, epoch]).permutation(rows)
