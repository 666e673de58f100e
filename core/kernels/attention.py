"""The softmax of attention: rows of scores become shares of what each step looks at."""

from __future__ import annotations

import numpy as np

from core.kernels._jit import kernel
from core.kernels.activation import rowwise, table
from core.kernels.call import Array, Calls
from core.kernels.elementary import exp, larger


@kernel
def attend_forward(scores, scale, time, causal, step, first, last):
    """scores[r, j] = exp(scale (scores[r, j] - m)) / the sum of these, with m the largest, so that nothing overflows.

    Where causal is 1, step t = r % time sees j <= t only: the others score -inf, and get 0. Items are `step` rows.
    """
    scale = scores.dtype.type(scale)
    for r in range(first * step, min(last * step, scores.shape[0])):
        row = scores[r]
        if causal:
            hidden = row[min(r % time + 1, row.size) :]
            for j in range(hidden.size):
                hidden[j] = -np.inf
        top = row[0]
        for j in range(row.size):
            top = larger(top, row[j])
        total = scores.dtype.type(0)
        for j in range(row.size):
            row[j] = exp(scale * (row[j] - top))
            total += row[j]
        share = scores.dtype.type(1) / total
        for j in range(row.size):
            row[j] *= share


@kernel
def attend_backward(shares, slopes, scale, step, first, last):
    """slopes[r, j] = scale shares[r, j] (slopes[r, j] - Σ_k slopes[r, k] shares[r, k]): of the shares, then of the scores."""
    scale = slopes.dtype.type(scale)
    for r in range(first * step, min(last * step, slopes.shape[0])):
        share, slope = shares[r], slopes[r]
        mean = slopes.dtype.type(0)
        for j in range(slope.size):
            mean += slope[j] * share[j]
        for j in range(slope.size):
            slope[j] = scale * share[j] * (slope[j] - mean)


def attend(scores: Array, scale: float, *, causal: bool) -> Calls:
    """Scores (…, time, others) become shares, in place."""
    rows = table(scores, scores.shape[-1])
    return rowwise(attend_forward, *rows.shape, rows, scale, scores.shape[-2], int(causal))


def attend_slopes(shares: Array, slopes: Array, scale: float) -> Calls:
    """The slopes of the shares (…, time, others) become those of the scores, in place; where a share is 0, so is its slope."""
    rows = table(slopes, slopes.shape[-1])
    return rowwise(attend_backward, *rows.shape, table(shares, shares.shape[-1]), rows, scale)
