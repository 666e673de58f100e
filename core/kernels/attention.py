"""The softmax of attention: rows of scores become shares of what each step looks at."""

from __future__ import annotations

import numpy as np

from core.kernels._jit import kernel
from core.kernels.activation import rowwise, table
from core.kernels.call import Array, Calls
from core.kernels.elementary import exp, larger
from core.kernels.mask import counts


@kernel
def attend_forward(scores, mask, scale, time, causal, stack, step, first, last):
    """scores[r, j] = exp(scale (scores[r, j] - m)) / the sum of these, with m the largest, so that nothing overflows.

    Where causal is 1, step t = r % time sees j <= t only; where there is a mask (batch, others), no step that does not
    count in the row r // stack of the batch. What is not seen scores -inf, and gets 0; a step that sees nothing gets 0
    everywhere. Items are `step` rows.
    """
    scale = scores.dtype.type(scale)
    for r in range(first * step, min(last * step, scores.shape[0])):
        row = scores[r]
        if causal:
            hidden = row[min(r % time + 1, row.size) :]
            for j in range(hidden.size):
                hidden[j] = -np.inf
        if mask.shape[0] > 0:
            for j in range(row.size):
                if not counts(mask, r // stack, j):
                    row[j] = -np.inf
        top = row[0]
        for j in range(row.size):
            top = larger(top, row[j])
        if top == -np.inf:
            row[:] = 0
            continue
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


def attend(scores: Array, mask: Array, scale: float, *, causal: bool) -> Calls:
    """Scores (batch, heads, time, others) become shares, in place. The mask is (batch, others), or (0, others) for none."""
    _, heads, time, others = scores.shape
    rows = table(scores, others)
    return rowwise(attend_forward, *rows.shape, rows, mask, scale, time, int(causal), heads * time)


def attend_slopes(shares: Array, slopes: Array, scale: float) -> Calls:
    """The slopes of the shares (…, time, others) become those of the scores, in place; where a share is 0, so is its slope."""
    rows = table(slopes, slopes.shape[-1])
    return rowwise(attend_backward, *rows.shape, table(shares, shares.shape[-1]), rows, scale)
