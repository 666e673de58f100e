"""What is worked out over the steps of a row that count: those whose mask is above 0."""

from __future__ import annotations

from core.kernels._jit import helper, kernel
from core.kernels.activation import rowwise, table
from core.kernels.call import Array, Calls


@helper
def count(mask):
    """How many steps of a row count."""
    steps = 0
    for t in range(mask.size):
        steps += mask[t] > 0
    return steps


@kernel
def mean_of_steps(each, mask, y, step, first, last):
    """y[n, j] = the mean of each[n, t, j] over the steps t that count; 0 where none does. Items are `step` rows n."""
    real = each.dtype.type
    for n in range(first * step, min(last * step, each.shape[0])):
        out, share = y[n], real(1 / max(count(mask[n]), 1))
        out[:] = real(0)
        for t in range(each.shape[1]):
            if mask[n, t] > 0:
                row = each[n, t]
                for j in range(out.size):
                    out[j] += row[j]
        for j in range(out.size):
            out[j] *= share


@kernel
def rescale_steps(dx, mask, step, first, last):
    """dx[n, t] times time / (how many steps of row n count) where step t counts, else 0. Items are `step` rows n.

    This makes the slope of a mean over all steps that of a mean over those which count.
    """
    real = dx.dtype.type
    for n in range(first * step, min(last * step, dx.shape[0])):
        factor = real(dx.shape[1] / max(count(mask[n]), 1))
        for t in range(dx.shape[1]):
            row = dx[n, t]
            if mask[n, t] > 0:
                for j in range(row.size):
                    row[j] *= factor
            else:
                row[:] = real(0)


def mean_over_steps(each: Array, mask: Array, y: Array) -> Calls:
    """From (batch, time, features) to the mean (batch, features) over the steps that count."""
    return rowwise(mean_of_steps, len(each), each[0].size, each, mask, y)


def slopes_of_steps_that_count(dx: Array, mask: Array) -> Calls:
    """From the slopes (batch, time, …) of a mean over all steps to those of a mean over the steps that count, in place."""
    by_step = table(dx, dx[0, 0].size).reshape(*mask.shape, -1)
    return rowwise(rescale_steps, len(dx), dx[0].size, by_step, mask)
