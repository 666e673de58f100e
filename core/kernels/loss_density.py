"""Negative log-likelihood of numbers under a density that the network describes: one Gaussian, or a mixture of them.

The network gives logarithms of spreads. Beyond a bound they count as the bound, and slope as they do there, so that
nothing overflows and an output that has run away is still pulled back.
"""

from __future__ import annotations

import math

from core.kernels._jit import helper, kernel
from core.kernels.elementary import exp, larger

WIDEST = 10.0  # of |ln σ|
HALF_LOG_TAU = 0.5 * math.log(2 * math.pi)


@helper
def bounded(x, limit):
    """x between -limit and limit; NaN stays NaN."""
    return limit if x > limit else (-limit if x < -limit else x)


@kernel
def gaussian(x, target, measures, step, first, last):
    """measures[n] = the means over places and numbers of (s + (t - m)² e**-s + ln 2π) / 2 and |t - m|; x = (m …, s …)."""
    real = x.dtype.type
    half, constant, limit = real(0.5), real(HALF_LOG_TAU), real(2 * WIDEST)
    numbers = target.shape[2]
    each = real(1 / (x.shape[1] * numbers))
    for n in range(first * step, min(last * step, x.shape[0])):
        loss, distance = real(0), real(0)
        for place in range(x.shape[1]):
            row, wanted = x[n, place], target[n, place]
            for j in range(numbers):
                away, spread = wanted[j] - row[j], bounded(row[numbers + j], limit)
                loss += half * (spread + away * away * exp(-spread)) + constant
                distance += abs(away)
        measures[n, 0], measures[n, 1] = loss * each, distance * each


@kernel
def gaussian_backward(x, target, dx, factor, step, first, last):
    """dm = factor (m - t) e**-s; ds = factor (1 - (t - m)² e**-s) / 2."""
    real = x.dtype.type
    factor, half, one, limit = real(factor), real(0.5), real(1), real(2 * WIDEST)
    numbers = target.shape[1]
    for r in range(first * step, min(last * step, x.shape[0])):
        row, wanted, out = x[r], target[r], dx[r]
        for j in range(numbers):
            away, sharp = wanted[j] - row[j], exp(-bounded(row[numbers + j], limit))
            out[j] = -factor * away * sharp
            out[numbers + j] = factor * half * (one - away * away * sharp)


@kernel
def gaussian_read(x, y, numbers, step, first, last):
    """y = the means as they are, and σ = e**(s / 2)."""
    real = x.dtype.type
    half, limit = real(0.5), real(2 * WIDEST)
    for r in range(first * step, min(last * step, x.shape[0])):
        row, out = x[r], y[r]
        for j in range(numbers):
            out[j] = row[j]
            out[numbers + j] = exp(half * bounded(row[numbers + j], limit))


@helper
def log_sum_of_first(row, parts):
    """ln Σ exp of the first numbers of a row."""
    top = row[0]
    for k in range(parts):
        top = larger(top, row[k])
    total = row.dtype.type(0)
    for k in range(parts):
        total += exp(row[k] - top)
    return top + math.log(total)


@helper
def log_density(row, wanted, k, parts, numbers):
    """ln N(t; m[k], σ[k]) of one part; a row is (logits, means part by part, ln σ part by part)."""
    real = row.dtype.type
    half, constant, limit = real(0.5), real(HALF_LOG_TAU), real(WIDEST)
    total = real(0)
    for j in range(numbers):
        spread = bounded(row[parts + (parts + k) * numbers + j], limit)
        z = (wanted[j] - row[parts + k * numbers + j]) * exp(-spread)
        total -= half * z * z + spread + constant
    return total


@helper
def log_likelihood(row, wanted, parts, numbers, whole):
    """ln Σ π[k] N(t; m[k], σ[k])."""
    top = row[0] - whole + log_density(row, wanted, 0, parts, numbers)
    for k in range(1, parts):
        top = larger(top, row[k] - whole + log_density(row, wanted, k, parts, numbers))
    total = row.dtype.type(0)
    for k in range(parts):
        total += exp(row[k] - whole + log_density(row, wanted, k, parts, numbers) - top)
    return top + math.log(total)


@kernel
def mixture(x, target, parts, measures, step, first, last):
    """measures[n] = the means over places of -ln Σ π[k] N(t; m[k], σ[k]) and of |t - Σ π[k] m[k]|."""
    real = x.dtype.type
    numbers = target.shape[2]
    each, share = real(1 / x.shape[1]), real(1 / numbers)
    for n in range(first * step, min(last * step, x.shape[0])):
        loss, distance = real(0), real(0)
        for place in range(x.shape[1]):
            row, wanted = x[n, place], target[n, place]
            whole = log_sum_of_first(row, parts)
            loss -= log_likelihood(row, wanted, parts, numbers, whole)
            for j in range(numbers):
                mean = real(0)
                for k in range(parts):
                    mean += exp(row[k] - whole) * row[parts + k * numbers + j]
                distance += abs(wanted[j] - mean) * share
        measures[n, 0], measures[n, 1] = loss * each, distance * each


@kernel
def mixture_backward(x, target, parts, dx, factor, step, first, last):
    """With r[k] part k's share in the likelihood: dlogit = π - r; dm = -r z / σ; d ln σ = r (1 - z²); z = (t - m) / σ."""
    real = x.dtype.type
    factor, one, limit = real(factor), real(1), real(WIDEST)
    numbers = target.shape[1]
    for r in range(first * step, min(last * step, x.shape[0])):
        row, wanted, out = x[r], target[r], dx[r]
        whole = log_sum_of_first(row, parts)
        likelihood = log_likelihood(row, wanted, parts, numbers, whole)
        for k in range(parts):
            share = exp(row[k] - whole + log_density(row, wanted, k, parts, numbers) - likelihood)
            out[k] = factor * (exp(row[k] - whole) - share)
            for j in range(numbers):
                mean, spread = parts + k * numbers + j, parts + (parts + k) * numbers + j
                sharp = exp(-bounded(row[spread], limit))
                z = (wanted[j] - row[mean]) * sharp
                out[mean] = -factor * share * z * sharp
                out[spread] = factor * share * (one - z * z)


@kernel
def mixture_read(x, y, parts, numbers, step, first, last):
    """y = π of each part, the means as they are, and σ."""
    limit = x.dtype.type(WIDEST)
    for r in range(first * step, min(last * step, x.shape[0])):
        row, out = x[r], y[r]
        whole = log_sum_of_first(row, parts)
        for k in range(parts):
            out[k] = exp(row[k] - whole)
        for i in range(parts, parts + parts * numbers):
            out[i] = row[i]
        for i in range(parts + parts * numbers, row.size):
            out[i] = exp(bounded(row[i], limit))
