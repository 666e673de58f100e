"""What a run has been so far, small enough to draw at any length. Nothing here knows Qt.

Losses of single steps fall into buckets of equal width (least, greatest, mean); when a run outgrows them, neighbours
are joined and the width doubles. So the least and the greatest loss are never lost, and nothing grows with the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]  # float64
BUCKETS = 1000  # drawn as two points each


class StepHistory:
    """The loss of every step, by step number."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Nothing has happened yet."""
        self.width = 1  # steps in a bucket
        self.end = 0  # the step after the last one known
        self._low = np.full(BUCKETS, np.inf)
        self._high = np.full(BUCKETS, -np.inf)
        self._sum = np.zeros(BUCKETS)
        self._count = np.zeros(BUCKETS)

    def add(self, first: int, losses: npt.ArrayLike) -> None:
        """Losses of the steps first, first + 1, …; those already known are passed over."""
        values = np.asarray(losses, np.float64)[max(0, self.end - first) :]
        first = max(first, self.end)
        if not len(values):
            return
        self.end = first + len(values)
        while self.end > BUCKETS * self.width:
            self._join()
        bucket = np.arange(first, self.end) // self.width
        starts = np.flatnonzero(np.diff(bucket, prepend=-1))
        at = bucket[starts]
        self._low[at] = np.minimum(self._low[at], np.minimum.reduceat(values, starts))
        self._high[at] = np.maximum(self._high[at], np.maximum.reduceat(values, starts))
        self._sum[at] += np.add.reduceat(values, starts)
        self._count[at] += np.diff(starts, append=len(values))

    def truncate(self, step: int) -> None:
        """Forget the steps from `step` on: the run goes on from there, bit for bit.

        A bucket that is cut keeps what it has, and its steps are passed over when they come again with the same losses.
        """
        if step >= self.end:
            return
        kept = -(-step // self.width)
        for array, empty in ((self._low, np.inf), (self._high, -np.inf), (self._sum, 0.0), (self._count, 0.0)):
            array[kept:] = empty
        self.end = min(self.end, kept * self.width)

    def raw(self) -> tuple[Floats, Floats]:
        """Step and loss, the least and the greatest of each bucket; one point a step while there are few."""
        known = np.flatnonzero(self._count)
        if self.width == 1:
            return known.astype(np.float64), self._sum[known]
        x = np.repeat(known * float(self.width), 2)
        x[1::2] += self.width / 2
        return x, np.stack([self._low[known], self._high[known]], axis=1).reshape(-1)

    def smooth(self, smoothing: float) -> tuple[Floats, Floats]:
        """Step and a moving average of the loss: exponential, without the bias of its start.

        `smoothing` from 0 (none) to 1 is the share that stays from point to point: from step to step in a short run, and
        per thousandth of a long one, so that it looks as calm however long it gets.
        """
        known = np.flatnonzero(self._count)
        x = (known + 0.5) * self.width - 0.5
        means = self._sum[known] / self._count[known]
        if smoothing <= 0 or not len(known):
            return x, means
        keep = smoothing if self.width == 1 else float(smoothing ** (BUCKETS * self.width / self.end))
        average = weight = 0.0
        out = np.empty(len(means))
        for i, value in enumerate(means.tolist()):
            average = keep * average + (1 - keep) * value
            weight = keep * weight + (1 - keep)
            out[i] = average / weight
        return x, out

    def at(self, step: float) -> tuple[int, float] | None:
        """The known step nearest to `step`, and its loss (of a bucket: the mean)."""
        known = np.flatnonzero(self._count)
        if not len(known):
            return None
        nearest = int(known[np.argmin(np.abs((known + 0.5) * self.width - 0.5 - step))])
        return nearest * self.width, float(self._sum[nearest] / self._count[nearest])

    def _join(self) -> None:
        half = BUCKETS // 2
        for array, of_two, empty in (
            (self._low, np.minimum, np.inf),
            (self._high, np.maximum, -np.inf),
            (self._sum, np.add, 0.0),
            (self._count, np.add, 0.0),
        ):
            array[:half] = of_two(array[0::2], array[1::2])
            array[half:] = empty
        self.width *= 2


class EpochHistory:
    """Every measure of every epoch, and the step at which the epoch ended."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """No epoch has ended yet."""
        self._table: Floats = np.empty((64, 2))  # step and epoch number, then a column for each measure
        self.count = 0
        self.names: list[str] = []
        self.best: int | None = None  # index of the best epoch

    def add(self, epoch: int, step: int, measures: Mapping[str, float], *, best: bool) -> None:
        """One more epoch."""
        for name in measures:
            if name not in self.names:
                self.names.append(name)
                self._table = np.pad(self._table, ((0, 0), (0, 1)), constant_values=np.nan)
        if self.count == len(self._table):
            self._table = np.pad(self._table, ((0, self.count), (0, 0)), constant_values=np.nan)
        self._table[self.count] = [step, epoch, *(measures.get(name, np.nan) for name in self.names)]
        self.best = self.count if best else self.best
        self.count += 1

    def truncate(self, step: int) -> None:
        """Forget the epochs that ended after `step`."""
        self.count = int(np.searchsorted(self._table[: self.count, 0], step, side="right"))
        if self.best is not None and self.best >= self.count:
            losses = self.values("val_loss" if "val_loss" in self.names else "loss")
            self.best = int(np.nanargmin(losses)) if len(losses) and not np.isnan(losses).all() else None

    @property
    def steps(self) -> Floats:
        """The step at which each epoch ended."""
        return self._table[: self.count, 0]

    @property
    def epochs(self) -> Floats:
        """The number of each epoch."""
        return self._table[: self.count, 1]

    def values(self, name: str) -> Floats:
        """One measure of all epochs; NaN where an epoch has none."""
        if name not in self.names:
            return np.full(self.count, np.nan)
        return self._table[: self.count, 2 + self.names.index(name)]

    def line(self, name: str) -> tuple[Floats, Floats]:
        """Step and value of the epochs that have the measure: at most 2 × BUCKETS points, extremes included."""
        values = self.values(name)
        known = ~np.isnan(values)
        return thinned(self.steps[known], values[known])


def thinned(x: Floats, y: Floats, buckets: int = BUCKETS) -> tuple[Floats, Floats]:
    """At most 2 × `buckets` points of a line: the least and the greatest of each stretch, in the order they come."""
    if len(x) <= 2 * buckets:
        return x.copy(), y.copy()
    edges = np.linspace(0, len(x), buckets + 1).astype(int)
    picked: list[Any] = []
    for first, last in pairwise(edges.tolist()):
        part = y[first:last]
        picked += sorted((first + int(part.argmin()), first + int(part.argmax())))
    chosen = np.array(picked)
    return x[chosen], y[chosen]
