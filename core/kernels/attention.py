"""The softmax of attention: rows of scores become shares of what each step looks at."""

from __future__ import annotations

from core.kernels._jit import kernel
from core.kernels.activation import rowwise, table
from core.kernels.call import Array, Calls
from core.kernels.elementary import exp, larger


@kernel
def attend_forward(scores, scale, time, causal, step, first, last):
    """scores[r, j] = exp(scale scores[r, j] - m) / the sum of these, with m the largest, so that nothing overflows.

    Where causal is 1, step t = r % time sees j <= t only, and 0 is written elsewhere. Items are `step` rows.
    """
    scale = scores.dtype.type(scale)
    for r in range(first * step, min(last * step, scores.shape[0])):
        seen = min(r % time + 1, scores.shape[1]) if causal else scores.shape[1]
        row, hidden = scores[r, :seen], scores[r, seen:]
        top = scale * row[0]
        for j in range(row.size):
            row[j] *= scale
            top = larger(top, row[j])
        total = scores.dtype.type(0)
        for j in range(row.size):
            row[j] = exp(row[j] - top)
            total += row[j]
        share = scores.dtype.type(1) / total
        for j in range(row.size):
            row[j] *= share
        for j in range(hidden.size):
            hidden[j] = 0


@kernel
def attend_backward(shares, slopes, scale, time, causal, step, first, last):
    """slopes[r, j] = scale shares[r, j] (slopes[r, j] - Σ_k slopes[r, k] shares[r, k]): of the shares, then of the scores."""
    scale = slopes.dtype.type(scale)
    for r in range(first * step, min(last * step, slopes.shape[0])):
        seen = min(r % time + 1, slopes.shape[1]) if causal else slopes.shape[1]
        share, slope, hidden = shares[r, :seen], slopes[r, :seen], slopes[r, seen:]
        mean = slopes.dtype.type(0)
        for j in range(slope.size):
            mean += slope[j] * share[j]
        for j in range(slope.size):
            slope[j] = scale * share[j] * (slope[j] - mean)
        for j in range(hidden.size):
            hidden[j] = 0


def attend(scores: Array, scale: float, *, causal: bool) -> Calls:
    """Scores (…, time, others) become shares, in place."""
    rows = table(scores, scores.shape[-1])
    return rowwise(attend_forward, *rows.shape, rows, scale, scores.shape[-2], int(causal))


def attend_slopes(shares: Array, slopes: Array, scale: float, *, causal: bool) -> Calls:
    """The slopes of the shares (…, time, others) become those of the products q kᵀ, in place."""
    rows, seen = table(slopes, slopes.shape[-1]), table(shares, shares.shape[-1])
    return rowwise(attend_backward, *rows.shape, seen, rows, scale, slopes.shape[-2], int(causal))
