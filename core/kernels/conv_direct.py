"""Convolution as an implicit matrix product: any kernel, stride, padding and dilation.

Nothing is unrolled into columns. Neighbouring output pixels are the rows of a tile, a kernel row is one run of kw * c
numbers of the picture, so a tile walks straight over the picture; padding is a padded copy of one strip of one picture,
hot in cache.
- Few outputs: several neighbouring pixels share a vector, with the weights shifted to suit (`widen`).
- Small pictures: a tile's rows are the same pixel of several pictures, and padding is left out instead of multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.matmul import ITEMS, RELU, pack_panels
from core.kernels.tile import ROWS, Space, tile, tile_shape
from core.kernels.vectors import LANES, move

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.kernels.conv_geometry import Geometry

STRIP = 49152  # numbers of a picture's strip that stay in a small second-level cache
WEIGHTS = 98304  # numbers of weights that stay there


@kernel
def pack_widened(w, bias, panels, kh, kw, c, o, widen, shift, width, biased, first, last):
    """panels[p, q, c, l] = w[p, q - m * shift, c, l - m * o] for m = l // o < widen; a last row holds bias[l - m * o].

    Items are rows (p, q, c), then the bias. All columns are in one panel.
    """
    wide = kw + (widen - 1) * shift
    for row in range(first, last):
        p, q, i = row // c // wide, row // c % wide, row % c
        for lane in range(width):
            m = lane // o
            tap = q - m * shift
            value = w.dtype.type(0)
            if p == kh:
                if biased and m < widen:
                    value = bias[lane - m * o]
            elif m < widen and 0 <= tap < kw:
                value = w[((p * kw + tap) * c + i) * o + lane - m * o]
            panels[row * width + lane] = value


@helper
def copy_strip(x, strips, to, image, row0, rows, h, w, c, width, left):
    """strips[to + (r, s, c)] = x[image, row0 + r, s - left, c] for r < rows, s < width; 0 outside the picture."""
    for r in range(row0, row0 + rows):
        inside0, inside1 = (min(left, width), min(left + w, width)) if 0 <= r < h else (width, width)
        at = ((image * h + r) * w - left) * c
        for t in range(0, inside0 * c, LANES):
            move(x, 0, 0, strips, to + t, inside0 * c - t)
        for t in range(inside0 * c, inside1 * c, LANES):
            move(x, at + t, inside1 * c - t, strips, to + t, inside1 * c - t)
        for t in range(inside1 * c, width * c, LANES):
            move(x, 0, 0, strips, to + t, width * c - t)
        to += width * c


@kernel
def convolve(
    x, panels, bias, y, strips, n, h, w, c, strip_h, strip_w, top, left, padded, sy, sx, dy, dx, taps, runs, run,
    tap_at, panel_step, tap_step, run_step, oh, ow, columns, width, rows, group, band, across, share,
    bias_at, biased, activation, first, last,
):  # fmt: skip
    """y[n, i, j, o] = act(b[o] + sum over p, q, c of x[n, i*sy + p*dy - top, j*sx + q*dx - left, c] w[p, q, c, o]).

    An item is `share` panels of outputs, `group` pictures and a band of rows. `across`: a tile's rows are pictures.
    """
    slot = first * strip_h * strip_w * c  # nobody else has this `first`, so nobody else writes there
    bands, groups, count = (oh + band - 1) // band, (n + group - 1) // group, (columns + width - 1) // width
    floor = y.dtype.type(0 if activation == RELU else -np.inf)
    source_w = strip_w if padded else w
    a_row, y_row = (h * w * c, oh * ow * columns) if across else (sx * c, columns)
    for item in range(first, last):
        i0 = item % bands * band
        i1 = min(i0 + band, oh)
        lot, panel0 = item // bands % groups * group, item // bands // groups * share
        for image in range(lot, min(lot + group, n), group if across else 1):
            base = ((image * h + i0 * sy - top) * w - left) * c
            if padded:
                base = slot
                lines = (i1 - i0 - 1) * sy + dy * (taps - 1) + 1
                copy_strip(x, strips, slot, image, i0 * sy - top, lines, h, w, c, strip_w, left)
            for panel in range(panel0, min(panel0 + share, count)):
                weights_at = tap_at + panel * panel_step
                for i in range(i0, i1):
                    for j in range(0, ow, 1 if across else rows):
                        at = base + ((i - i0) * sy * source_w + j * sx) * c
                        p0, p1, q0, q1, height = 0, taps, 0, runs, min(rows, ow - j)
                        if across:  # the part of the kernel that lies inside the picture is the same for all rows
                            u, v = i * sy - top, j * sx - left
                            p0, p1 = max(0, -(u // dy)), min(taps, (h - 1 - u) // dy + 1)
                            q0, q1 = max(0, -(v // dx)), min(runs, (w - 1 - v) // dx + 1)
                            at += (p0 * dy * w + q0 * dx) * c
                            height = min(group, n - image)
                        tile(
                            strips if padded else x, (at, a_row, dy * source_w * c, dx * c, 1),
                            panels, (weights_at + p0 * tap_step + q0 * run_step, tap_step, run_step, width),
                            (p1 - p0, q1 - q0, run), bias, (bias_at + panel * width, 0, biased),
                            y, (((image * oh + i) * ow + j) * columns + panel * width, y_row),
                            height, min(width, columns - panel * width), floor,
                        )  # fmt: skip


@dataclass(frozen=True)
class _Cut:
    """How `convolve` walks a geometry: a rule of the sizes alone."""

    widen: int
    across: bool
    runs: tuple[int, int]
    rows: int
    width: int
    count: int
    group: int
    band: int
    share: int
    items: int
    weights: int
    strips: int


def _cut(g: Geometry, turned: bool) -> _Cut:
    widen = 1 if turned else g.widen
    rows, width = tile_shape(g.ow // widen, g.o * widen)
    across = _across(g, rows * width)
    if across:
        widen = 1
        rows, width = tile_shape(g.n, g.o)
    runs = (g.kw, g.c) if across or turned else g.runs(widen)
    count = -(-g.o * widen // width)
    weights = (g.kh * runs[0] * runs[1] + 1) * width
    share, band, group = min(count, max(1, WEIGHTS // weights)), g.oh, rows
    if across:
        share = min(share, max(1, count * -(-g.n // group) // 8))
    else:
        lines = max(1, (STRIP // (g.strip_w * g.c) - (g.kh - 1) * g.dilation[0] - 1) // g.stride[0])
        band = -(-g.oh // max(-(-g.oh // lines), min(g.oh, 8 // g.n)))
        group = -(-g.n * -(-g.oh // band) // ITEMS)
    items = -(-count // share) * -(-g.n // group) * -(-g.oh // band)
    strips = items * g.strip_h(band) * g.strip_w * g.c if g.padded and not across else 1
    return _Cut(widen, across, runs, rows, width, count, group, band, share, items, count * weights, strips)


def _across(g: Geometry, tile_size: int) -> bool:
    """Whether a tile's rows are pictures, not pixels: where pixels fill no tile, or much of the work is padding."""
    down, right = g.taps_inside
    inside, all_taps = sum(down) * sum(right), g.oh * g.kh * g.ow * g.kw
    if min(*down, *right) == 0 or g.n < ROWS[4]:
        return False
    return tile_size < 6 * LANES or all_taps > 1.25 * inside


def convolve_space(g: Geometry, *, turned: bool = False) -> Space:
    """Scratch of `convolve_calls`."""
    cut = _cut(g, turned)
    return {"weights": (cut.weights,), "strips": (cut.strips,)}


def convolve_calls(
    g: Geometry, x: Array, w: Array, bias: Array | None, y: Array, scratch: Mapping[str, Array], *,
    flops: int, turned: bool = False, activation: int = 0,
) -> Calls:  # fmt: skip
    """y = act(x convolved with w, plus bias); turned: with w turned half round, c and o exchanged."""
    cut, flat = _cut(g, turned), w.reshape(-1)
    panels, strips = scratch["weights"].reshape(-1), scratch["strips"].reshape(-1)
    depth, biased = g.kh * cut.runs[0] * cut.runs[1], int(bias is not None)
    start, start_at = flat if bias is None else bias, 0
    steps = (depth * cut.width, depth // g.kh * cut.width, cut.runs[1] * cut.width)  # from panel to panel, tap to tap
    if cut.widen > 1:
        widened = (g.kh, g.kw, g.c, g.o, cut.widen, g.stride[1], cut.width, biased)
        pack = Call(pack_widened, (flat, start, panels, *widened), depth + 1)
        start, start_at = panels, depth * cut.width
    elif turned:  # one matrix (c, o) for each tap, from the last tap to the first
        tap, last = g.c * g.o, cut.count * g.c * cut.width
        pack = Call(pack_panels, (flat, panels, 1, tap, 0, 1, g.c, g.o, g.c, cut.width), g.kh * g.kw * cut.count)
        steps = (g.c * cut.width, -g.kw * last, -last)
    else:
        pack = Call(pack_panels, (flat, panels, 1, 0, 0, g.o, 1, g.o, depth, cut.width), cut.count)
    first_tap = (g.kh * g.kw - 1) * cut.count * g.c * cut.width if turned else 0
    numbers = (
        *(g.n, g.h, g.w, g.c, g.strip_h(cut.band), g.strip_w, g.top, g.left, int(g.padded and not cut.across)),
        *(g.stride[0], g.stride[1] * cut.widen, *g.dilation, g.kh, *cut.runs, first_tap, *steps),
        *(g.oh, g.ow // cut.widen, g.o * cut.widen, cut.width),
        *(cut.rows, cut.group, cut.band, int(cut.across), cut.share, start_at, biased, activation),
    )
    return (pack, Call(convolve, (x.reshape(-1), panels, start, y.reshape(-1), strips, *numbers), cut.items, flops))
