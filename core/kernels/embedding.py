"""Rows looked up in a table, and rows that are added to every sequence of a batch."""

from __future__ import annotations

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.activation import SLICE
from core.kernels.vectors import LANES, move_onto

FEATURES = 16  # columns of the table that one item of the backward direction adds up: a cache line of float32


@helper
def named_row(number, rows):
    """The row of a table that a number names; -1 where it names none: a fraction, a NaN, a number outside the table."""
    if not 0 <= number < rows:
        return -1
    row = int(number)
    return row if row == number else -1


@kernel
def embedding_forward(x, W, y, step, first, last):
    """y[n, j] = W[x[n], j]; a row of NaN where x[n] names no row of W. Items are `step` numbers n."""
    for n in range(first * step, min(last * step, x.size)):
        row, out = named_row(x[n], W.shape[0]), y[n]
        if row < 0:
            for j in range(out.size):
                out[j] = np.nan
        else:
            entry = W[row]
            for j in range(out.size):
                out[j] = entry[j]


@kernel
def embedding_backward(x, dy, dW, first, last):
    """dW[v, j] = sum of dy[n, j] over the n with x[n] = v, in the order of n. Items are FEATURES columns j."""
    for j in range(first * FEATURES, last * FEATURES, FEATURES):
        width, stop = dW.shape[1], min(j + FEATURES, dW.shape[1])
        for v in range(dW.shape[0]):
            dW[v, j:stop] = 0
        for n in range(x.size):
            row = named_row(x[n], dW.shape[0])
            if row >= 0:
                for i in range(j, stop, LANES):
                    move_onto(dy, n * width + i, stop - i, dW, row * width + i, stop - i)


@kernel
def tokens_that_count(x, mask, padding, first, last):
    """mask[i] = 0 where x[i] is the number of the padding, else 1."""
    x, mask = x[first * SLICE : last * SLICE], mask[first * SLICE : last * SLICE]
    for i in range(mask.size):
        mask[i] = 0 if x[i] == padding else 1


@kernel
def zeros(y, first, last):
    """y[i] = 0."""
    for i in range(first * SLICE, min(last * SLICE, y.size)):
        y[i] = 0


@kernel
def add_table(x, table, y, step, first, last):
    """y[n, i] = x[n, i] + table[i]. Items are `step` rows n."""
    for n in range(first * step, min(last * step, x.shape[0])):
        row, out = x[n], y[n]
        for i in range(out.size):
            out[i] = row[i] + table[i]
