"""Chance in other forms than dropout: numbers of a normal distribution, and maps that fall silent as a whole."""

from __future__ import annotations

import math

import numpy as np

from core.kernels._jit import kernel
from core.kernels.activation import SLICE
from core.kernels.chance import stream, word


@kernel
def add_noise(x, y, clock, deviation, first, last):
    """y[i] = x[i] + deviation n, n from a standard normal distribution (Box & Muller, 1958): √(-2 ln u) cos(2π v)."""
    place = stream(clock, 2 * first * SLICE)
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        u = (np.float64(word(place, 2 * i)) + 1) / 2.0**32  # above 0, so that the logarithm is finite
        v = np.float64(word(place, 2 * i + 1)) / 2.0**32
        y[i] = x[i] + x.dtype.type(deviation * math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * v))


@kernel
def drop_maps(x, y, clock, rate, step, first, last):
    """y[n, i, c] = x[n, i, c] / (1 - rate) for all i with probability 1 - rate, else 0 x[n, i, c]; (n, pixels, channels)."""
    real = x.dtype.type
    kept, dropped = real(1 / (1 - rate)), real(0)
    limit = np.uint32(rate * 2.0**32)
    for n in range(first * step, min(last * step, x.shape[0])):
        place = stream(clock, n * x.shape[2])
        for i in range(x.shape[1]):
            pixel, out = x[n, i], y[n, i]
            for c in range(out.size):
                out[c] = pixel[c] * (kept if word(place, c) >= limit else dropped)
