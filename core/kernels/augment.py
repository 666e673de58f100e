"""Pictures (n, h, w, c) changed by chance, each in its own way: turned over, moved, turned round, dimmed, partly covered.

The chance of picture n depends on the clock and n only (see `chance.py`), so the way back draws what the way there drew.
"""

from __future__ import annotations

import math

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.chance import stream, word


@helper
def part(place, i):
    """The i-th number of a stream, evenly in [0, 1)."""
    return np.float64(word(place, i)) / 2.0**32


@helper
def choice(place, i, count):
    """The i-th number of a stream, one of 0 … count - 1."""
    return np.int64(part(place, i) * count)


@kernel
def flip(x, y, clock, across, down, step, first, last):
    """y[n, i, j] = x[n, i or h - 1 - i, j or w - 1 - j], with even chance where `down` and `across` allow it."""
    for n in range(first * step, min(last * step, x.shape[0])):
        place = stream(clock, 2 * n)
        turned, fallen = across and part(place, 0) < 0.5, down and part(place, 1) < 0.5
        for i in range(y.shape[1]):
            p = y.shape[1] - 1 - i if fallen else i
            for j in range(y.shape[2]):
                source, pixel = x[n, p, y.shape[2] - 1 - j if turned else j], y[n, i, j]
                for c in range(pixel.size):
                    pixel[c] = source[c]


@kernel
def drift(x, y, clock, top, left, rows, columns, way, step, first, last):
    """y[n, i, j] = x[n, i + way p, j + way q] where there is such a pixel, else 0.

    p is `top` or up to `rows` more, q is `left` or up to `columns` more; way = -1 carries back what way = 1 brought.
    """
    for n in range(first * step, min(last * step, y.shape[0])):
        place = stream(clock, 2 * n)
        p, q = way * (top + choice(place, 0, rows + 1)), way * (left + choice(place, 1, columns + 1))
        for i in range(y.shape[1]):
            for j in range(y.shape[2]):
                pixel = y[n, i, j]
                if 0 <= i + p < x.shape[1] and 0 <= j + q < x.shape[2]:
                    source = x[n, i + p, j + q]
                    for c in range(pixel.size):
                        pixel[c] = source[c]
                else:
                    pixel[:] = 0


@helper
def turned(i, j, height, width, cosine, sine):
    """Where (i, j) comes from when the picture is turned about its middle."""
    down, right = i - (height - 1) / 2, j - (width - 1) / 2
    return (height - 1) / 2 + cosine * down + sine * right, (width - 1) / 2 + cosine * right - sine * down


@kernel
def rotate(x, y, clock, limit, step, first, last):
    """y[n] = x[n] turned by up to `limit` radians, between four pixels in proportion (bilinear), 0 beyond the edge."""
    height, width = x.shape[1], x.shape[2]
    for n in range(first * step, min(last * step, x.shape[0])):
        angle = limit * (2 * part(stream(clock, n), 0) - 1)
        cosine, sine = math.cos(angle), math.sin(angle)
        for i in range(height):
            for j in range(width):
                pixel = y[n, i, j]
                pixel[:] = 0
                p, q = turned(i, j, height, width, cosine, sine)
                top, left = math.floor(p), math.floor(q)
                for a in range(max(top, 0), min(top + 2, height)):
                    for b in range(max(left, 0), min(left + 2, width)):
                        share, source = x.dtype.type((1 - abs(p - a)) * (1 - abs(q - b))), x[n, a, b]
                        for c in range(pixel.size):
                            pixel[c] += share * source[c]


@kernel
def rotate_back(dy, dx, clock, limit, step, first, last):
    """dx[n, a, b] = Σ dy[n, i, j] times the share that pixel (a, b) had in it."""
    height, width = dx.shape[1], dx.shape[2]
    for n in range(first * step, min(last * step, dx.shape[0])):
        dx[n] = dx.dtype.type(0)
        angle = limit * (2 * part(stream(clock, n), 0) - 1)
        cosine, sine = math.cos(angle), math.sin(angle)
        for i in range(height):
            for j in range(width):
                slope = dy[n, i, j]
                p, q = turned(i, j, height, width, cosine, sine)
                top, left = math.floor(p), math.floor(q)
                for a in range(max(top, 0), min(top + 2, height)):
                    for b in range(max(left, 0), min(left + 2, width)):
                        share, goal = dx.dtype.type((1 - abs(p - a)) * (1 - abs(q - b))), dx[n, a, b]
                        for c in range(goal.size):
                            goal[c] += share * slope[c]


@kernel
def brighten(x, y, clock, amount, step, first, last):
    """y[n] = f x[n], f evenly between 1 - amount and 1 + amount; x and y are (n, numbers)."""
    for n in range(first * step, min(last * step, x.shape[0])):
        factor = x.dtype.type(1 + amount * (2 * part(stream(clock, n), 0) - 1))
        row, out = x[n], y[n]
        for i in range(out.size):
            out[i] = factor * row[i]


@kernel
def cut_out(x, y, clock, size, step, first, last):
    """y[n] = x[n], times 0 in a square of `size` whose middle is any pixel of the picture; 0 x lets NaN pass."""
    real = x.dtype.type
    for n in range(first * step, min(last * step, x.shape[0])):
        place = stream(clock, 2 * n)
        top, left = choice(place, 0, x.shape[1]) - size // 2, choice(place, 1, x.shape[2]) - size // 2
        for i in range(x.shape[1]):
            for j in range(x.shape[2]):
                pixel, out = x[n, i, j], y[n, i, j]
                kept = real(0 if top <= i < top + size and left <= j < left + size else 1)
                for c in range(out.size):
                    out[c] = kept * pixel[c]
