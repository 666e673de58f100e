"""Losses that grow no faster than the error does: absolute error, Huber and hinge, row by row, and their gradients.

The slopes are written so that NaN comes through: what is neither above nor below is passed on as it is.
"""

from __future__ import annotations

from core.kernels._jit import kernel
from core.kernels.activation import SLICE


@kernel
def absolute_error(x, target, measures, step, first, last):
    """measures[r] = the means of |x - target| and of (x - target)² over row r."""
    real = x.dtype.type
    each = real(1 / x.shape[1])
    for r in range(first * step, min(last * step, x.shape[0])):
        row, wanted = x[r], target[r]
        distance, square = real(0), real(0)
        for j in range(row.size):
            away = row[j] - wanted[j]
            distance += abs(away)
            square += away * away
        measures[r, 0], measures[r, 1] = distance * each, square * each


@kernel
def huber(x, target, measures, step, first, last):
    """measures[r] = the means over row r of e² / 2 where |e| <= 1, else |e| - 1/2, and of |e|; e = x - target."""
    real = x.dtype.type
    each, half, one = real(1 / x.shape[1]), real(0.5), real(1)
    for r in range(first * step, min(last * step, x.shape[0])):
        row, wanted = x[r], target[r]
        loss, distance = real(0), real(0)
        for j in range(row.size):
            away = abs(row[j] - wanted[j])
            loss += half * away * away if away <= one else away - half
            distance += away
        measures[r, 0], measures[r, 1] = loss * each, distance * each


@kernel
def clipped_difference(a, b, y, factor, reach, first, last):
    """y[i] = factor times a[i] - b[i], cut off at ±1 from ±reach on; with a reach of 0, the sign of a[i] - b[i]."""
    factor, reach = a.dtype.type(factor), a.dtype.type(reach)
    a, b, y = a[first * SLICE : last * SLICE], b[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(y.size):
        away = a[i] - b[i]
        y[i] = factor if away > reach else (-factor if away < -reach else factor * away)


@kernel
def hinge(x, target, measures, step, first, last):
    """measures[r] = the mean of max(0, 1 - t x) over row r, and the share of numbers on the right side of 0."""
    real = x.dtype.type
    each, one = real(1 / x.shape[1]), real(1)
    for r in range(first * step, min(last * step, x.shape[0])):
        row, wanted = x[r], target[r]
        loss, hits = real(0), real(0)
        for j in range(row.size):
            short = one - wanted[j] * row[j]
            loss += real(0) if short <= 0 else short
            hits += (row[j] > 0) == (wanted[j] > 0)
        measures[r, 0], measures[r, 1] = loss * each, hits * each


@kernel
def hinge_backward(x, target, dx, factor, first, last):
    """dx[i] = -factor t[i] where t[i] x[i] < 1, else 0."""
    real = x.dtype.type
    factor, zero, one = real(factor), real(0), real(1)
    x, target, dx = (
        x[first * SLICE : last * SLICE],
        target[first * SLICE : last * SLICE],
        dx[first * SLICE : last * SLICE],
    )
    for i in range(dx.size):
        short = one - target[i] * x[i]
        dx[i] = -factor * target[i] if short > 0 else (zero if short <= 0 else short)
