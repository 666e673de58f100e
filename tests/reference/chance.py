"""SplitMix64 in whole numbers of Python."""

from __future__ import annotations

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def uniform(seed: int, step: int, place: int) -> float:
    """The number at a place, in [0, 1)."""
    start = mix((seed + mix((step + GOLDEN) & MASK)) & MASK)
    return (mix((start + place * GOLDEN) & MASK) >> 32) / 2**32
