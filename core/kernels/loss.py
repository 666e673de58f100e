"""Losses row by row, the second measure that goes with each, and their gradients."""

from __future__ import annotations

import math

from core.kernels._jit import helper, kernel
from core.kernels.activation import SLICE
from core.kernels.elementary import exp, larger, log1p

FLOOR = 1e-12  # a probability below it counts as this much, so that no loss and no gradient is infinite
TINY = 1e-30  # a float32 below it has no more digits to trust


@helper
def at_least(x, floor):
    """The larger of both; NaN stays NaN."""
    return floor if x < floor else x


@kernel
def squared_error(x, target, measures, step, first, last):
    """measures[r] = the means of (x - target)² and of |x - target| over row r."""
    real = x.dtype.type
    each = real(1 / x.shape[1])
    for r in range(first * step, min(last * step, x.shape[0])):
        row, wanted = x[r], target[r]
        square, distance = real(0), real(0)
        for j in range(row.size):
            away = row[j] - wanted[j]
            square += away * away
            distance += abs(away)
        measures[r, 0], measures[r, 1] = square * each, distance * each


@kernel
def half_squared_error(x, target, measures, step, first, last):
    """measures[r] = the mean of (x - target)² / 2 over row r, and the share of numbers on the right side of 0."""
    real = x.dtype.type
    each, half = real(1 / x.shape[1]), real(0.5)
    for r in range(first * step, min(last * step, x.shape[0])):
        row, wanted = x[r], target[r]
        square, hits = real(0), real(0)
        for j in range(row.size):
            away = row[j] - wanted[j]
            square += away * away
            hits += (row[j] > 0) == (wanted[j] > 0)
        measures[r, 0], measures[r, 1] = half * square * each, hits * each


@kernel
def scale(dx, factor, first, last):
    """dx[i] *= factor."""
    factor = dx.dtype.type(factor)
    dx = dx[first * SLICE : last * SLICE]
    for i in range(dx.size):
        dx[i] *= factor


@kernel
def scaled_difference(a, b, y, factor, first, last):
    """y[i] = factor (a[i] - b[i])."""
    factor = a.dtype.type(factor)
    a, b, y = a[first * SLICE : last * SLICE], b[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(y.size):
        y[i] = factor * (a[i] - b[i])


@kernel
def binary_cross_entropy(x, target, yes, smoothing, measures, step, first, last):
    """measures[r] = the mean of -yes t ln p - (1 - t) ln(1 - p), p = sigmoid(x), and the share of x on the right side of 0.

    t is the target, moved towards 1/2 by smoothing. -ln p is max(-x, 0) + ln(1 + e**-|x|): nothing over- or underflows.
    """
    real = x.dtype.type
    each, half, zero, one, yes, smoothing = (
        real(1 / x.shape[1]),
        real(0.5),
        real(0),
        real(1),
        real(yes),
        real(smoothing),
    )
    for r in range(first * step, min(last * step, x.shape[0])):
        row, wanted = x[r], target[r]
        loss, hits = zero, zero
        for j in range(row.size):
            t = wanted[j] + smoothing * (half - wanted[j])
            rest = log1p(exp(-abs(row[j])))
            loss += yes * t * (larger(-row[j], zero) + rest) + (one - t) * (larger(row[j], zero) + rest)
            hits += (row[j] > 0) == (wanted[j] > half)
        measures[r, 0], measures[r, 1] = loss * each, hits * each


@kernel
def binary_cross_entropy_backward(p, target, dx, yes, smoothing, factor, first, last):
    """dx[i] = factor (yes t (p - 1) + (1 - t) p)."""
    real = p.dtype.type
    factor, half, one, yes, smoothing = real(factor), real(0.5), real(1), real(yes), real(smoothing)
    p, target, dx = (
        p[first * SLICE : last * SLICE],
        target[first * SLICE : last * SLICE],
        dx[first * SLICE : last * SLICE],
    )
    for i in range(dx.size):
        t = target[i] + smoothing * (half - target[i])
        dx[i] = factor * (yes * t * (p[i] - one) + (one - t) * p[i])


@kernel
def binary_cross_entropy_of_probabilities(x, target, yes, smoothing, measures, step, first, last):
    """measures[r] = the mean of -yes t ln x - (1 - t) ln(1 - x), and the share of x on the right side of 1/2."""
    real = x.dtype.type
    each, half, one, floor, yes, smoothing = (
        real(1 / x.shape[1]),
        real(0.5),
        real(1),
        real(FLOOR),
        real(yes),
        real(smoothing),
    )
    for r in range(first * step, min(last * step, x.shape[0])):
        row, wanted = x[r], target[r]
        loss, hits = real(0), real(0)
        for j in range(row.size):
            t = wanted[j] + smoothing * (half - wanted[j])
            loss -= yes * t * math.log(at_least(row[j], floor)) + (one - t) * math.log(at_least(one - row[j], floor))
            hits += (row[j] > half) == (wanted[j] > half)
        measures[r, 0], measures[r, 1] = loss * each, hits * each


@kernel
def binary_cross_entropy_of_probabilities_backward(x, target, dx, yes, smoothing, factor, first, last):
    """dx[i] = factor (yes t (x - 1) + (1 - t) x) / (x (1 - x))."""
    real = x.dtype.type
    factor, half, one, floor, yes, smoothing = real(factor), real(0.5), real(1), real(FLOOR), real(yes), real(smoothing)
    x, target, dx = (
        x[first * SLICE : last * SLICE],
        target[first * SLICE : last * SLICE],
        dx[first * SLICE : last * SLICE],
    )
    for i in range(dx.size):
        t = target[i] + smoothing * (half - target[i])
        dx[i] = factor * (yes * t * (x[i] - one) + (one - t) * x[i]) / at_least(x[i] * (one - x[i]), floor)


@helper
def at_class(row, target):
    """The number that belongs to the class; NaN where there is no such class."""
    return row[int(target)] if 0 <= target < row.size else row.dtype.type(math.nan)


@helper
def is_first(row, value, target):
    """1 where `value`, at the class `target`, is the largest of the row and the first such, else 0."""
    above, one, zero = row.dtype.type(0), row.dtype.type(1), row.dtype.type(0)
    for j in range(row.size):  # counted in numbers as wide as those that are compared
        above += one if row[j] > value else zero
    if above > 0 or math.isnan(value):
        return 0
    for j in range(int(target)):
        if row[j] == value:
            return 0
    return 1


@kernel
def categorical_cross_entropy(x, p, target, measures, step, first, last):
    """measures[n] = the means over steps s of -ln p[n, s, target] and of whether it is the largest; p = softmax(x).

    Where p is too small to be told from 0, ln p[t] = x[t] - max x + ln(max p): finite, however large x is.
    """
    real = x.dtype.type
    each = real(1 / x.shape[1])
    for n in range(first * step, min(last * step, x.shape[0])):
        loss, hits = real(0), real(0)
        for s in range(x.shape[1]):
            row, shares, wanted = x[n, s], p[n, s], target[n, s]
            value, share = at_class(row, wanted), at_class(shares, wanted)
            if share > TINY:
                loss -= math.log(share)
            else:
                top, largest = row[0], shares[0]
                for j in range(row.size):
                    top = larger(top, row[j])
                    largest = larger(largest, shares[j])
                loss += top - value - math.log(largest)
            hits += is_first(row, value, wanted)
        measures[n, 0], measures[n, 1] = loss * each, hits * each


@kernel
def categorical_cross_entropy_backward(p, target, dx, factor, step, first, last):
    """dx[r, j] = factor (p[r, j] - (1 where j is the target, else 0))."""
    factor = p.dtype.type(factor)
    for r in range(first * step, min(last * step, p.shape[0])):
        shares, out = p[r], dx[r]
        for j in range(out.size):
            out[j] = factor * shares[j]
        if 0 <= target[r] < out.size:
            out[int(target[r])] -= factor


@kernel
def categorical_cross_entropy_of_probabilities(x, target, measures, step, first, last):
    """measures[n] = the means over steps s of -ln x[n, s, target] and of whether the class is the likeliest."""
    real = x.dtype.type
    each, floor = real(1 / x.shape[1]), real(FLOOR)
    for n in range(first * step, min(last * step, x.shape[0])):
        loss, hits = real(0), real(0)
        for s in range(x.shape[1]):
            value = at_class(x[n, s], target[n, s])
            loss -= math.log(at_least(value, floor))
            hits += is_first(x[n, s], value, target[n, s])
        measures[n, 0], measures[n, 1] = loss * each, hits * each


@kernel
def categorical_cross_entropy_of_probabilities_backward(x, target, dx, factor, step, first, last):
    """dx[r, j] = -factor / x[r, j] where j is the target, else 0."""
    real = x.dtype.type
    factor, floor = real(factor), real(FLOOR)
    for r in range(first * step, min(last * step, x.shape[0])):
        out = dx[r]
        out[:] = real(0)
        if 0 <= target[r] < out.size:
            out[int(target[r])] = -factor / at_least(x[r, int(target[r])], floor)
