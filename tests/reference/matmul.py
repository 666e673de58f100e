"""Matrix products written out, in float64."""

from __future__ import annotations

import numpy as np

from core.kernels.call import Array


def product(a: Array, b: Array) -> Array:
    """y[i, j] = sum over p of a[i, p] * b[p, j], one number at a time."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    y = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            y[i, j] = sum(a[i, p] * b[p, j] for p in range(a.shape[1]))
    return y


def as_stack(array: Array) -> Array:
    """(batch, rows, heads, columns) as (batch * heads, rows, columns); a stack as it is."""
    if array.ndim == 3:
        return array
    return np.stack([array[i, :, h] for i in range(array.shape[0]) for h in range(array.shape[2])])
