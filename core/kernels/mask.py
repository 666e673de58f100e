"""What is worked out over the steps of a row that count: those whose mask (batch, time) is above 0.

A mask of no rows, (0, time), says that every step counts.
"""

from __future__ import annotations

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.activation import rowwise
from core.kernels.call import Array, Calls


@helper
def counts(mask, n, t):
    """Whether step t of row n counts."""
    return mask.shape[0] == 0 or mask[n, t] > 0


@helper
def how_many(mask, n):
    """How many steps of row n count."""
    total = 0
    for t in range(mask.shape[1]):
        total += 1 if counts(mask, n, t) else 0
    return total


@kernel
def mean_of_steps(x, mask, y, step, first, last):
    """y[n, j] = the mean of x[n, t, j] over the steps t that count; 0 where none does. Items are `step` rows n."""
    real = x.dtype.type
    for n in range(first * step, min(last * step, x.shape[0])):
        mean, share = y[n], real(1 / max(how_many(mask, n), 1))
        mean[:] = real(0)
        for t in range(x.shape[1]):
            if counts(mask, n, t):
                row = x[n, t]
                for j in range(mean.size):
                    mean[j] += row[j]
        for j in range(mean.size):
            mean[j] *= share


@kernel
def mean_of_steps_backward(dy, mask, dx, step, first, last):
    """dx[n, t, j] = dy[n, j] over the number of steps that count, where step t does, else 0. Items are `step` rows n."""
    real = dx.dtype.type
    for n in range(first * step, min(last * step, dx.shape[0])):
        slope, share = dy[n], real(1 / max(how_many(mask, n), 1))
        for t in range(dx.shape[1]):
            row = dx[n, t]
            if counts(mask, n, t):
                for j in range(row.size):
                    row[j] = share * slope[j]
            else:
                row[:] = real(0)


@kernel
def largest_of_steps(x, mask, y, which, step, first, last):
    """y[n, j] = the largest x[n, t, j] of the steps t that count, which[n, j] the first such t; 0 and -1 where none does.

    Items are `step` rows n.
    """
    for n in range(first * step, min(last * step, x.shape[0])):
        top, place = y[n], which[n]
        top[:], place[:] = 0, -1
        for t in range(x.shape[1]):
            if counts(mask, n, t):
                row = x[n, t]
                for j in range(top.size):
                    if place[j] < 0 or row[j] > top[j] or np.isnan(row[j]):
                        top[j], place[j] = row[j], t


@kernel
def largest_of_steps_backward(dy, which, dx, step, first, last):
    """dx[n, which[n, j], j] = dy[n, j], all else 0. Items are `step` rows n."""
    for n in range(first * step, min(last * step, dx.shape[0])):
        slope, place = dy[n], which[n]
        dx[n] = 0
        for j in range(slope.size):
            if place[j] >= 0:
                dx[n, place[j], j] = slope[j]


@kernel
def rescale_steps(dx, mask, step, first, last):
    """dx[n, t] times time / (how many steps of row n count) where step t counts, else 0. Items are `step` rows n.

    This makes the slope of a mean over all steps that of a mean over those which count.
    """
    real = dx.dtype.type
    for n in range(first * step, min(last * step, dx.shape[0])):
        factor = real(dx.shape[1] / max(how_many(mask, n), 1))
        for t in range(dx.shape[1]):
            row = dx[n, t]
            if counts(mask, n, t):
                for j in range(row.size):
                    row[j] *= factor
            else:
                row[:] = real(0)


@kernel
def count_places(target, uncounted, counts, step, first, last):
    """counts[n, t] = 1 where target[n, t] is another class than `uncounted`, else 0. Items are `step` rows n."""
    real = counts.dtype.type
    for n in range(first * step, min(last * step, counts.shape[0])):
        for t in range(counts.shape[1]):
            counts[n, t] = real(target[n, t] != uncounted)


@kernel
def count_places_of_mask(target, uncounted, mask, counts, step, first, last):
    """counts[n, t] = 1 where the mask counts step t and its target is another class than `uncounted`, else 0."""
    real = counts.dtype.type
    for n in range(first * step, min(last * step, counts.shape[0])):
        for t in range(counts.shape[1]):
            counts[n, t] = real(target[n, t] != uncounted and mask[n, t] > 0)


def places_that_count(target: Array, uncounted: int, mask: Array | None, counts: Array) -> Calls:
    """Which places of each row are judged: (batch, places) of 1 and 0."""
    target = target.reshape(counts.shape)
    if mask is None:
        return rowwise(count_places, *counts.shape, target, uncounted, counts)
    return rowwise(count_places_of_mask, *counts.shape, target, uncounted, mask, counts)


def mean_over_steps(x: Array, mask: Array, y: Array) -> Calls:
    """From (batch, time, features) to the mean (batch, features) over the steps that count."""
    return rowwise(mean_of_steps, len(x), x[0].size, x, mask, y)


def mean_over_steps_slopes(dy: Array, mask: Array, dx: Array) -> Calls:
    """From the slopes of the means to those of every step."""
    return rowwise(mean_of_steps_backward, len(dx), dx[0].size, dy, mask, dx)


def largest_over_steps(x: Array, mask: Array, y: Array, which: Array) -> Calls:
    """From (batch, time, features) to the largest (batch, features) over the steps that count, and where it stood."""
    return rowwise(largest_of_steps, len(x), x[0].size, x, mask, y, which)


def largest_over_steps_slopes(dy: Array, which: Array, dx: Array) -> Calls:
    """From the slopes of the largest to those of every step."""
    return rowwise(largest_of_steps_backward, len(dx), dx[0].size, dy, which, dx)


def slopes_of_steps_that_count(dx: Array, mask: Array) -> Calls:
    """From the slopes (batch, time, …) of a mean over all steps to those of a mean over the steps that count, in place."""
    return rowwise(rescale_steps, len(dx), dx[0].size, dx.reshape(*mask.shape, -1), mask)
