"""Arrays put beside one another, or added."""

from __future__ import annotations

from core.kernels._jit import kernel
from core.kernels.activation import SLICE, rowwise, table
from core.kernels.call import Array, Calls


@kernel
def place(x, y, x_start, y_start, width, step, first, last):
    """y[r, y_start + j] = x[r, x_start + j] for j < width."""
    for r in range(first * step, min(last * step, x.shape[0])):
        source, goal = x[r, x_start : x_start + width], y[r, y_start : y_start + width]
        for j in range(goal.size):
            goal[j] = source[j]


def copy(x: Array, y: Array) -> Calls:
    """y = x, two arrays of one shape."""
    width = x[0].size
    return columns(table(x, width), table(y, width), width)


def columns(x: Array, y: Array, width: int, x_start: int = 0, y_start: int = 0) -> Calls:
    """Columns of x become columns of y, both seen as rows along their last axis."""
    x, y = table(x, x.shape[-1]), table(y, y.shape[-1])
    return rowwise(place, len(x), width, x, y, x_start, y_start, width)


@kernel
def add(a, b, y, first, last):
    """y[i] = a[i] + b[i]."""
    a, b, y = a[first * SLICE : last * SLICE], b[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(y.size):
        y[i] = a[i] + b[i]


@kernel
def accumulate(x, y, first, last):
    """y[i] += x[i]."""
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(y.size):
        y[i] += x[i]
