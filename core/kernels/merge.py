"""Arrays put beside one another, added, multiplied, or the largest of them taken."""

from __future__ import annotations

from core.kernels._jit import kernel
from core.kernels.activation import SLICE, rowwise, table
from core.kernels.call import Array, Calls
from core.kernels.elementary import larger


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
def add_relu(a, b, y, first, last):
    """y[i] = max(a[i] + b[i], 0)."""
    a, b, y = a[first * SLICE : last * SLICE], b[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(y.size):
        total = a[i] + b[i]
        y[i] = 0 if total <= 0 else total


@kernel
def accumulate(x, y, first, last):
    """y[i] += x[i]."""
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(y.size):
        y[i] += x[i]


@kernel
def subtract(a, b, y, first, last):
    """y[i] = a[i] - b[i]."""
    a, b, y = a[first * SLICE : last * SLICE], b[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(y.size):
        y[i] = a[i] - b[i]


@kernel
def multiply(a, b, y, first, last):
    """y[i] = a[i] b[i]; y may be a or b."""
    a, b, y = a[first * SLICE : last * SLICE], b[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(y.size):
        y[i] = a[i] * b[i]


@kernel
def scale(x, y, factor, first, last):
    """y[i] = factor x[i]; y may be x."""
    factor = x.dtype.type(factor)
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(y.size):
        y[i] = factor * x[i]


@kernel
def choose_larger(a, b, y, which, port, first, last):
    """y[i] = the larger of a[i] and b[i], NaN where either is; which[i] = port where it is b[i] alone. y may be a."""
    a, b, y = a[first * SLICE : last * SLICE], b[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    which, port = which[first * SLICE : last * SLICE], which.dtype.type(port)
    for i in range(y.size):
        which[i] = which[i] if b[i] <= a[i] else port
        y[i] = larger(a[i], b[i])


@kernel
def choose(dy, dx, which, port, first, last):
    """dx[i] = dy[i] where which[i] is the port, else 0."""
    dy, dx, which = (
        dy[first * SLICE : last * SLICE],
        dx[first * SLICE : last * SLICE],
        which[first * SLICE : last * SLICE],
    )
    for i in range(dx.size):
        dx[i] = dy[i] if which[i] == port else 0


@kernel
def clear(y, first, last):
    """y[i] = 0."""
    y[first * SLICE : last * SLICE] = 0
