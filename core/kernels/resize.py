"""Pictures (n, h, w, c) made larger by a whole factor, between four pixels in proportion (bilinear).

Pixels are squares and their middles are compared (corners not aligned, as in PyTorch and Keras); beyond the outermost
middles the edge goes on.
"""

from __future__ import annotations

from core.kernels._jit import helper, kernel
from core.kernels.activation import rowwise
from core.kernels.call import Array, Calls


@helper
def between(i, factor, size):
    """The two pixels that pixel i of the large picture lies between, and how near it is to the second."""
    where = max((i + 0.5) / factor - 0.5, 0.0)
    low = int(where)
    return low, min(low + 1, size - 1), where - low


@kernel
def enlarge(x, y, factor, step, first, last):
    """y[n, i, j] = the mean of the four pixels of x around it, weighted by how near they are."""
    real = x.dtype.type
    for n in range(first * step, min(last * step, y.shape[0])):
        for i in range(y.shape[1]):
            top, bottom, down = between(i, factor, x.shape[1])
            for j in range(y.shape[2]):
                left, right, across = between(j, factor, x.shape[2])
                a, b, c, d = x[n, top, left], x[n, top, right], x[n, bottom, left], x[n, bottom, right]
                near, far, low, high = real(1 - across), real(across), real(down), real(1 - down)
                pixel = y[n, i, j]
                for k in range(pixel.size):
                    pixel[k] = high * (near * a[k] + far * b[k]) + low * (near * c[k] + far * d[k])


@kernel
def gather_enlarged(dy, dx, factor, step, first, last):
    """dx[n, p, q] = Σ dy[n, i, j] times the weight that pixel (p, q) had in it."""
    real = dx.dtype.type
    for n in range(first * step, min(last * step, dx.shape[0])):
        dx[n] = real(0)
        for i in range(dy.shape[1]):
            top, bottom, down = between(i, factor, dx.shape[1])
            for j in range(dy.shape[2]):
                left, right, across = between(j, factor, dx.shape[2])
                slope = dy[n, i, j]
                for row, high in ((top, 1 - down), (bottom, down)):
                    for column, near in ((left, 1 - across), (right, across)):
                        pixel, weight = dx[n, row, column], real(high * near)
                        for k in range(pixel.size):
                            pixel[k] += weight * slope[k]


def enlarged(x: Array, y: Array, factor: int) -> Calls:
    """y = x, factor times as high and wide."""
    return rowwise(enlarge, len(y), y[0].size, x, y, factor)


def enlarged_gathered(dy: Array, dx: Array, factor: int) -> Calls:
    """The other direction: each pixel of dx gets its share of the dy around it."""
    return rowwise(gather_enlarged, len(dy), dy[0].size, dy, dx, factor)
