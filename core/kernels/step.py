"""What surrounds the blocks in a training step: fetch a batch, join gradients, keep score, watch for NaN, count."""

from __future__ import annotations

import numpy as np

from core.kernels._jit import kernel

SLICE = 4096


@kernel
def gather_rows(data, order, cursor, shift, scale, x, first, last):
    """x[i, j] = (data[order[cursor + i], j] - shift[j]) * scale[j]; shift and scale may hold one number for all j."""
    width = x.shape[1]
    one = shift.size == 1
    for i in range(first, last):
        row = order[cursor[0] + i]
        if one:
            less, times = shift[0], scale[0]
            for j in range(width):
                x[i, j] = (data[row, j] - less) * times
        else:
            for j in range(width):
                x[i, j] = (data[row, j] - shift[j]) * scale[j]


@kernel
def sum_into(a, b, y, first, last):
    """y[i] = a[i] + b[i]; y may be a."""
    begin, end = first * SLICE, min(last * SLICE, y.size)
    a, b, y = a[begin:end], b[begin:end], y[begin:end]  # from 0 upwards, LLVM sees runs of memory and not gathers
    for i in range(y.size):
        y[i] = a[i] + b[i]


@kernel
def score(measures, totals, halt, weight, first, last):
    """totals[0] += rows, totals[1] += sum of losses, totals[2] += sum of metrics, totals[3] = weight × this batch's mean loss.

    halt[0] becomes 1 where that mean is not finite, and nothing is added then.
    """
    rows = measures.shape[0]
    loss, metric = 0.0, 0.0
    for i in range(rows):
        loss += measures[i, 0]
        metric += measures[i, 1]
    totals[3] = weight * loss / rows
    if np.isfinite(loss):
        totals[0] += rows
        totals[1] += loss
        totals[2] += metric
    else:
        halt[0] = 1


@kernel
def tick(clocks, totals, history, rates, ahead, cursor, batch, first, last):
    """One step more: clocks[:, 1], the optimiser's t and the cursor move on; history[step] keeps the loss of the step.

    The learning rate of step t is ahead[t % size].
    """
    loss = 0.0
    for o in range(totals.shape[0]):
        loss += totals[o, 3]
    history[np.int64(clocks[0, 1]) % history.size] = loss
    for b in range(clocks.shape[0]):
        clocks[b, 1] += np.uint64(1)
    rates[1] += 1.0
    rates[0] = ahead[np.int64(rates[1]) % ahead.size]
    cursor[0] += batch


@kernel
def skip(cursor, batch, first, last):
    """cursor += batch: the next rows, without having learnt from these."""
    cursor[0] += batch
