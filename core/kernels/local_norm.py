"""Normalisation of a number by the squares of its neighbours among the channels; x is (pixels, channels)."""

from __future__ import annotations

from core.kernels._jit import helper, kernel


@helper
def neighbours(c, before, after, channels):
    """The first channel of those from `before` below c to `after` above it, and the one after the last."""
    return max(c - before, 0), min(c + after + 1, channels)


@kernel
def local_norm_forward(x, y, level, size, k, alpha, beta, step, first, last):
    """y[r, c] = x[r, c] level[r, c]**-beta, level[r, c] = k + alpha / size Σ x[r, j]² over the neighbours j of c."""
    real = x.dtype.type
    k, share, power = real(k), real(alpha / size), real(-beta)
    for r in range(first * step, min(last * step, x.shape[0])):
        row, out, sums = x[r], y[r], level[r]
        for c in range(out.size):
            start, stop = neighbours(c, size // 2, (size - 1) // 2, out.size)
            total = real(0)
            for j in range(start, stop):
                total += row[j] * row[j]
            sums[c] = k + share * total
            out[c] = row[c] * sums[c] ** power


@kernel
def local_norm_backward(x, dy, level, tilt, dx, size, alpha, beta, step, first, last):
    """dx[r, j] = dy[r, j] level[r, j]**-beta - 2 alpha beta / size x[r, j] Σ tilt[r, c] over the c that j is a neighbour of.

    tilt[r, c] = dy[r, c] x[r, c] level[r, c]**(-beta - 1).
    """
    real = x.dtype.type
    factor, power = real(2 * alpha * beta / size), real(-beta)
    for r in range(first * step, min(last * step, x.shape[0])):
        row, slope, out, sums, tilts = x[r], dy[r], dx[r], level[r], tilt[r]
        for c in range(out.size):
            out[c] = slope[c] * sums[c] ** power
            tilts[c] = out[c] * row[c] / sums[c]
        for j in range(out.size):
            start, stop = neighbours(j, (size - 1) // 2, size // 2, out.size)
            total = real(0)
            for c in range(start, stop):
                total += tilts[c]
            out[j] -= factor * row[j] * total
