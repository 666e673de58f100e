"""Windows that slide over pictures (n, height, width, channels): their largest number, and their mean.

A window is cut off where it leaves the picture, so padding is never the maximum and never counts in a mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.activation import rowwise
from core.kernels.call import Argument, Array, Calls
from core.kernels.matmul import RELU
from core.kernels.pool_vectors import add_back, largest, send_back
from core.kernels.vectors import LANES

Padding = Literal["valid", "same", "explicit"]


@dataclass(frozen=True, slots=True)
class Window:
    """How windows lie on a picture: their height and width, the step between them, and where the first one begins."""

    height: int
    width: int
    stride: int
    top: int = 0  # rows and columns of padding before the picture
    left: int = 0

    @staticmethod
    def over(shape: tuple[int, ...], size: int, stride: int, padding: Padding, pads: int = 0) -> Window:
        """Square windows; with `same`, as many as stride into the picture, and padding goes first to the far edges."""
        return Window(size, size, stride, *(_before(n, size, stride, padding, pads) for n in shape[:2]))

    def numbers(self) -> tuple[int, ...]:
        """As the kernels below take it."""
        return self.height, self.width, self.stride, self.top, self.left


def outputs(n: int, size: int, stride: int, padding: Padding, pads: int = 0, *, ceil: bool = False) -> int:
    """How many windows there are along an axis of length n; 0 or less where not one fits.

    With `ceil` a last window may reach beyond the far edge and its padding, if it begins before that edge.
    """
    if padding == "same":
        return -(-n // stride)
    before = _before(n, size, stride, padding, pads)
    count = (n + 2 * before - size + (stride - 1 if ceil else 0)) // stride + 1
    return count - int(ceil and (count - 1) * stride >= n + before)


def _before(n: int, size: int, stride: int, padding: Padding, pads: int) -> int:
    """How far outside the first window begins."""
    if padding == "same":
        return max((-(-n // stride) - 1) * stride + size - n, 0) // 2
    return pads if padding == "explicit" else 0


def by_picture(kernel, x: Array, y: Array, window: Window, *more: Argument) -> Calls:
    """One call of a kernel below; items are groups of pictures."""
    return rowwise(kernel, len(x), x[0].size, x, y, *more, *window.numbers())


@helper
def inside(o, size, stride, before, n):
    """The first row (or column) of window o that lies in the picture, and the one after its last."""
    start = o * stride - before
    return max(start, 0), min(start + size, n)


@kernel
def max_pool_forward(x, y, which, activation, height, width, stride, before_rows, before_columns, step, first, last):
    """y[n, p, q, c] = the largest x in the window, NaN where there is one; `which` is the first place it has.

    With RELU, y = max(y, 0), and where that is 0 `which` is no place: ReLU lets no gradient back there.
    """
    (_, h, w, c), (_, down, right, _) = x.shape, y.shape
    for n in range(first * step, min(last * step, x.shape[0])):
        end = (n + 1) * down * right * c
        for p in range(down):
            top, bottom = inside(p, height, stride, before_rows, h)
            for q in range(right):
                left, rest = inside(q, width, stride, before_columns, w)
                at, to = ((n * h + top) * w + left) * c, ((n * down + p) * right + q) * c
                far = x.size - ((bottom - top - 1) * w + rest - left - 1) * c - at  # from the last pixel to the end
                for k in range(0, c, LANES):  # what is written too far is the next window's, which comes later
                    largest(
                        x, at + k, w * c, c, bottom - top, rest - left, width, far - k,
                        y, which, to + k, end - to - k, activation == RELU, height * width,
                    )  # fmt: skip


@kernel
def max_pool_backward(dx, dy, which, height, width, stride, before_rows, before_columns, step, first, last):
    """dx[n, i, j, c] = the sum of dy over the windows whose largest number stood there."""
    (_, h, w, c), (_, down, right, _) = dx.shape, dy.shape
    tiled = stride == height == width and h == down * stride and w == right * stride
    tiled = tiled and before_rows == before_columns == 0  # each pixel has its own window
    for n in range(first * step, min(last * step, dx.shape[0])):
        end, ends = (n + 1) * down * right * c, (n + 1) * h * w * c
        if not tiled:
            dx[n] = 0
        for p in range(down):
            top, bottom = inside(p, height, stride, before_rows, h)
            for i in range(top, bottom):
                for q in range(right):
                    left, rest = inside(q, width, stride, before_columns, w)
                    at = ((n * down + p) * right + q) * c
                    for j in range(left, rest):
                        to, place = ((n * h + i) * w + j) * c, (i - top) * width + j - left
                        for k in range(0, c, LANES):
                            if tiled:  # pixel by pixel: what is written too far is the next pixel's, which comes later
                                send_back(dy, which, at + k, end - at - k, place, dx, to + k, ends - to - k)
                            else:
                                add_back(dy, which, at + k, c - k, place, dx, to + k, c - k)


@kernel
def average_pool_forward(x, y, height, width, stride, before_rows, before_columns, step, first, last):
    """y[n, p, q, c] = the mean of x over the part of the window that lies in the picture."""
    for n in range(first * step, min(last * step, x.shape[0])):
        for p in range(y.shape[1]):
            top, bottom = inside(p, height, stride, before_rows, x.shape[1])
            for q in range(y.shape[2]):
                left, right = inside(q, width, stride, before_columns, x.shape[2])
                mean = y[n, p, q]
                mean[:] = x.dtype.type(0)
                for i in range(top, bottom):
                    for j in range(left, right):
                        pixel = x[n, i, j]
                        for c in range(mean.size):
                            mean[c] += pixel[c]
                share = x.dtype.type(1 / ((bottom - top) * (right - left)))
                for c in range(mean.size):
                    mean[c] *= share


@kernel
def average_pool_backward(dx, dy, height, width, stride, before_rows, before_columns, step, first, last):
    """dx[n, i, j, c] = the sum, over the windows it lies in, of dy over the numbers in the window."""
    for n in range(first * step, min(last * step, dx.shape[0])):
        dx[n] = dx.dtype.type(0)
        for p in range(dy.shape[1]):
            top, bottom = inside(p, height, stride, before_rows, dx.shape[1])
            for q in range(dy.shape[2]):
                left, right = inside(q, width, stride, before_columns, dx.shape[2])
                slope = dy[n, p, q]
                share = dx.dtype.type(1 / ((bottom - top) * (right - left)))
                for i in range(top, bottom):
                    for j in range(left, right):
                        pixel = dx[n, i, j]
                        for c in range(slope.size):
                            pixel[c] += slope[c] * share


def along(time: int, size: int, stride: int, padding: Padding, pads: int = 0) -> Window:
    """Windows over sequences (n, time, channels), seen as pictures (n, time, 1, channels)."""
    return Window(size, 1, stride, _before(time, size, stride, padding, pads))


def by_sequence(kernel, x: Array, y: Array, window: Window, *more: Argument) -> Calls:
    """One call of a kernel above over sequences (n, time, channels)."""
    as_picture = lambda a: a.reshape(*a.shape[:2], 1, a.shape[2]) if isinstance(a, np.ndarray) else a  # noqa: E731
    return by_picture(kernel, as_picture(x), as_picture(y), window, *(as_picture(a) for a in more))
