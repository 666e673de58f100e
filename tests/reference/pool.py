"""Pooling window by window, as one would on paper."""

from __future__ import annotations

import numpy as np


def windows(n: int, size: int, stride: int, padding: str, pads: int = 0, *, ceil: bool = False) -> list[range]:
    """Which rows (or columns) of the picture each window sees."""
    count = int(np.ceil(n / stride))
    first = -(max((count - 1) * stride + size - n, 0) // 2)
    if padding != "same":
        first = -pads if padding == "explicit" else 0
        hang = stride - 1 if ceil else 0  # how far beyond the far edge and its padding a window may reach
        starts = [s for s in range(first, n, stride) if s + size <= n - first + hang]
    else:
        starts = [first + i * stride for i in range(count)]
    return [range(max(s, 0), min(s + size, n)) for s in starts]


def pool(x, size, stride, padding, how, pads=0, *, ceil=False):
    """`how` is max or mean; also the gradient for dy = 1 + position, so that every window counts differently."""
    n, h, w, c = x.shape
    down, across = (windows(k, size, stride, padding, pads, ceil=ceil) for k in (h, w))
    y, dx = np.zeros((n, len(down), len(across), c)), np.zeros(x.shape)
    dy = 1.0 + np.arange(y.size).reshape(y.shape)
    for where in np.ndindex(*y.shape):
        picture, p, q, channel = where
        cells = [(i, j) for i in down[p] for j in across[q]]
        seen = [x[picture, i, j, channel] for i, j in cells]
        if how == "max":
            best = seen.index(max(seen))
            y[where] = seen[best]
            dx[picture, *cells[best], channel] += dy[where]
        else:
            y[where] = sum(seen) / len(seen)
            for i, j in cells:
                dx[picture, i, j, channel] += dy[where] / len(cells)
    return y, dy, dx
