"""ReLU with a learnt slope for what is negative; x is (rows, width), its columns take the slopes in turn.

Rows may hold the channels several times, so that a few channels fill a vector too (see `norm.width`).
"""

from __future__ import annotations

from core.kernels._jit import kernel
from core.kernels.norm import share


@kernel
def prelu_lay(alpha, line, first, last):
    """line[j] = alpha[j modulo the number of slopes]."""
    for j in range(line.size):
        line[j] = alpha[j % alpha.size]


@kernel
def prelu_forward(x, line, y, step, first, last):
    """y[r, j] = x[r, j] where x[r, j] > 0, else line[j] x[r, j]."""
    for r in range(first * step, min(last * step, x.shape[0])):
        row, out = x[r], y[r]
        for j in range(out.size):
            out[j] = line[j] * row[j] if row[j] <= 0 else row[j]


@kernel
def prelu_backward(x, dy, line, dx, step, first, last):
    """dx[r, j] = dy[r, j] where x[r, j] > 0, else line[j] dy[r, j]."""
    for r in range(first * step, min(last * step, x.shape[0])):
        row, slope, out = x[r], dy[r], dx[r]
        for j in range(out.size):
            out[j] = line[j] * slope[j] if row[j] <= 0 else slope[j]


@kernel
def prelu_sums(x, dy, partial, first, last):
    """partial[p, j] = Σ dy[r, j] x[r, j] over the rows r of part p where x[r, j] <= 0."""
    for p in range(first, last):
        start, stop = share(p, partial.shape[0], x.shape[0])
        total = partial[p]
        total[:] = x.dtype.type(0)
        for r in range(start, stop):
            row, slope = x[r], dy[r]
            for j in range(total.size):
                total[j] += slope[j] * row[j] if row[j] <= 0 else x.dtype.type(0)


@kernel
def prelu_join(partial, dalpha, first, last):
    """dalpha[c] = the sums over all parts and all columns that take slope c."""
    for c in range(dalpha.size):
        total = 0.0
        for p in range(partial.shape[0]):
            for j in range(c, partial.shape[1], dalpha.size):
                total += partial[p, j]
        dalpha[c] = total
