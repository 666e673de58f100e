"""Cross-entropy against shares of several classes: smoothed and weighted labels, and whole distributions.

With a share s[c] for each class, L = Σ s[c] (-ln p[c]); by scores x it falls along p Σ s - s, by probabilities along -s / p.
x, p and dx are (rows, places, classes); what is measured of a row is the mean over its places.
"""

from __future__ import annotations

import math

from core.kernels._jit import helper, kernel
from core.kernels.elementary import exp, larger
from core.kernels.loss import FLOOR, at_class, at_least, is_first


@helper
def log_sum(row):
    """ln Σ exp(row): finite, however large its numbers are."""
    top = row[0]
    for j in range(row.size):
        top = larger(top, row[j])
    total = row.dtype.type(0)
    for j in range(row.size):
        total += exp(row[j] - top)
    return top + math.log(total)


@helper
def label_share(c, target, weights, smoothing):
    """weights[c] (smoothing / classes, and 1 - smoothing more at the target)."""
    real = weights.dtype.type
    share = real(smoothing) / real(weights.size)
    return weights[c] * (share + real(1 - smoothing) if c == target else share)


@kernel
def smooth_cross_entropy(x, target, weights, smoothing, measures, step, first, last):
    """measures[n] = the means of Σ share[c] (-ln softmax(x)[c]) and of whether the target is the largest; NaN without one."""
    real = x.dtype.type
    each = real(1 / x.shape[1])
    for n in range(first * step, min(last * step, x.shape[0])):
        loss, hits = real(0), real(0)
        for s in range(x.shape[1]):
            row, wanted = x[n, s], target[n, s]
            value, whole = at_class(row, wanted), log_sum(row)
            loss += real(0) * value  # a class that is not there is NaN
            for c in range(row.size):
                loss += label_share(c, wanted, weights, smoothing) * (whole - row[c])
            hits += is_first(row, value, wanted)
        measures[n, 0], measures[n, 1] = loss * each, hits * each


@kernel
def smooth_cross_entropy_backward(p, target, weights, smoothing, dx, factor, step, first, last):
    """dx[r, c] = factor (p[r, c] Σ share - share[c])."""
    factor = p.dtype.type(factor)
    for r in range(first * step, min(last * step, p.shape[0])):
        whole = p.dtype.type(0)
        for c in range(weights.size):
            whole += label_share(c, target[r], weights, smoothing)
        for c in range(weights.size):
            dx[r, c] = factor * (p[r, c] * whole - label_share(c, target[r], weights, smoothing))


@kernel
def smooth_cross_entropy_of_probabilities(x, target, weights, smoothing, measures, step, first, last):
    """measures[n] = the means of Σ share[c] (-ln x[c]) and of whether the target is the likeliest."""
    real = x.dtype.type
    each, floor = real(1 / x.shape[1]), real(FLOOR)
    for n in range(first * step, min(last * step, x.shape[0])):
        loss, hits = real(0), real(0)
        for s in range(x.shape[1]):
            row, wanted = x[n, s], target[n, s]
            value = at_class(row, wanted)
            loss += real(0) * value
            for c in range(row.size):
                loss -= label_share(c, wanted, weights, smoothing) * math.log(at_least(row[c], floor))
            hits += is_first(row, value, wanted)
        measures[n, 0], measures[n, 1] = loss * each, hits * each


@kernel
def smooth_cross_entropy_of_probabilities_backward(x, target, weights, smoothing, dx, factor, step, first, last):
    """dx[r, c] = -factor share[c] / x[r, c]."""
    real = x.dtype.type
    factor, floor = real(factor), real(FLOOR)
    for r in range(first * step, min(last * step, x.shape[0])):
        for c in range(weights.size):
            dx[r, c] = -factor * label_share(c, target[r], weights, smoothing) / at_least(x[r, c], floor)


@helper
def entropy(shares):
    """-Σ s ln s."""
    total = shares.dtype.type(0)
    for c in range(shares.size):
        if shares[c] > 0:
            total -= shares[c] * math.log(shares[c])
    return total


@helper
def likeliest(shares):
    """The first class with the largest share."""
    best = 0
    for c in range(shares.size):
        best = c if shares[c] > shares[best] else best
    return best


@kernel
def kl_divergence(x, target, measures, step, first, last):
    """measures[n] = the means of Σ t (ln t - ln softmax(x)) and of whether both have the same likeliest class."""
    real = x.dtype.type
    each = real(1 / x.shape[1])
    for n in range(first * step, min(last * step, x.shape[0])):
        loss, hits = real(0), real(0)
        for s in range(x.shape[1]):
            row, shares = x[n, s], target[n, s]
            whole, best = log_sum(row), likeliest(shares)
            loss -= entropy(shares)
            for c in range(row.size):
                loss += shares[c] * (whole - row[c])
            hits += is_first(row, row[best], best)
        measures[n, 0], measures[n, 1] = loss * each, hits * each


@kernel
def kl_divergence_backward(p, target, dx, factor, step, first, last):
    """dx[r, c] = factor (p[r, c] Σ t[r] - t[r, c])."""
    factor = p.dtype.type(factor)
    for r in range(first * step, min(last * step, p.shape[0])):
        whole = p.dtype.type(0)
        for c in range(p.shape[1]):
            whole += target[r, c]
        for c in range(p.shape[1]):
            dx[r, c] = factor * (p[r, c] * whole - target[r, c])


@kernel
def kl_divergence_of_probabilities(x, target, measures, step, first, last):
    """measures[n] = the means of Σ t (ln t - ln x) and of whether both have the same likeliest class."""
    real = x.dtype.type
    each, floor = real(1 / x.shape[1]), real(FLOOR)
    for n in range(first * step, min(last * step, x.shape[0])):
        loss, hits = real(0), real(0)
        for s in range(x.shape[1]):
            row, shares = x[n, s], target[n, s]
            best = likeliest(shares)
            loss -= entropy(shares)
            for c in range(row.size):
                loss -= shares[c] * math.log(at_least(row[c], floor))
            hits += is_first(row, row[best], best)
        measures[n, 0], measures[n, 1] = loss * each, hits * each


@kernel
def kl_divergence_of_probabilities_backward(x, target, dx, factor, step, first, last):
    """dx[r, c] = -factor t[r, c] / x[r, c]."""
    real = x.dtype.type
    factor, floor = real(factor), real(FLOOR)
    for r in range(first * step, min(last * step, x.shape[0])):
        for c in range(x.shape[1]):
            dx[r, c] = -factor * target[r, c] / at_least(x[r, c], floor)
