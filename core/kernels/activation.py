"""Activations, element by element over flat arrays. Each backward reads only what its forward left behind."""

from __future__ import annotations

from typing import Any

from core.kernels._jit import kernel
from core.kernels.call import Array, Call, Calls

SLICE = 4096  # elements an item holds: enough to hide the cost of a call, small enough to share out


def elementwise(kernel: Any, *arrays: Array, numbers: tuple[float, ...] = ()) -> Calls:  # noqa: ANN401
    """One call of an element-by-element kernel over arrays of one size, cut in slices."""
    size = arrays[0].size
    flat = tuple(a.reshape(-1) for a in arrays)
    return (Call(kernel, (*flat, *numbers), -(-size // SLICE)),)


@kernel
def relu_forward(x, y, first, last):
    """y[i] = max(x[i], 0)."""
    for i in range(first * SLICE, min(last * SLICE, x.size)):
        y[i] = 0 if x[i] <= 0 else x[i]  # this way round, NaN passes and is found


@kernel
def relu_backward(y, dy, dx, first, last):
    """dx[i] = dy[i] where y[i] > 0, else 0; the slope at 0 is 0."""
    for i in range(first * SLICE, min(last * SLICE, y.size)):
        dx[i] = 0 if y[i] <= 0 else dy[i]
