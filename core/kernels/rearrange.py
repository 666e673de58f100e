"""The same numbers in other places: axes turned, edges added or cut off, pixels repeated."""

from __future__ import annotations

import math

from core.kernels._jit import kernel
from core.kernels.activation import rowwise
from core.kernels.call import Array, Calls

MOST_AXES = 4  # without the batch axis


@kernel
def gather(x, y, i_step, j_step, k_step, l_step, step, first, last):
    """y[n, i, j, k, l] = x[n, i i_step + j j_step + k k_step + l l_step]."""
    for n in range(first * step, min(last * step, y.shape[0])):
        row = x[n]
        for i in range(y.shape[1]):
            for j in range(y.shape[2]):
                for k in range(y.shape[3]):
                    line, start = y[n, i, j, k], i * i_step + j * j_step + k * k_step
                    for l in range(line.size):  # noqa: E741
                        line[l] = row[start + l * l_step]


def permute(x: Array, y: Array, axes: tuple[int, ...]) -> Calls:
    """y = x with its axes in another order: axis i of y is axis axes[i] of x, counted without the batch."""
    rows, shape, size = len(x), x.shape[1:], x[0].size
    steps = [math.prod(shape[axis + 1 :]) for axis in axes]
    missing = MOST_AXES - len(axes)
    whole = y.reshape(rows, *(1,) * missing, *y.shape[1:])
    return rowwise(gather, rows, size, x.reshape(rows, size), whole, *(0,) * missing, *steps)


@kernel
def place_reversed(x, y, x_start, y_start, width, step, first, last):
    """y[n, t, y_start + j] = x[n, time - 1 - t, x_start + j] for j < width. Items are `step` rows n."""
    for n in range(first * step, min(last * step, y.shape[0])):
        for t in range(y.shape[1]):
            source = x[n, y.shape[1] - 1 - t, x_start : x_start + width]
            goal = y[n, t, y_start : y_start + width]
            for j in range(goal.size):
                goal[j] = source[j]


@kernel
def add_reversed(x, y, step, first, last):
    """y[n, t, j] += x[n, time - 1 - t, j]. Items are `step` rows n."""
    for n in range(first * step, min(last * step, y.shape[0])):
        for t in range(y.shape[1]):
            source, goal = x[n, y.shape[1] - 1 - t], y[n, t]
            for j in range(goal.size):
                goal[j] += source[j]


def reversed_columns(x: Array, y: Array, width: int, x_start: int = 0, y_start: int = 0) -> Calls:
    """Columns of x (batch, time, …) become columns of y, the last step first."""
    return rowwise(place_reversed, len(y), y.shape[1] * width, x, y, x_start, y_start, width)


def reversed_sum(x: Array, y: Array) -> Calls:
    """y = y + x with its last step first, both (batch, time, features)."""
    return rowwise(add_reversed, len(y), y[0].size, x, y)


@kernel
def shift(x, y, top, left, step, first, last):
    """y[n, i, j, c] = x[n, i - top, j - left, c] where x has such a pixel, else 0: pads, or crops where negative."""
    for n in range(first * step, min(last * step, y.shape[0])):
        for i in range(y.shape[1]):
            for j in range(y.shape[2]):
                pixel, p, q = y[n, i, j], i - top, j - left
                if 0 <= p < x.shape[1] and 0 <= q < x.shape[2]:
                    source = x[n, p, q]
                    for c in range(pixel.size):
                        pixel[c] = source[c]
                else:
                    pixel[:] = 0


def shifted(x: Array, y: Array, top: int, left: int) -> Calls:
    """y = x moved down and right, 0 where nothing is left."""
    return rowwise(shift, len(y), max(x[0].size, y[0].size), x, y, top, left)


@kernel
def repeat(x, y, down, across, step, first, last):
    """y[n, i, j, c] = x[n, i // down, j // across, c]."""
    for n in range(first * step, min(last * step, y.shape[0])):
        for p in range(x.shape[1]):
            for q in range(x.shape[2]):
                source = x[n, p, q]
                for i in range(p * down, (p + 1) * down):
                    for j in range(q * across, (q + 1) * across):
                        pixel = y[n, i, j]
                        for c in range(pixel.size):
                            pixel[c] = source[c]


@kernel
def gather_repeats(dy, dx, down, across, step, first, last):
    """dx[n, p, q, c] = the sum of dy over the copies of the pixel."""
    for n in range(first * step, min(last * step, dx.shape[0])):
        for p in range(dx.shape[1]):
            for q in range(dx.shape[2]):
                total = dx[n, p, q]
                total[:] = 0
                for i in range(p * down, (p + 1) * down):
                    for j in range(q * across, (q + 1) * across):
                        slope = dy[n, i, j]
                        for c in range(total.size):
                            total[c] += slope[c]


def repeated(x: Array, y: Array, down: int, across: int) -> Calls:
    """Each pixel of x fills down × across pixels of y."""
    return rowwise(repeat, len(y), y[0].size, x, y, down, across)


def repeats_gathered(dy: Array, dx: Array, down: int, across: int) -> Calls:
    """The other direction: each pixel of dx is the sum of its copies in dy."""
    return rowwise(gather_repeats, len(dy), dy[0].size, dy, dx, down, across)


@kernel
def lay(row, y, step, first, last):
    """y[n, i] = row[i] for the numbers of the row; the rest of y stays."""
    for n in range(first * step, min(last * step, y.shape[0])):
        line = y[n]
        for i in range(row.size):
            line[i] = row[i]
