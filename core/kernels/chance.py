"""Chance that can be repeated: the number at a place depends on the seed, the step and the place, and on nothing else.

A counter takes the place of a state (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), so threads
need not agree, and a backward pass draws again what the forward drew. The mixing is SplitMix64 (Steele, Lea and Flood,
"Fast splittable pseudorandom number generators", 2014): each seed and step begins somewhere else in a cycle of 2**64.
"""

from __future__ import annotations

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.activation import SLICE

_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31, _32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)


@helper
def mix(z):
    """64 bits, each of which depends on all bits of z."""
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@helper
def stream(clock, start):
    """Where the numbers of this seed and step begin; `word` goes on from there, `start` places further."""
    return mix(clock[0] + mix(clock[1] + _GOLDEN)) + np.uint64(start) * _GOLDEN


@helper
def word(place, i):
    """The i-th number of a stream, 32 even bits."""
    return np.uint32(mix(place + np.uint64(i) * _GOLDEN) >> _32)


@kernel
def drop(x, y, clock, rate, first, last):
    """y[i] = x[i] / (1 - rate) with probability 1 - rate, else 0 x[i], which lets NaN pass."""
    real = x.dtype.type
    kept, dropped = real(1 / (1 - rate)), real(0)
    limit = np.uint32(rate * 2.0**32)
    place = stream(clock, first * SLICE)
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = x[i] * (kept if word(place, i) >= limit else dropped)
