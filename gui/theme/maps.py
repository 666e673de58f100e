"""Colour maps for pictures of filters and maps: 256 x 3 bytes, built from their geometry in CIELAB.

Equal steps of the value are equal steps of lightness, so an edge in the picture is an edge in the numbers, in print and
for colour-blind eyes too. A sequential map rises from nearly black to nearly white; a diverging one has its turning
point at zero, negative blue and positive orange, and the turning point is the ground of the theme, so zero is silent.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.uint8]  # (256, 3), red green blue
Floats = npt.NDArray[np.float64]

_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65
_XYZ_TO_RGB = np.linalg.inv(
    np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
)


@cache
def sequential() -> Table:
    """For values that are never negative: violet, teal, green, straw; brighter is more."""
    t = np.linspace(0.0, 1.0, 256)
    lightness = 8.0 + 86.0 * t
    hue = np.radians(295.0 - 195.0 * t)
    return _table(lightness, np.interp(t, [0.0, 0.45, 1.0], [34.0, 31.0, 50.0]), hue)


@cache
def diverging(*, on_dark: bool) -> Table:
    """For values around zero: index 0 is most negative, 255 most positive, zero between 127 and 128."""
    t = np.linspace(-1.0, 1.0, 256)
    far = np.abs(t)
    lightness = 12.0 + 66.0 * far if on_dark else 97.0 - 52.0 * far
    hue = np.radians(np.where(t < 0.0, 267.0, 62.0))
    return _table(lightness, np.where(t < 0.0, 45.0, 56.0) * far, hue)


@cache
def greys() -> Table:
    """From black to white in equal steps of lightness, for pictures that are pictures."""
    t = np.linspace(0.0, 1.0, 256)
    return _table(100.0 * t, np.zeros_like(t), np.zeros_like(t))


def _table(lightness: Floats, chroma: Floats, hue: Floats) -> Table:
    """Bytes of the colours; where a screen cannot show that much chroma, less of it and the same lightness."""
    low, high = np.zeros_like(chroma), chroma.copy()
    for _ in range(18):  # the widest chroma inside the gamut, by bisection
        middle = (low + high) / 2.0
        rgb = _linear(lightness, middle, hue)
        inside = ((rgb >= -1e-5) & (rgb <= 1.0 + 1e-5)).all(axis=1)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    smooth = np.convolve(np.pad(low, 6, mode="edge"), np.full(13, 1 / 13), mode="valid")  # no kink where the gamut ends
    rgb = np.clip(_linear(lightness, np.minimum(low, smooth), hue), 0.0, 1.0)
    encoded = np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * rgb ** (1 / 2.4) - 0.055)
    table = np.rint(255.0 * encoded).astype(np.uint8)
    table.flags.writeable = False
    return table


def _linear(lightness: Floats, chroma: Floats, hue: Floats) -> Floats:
    fy = (lightness + 16.0) / 116.0
    f = np.stack([fy + chroma * np.cos(hue) / 500.0, fy, fy - chroma * np.sin(hue) / 200.0], axis=1)
    xyz = np.where(f > 6.0 / 29.0, f**3, 3.0 * (6.0 / 29.0) ** 2 * (f - 4.0 / 29.0)) * _WHITE
    linear: Floats = xyz @ _XYZ_TO_RGB.T
    return linear
