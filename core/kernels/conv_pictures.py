"""Convolution with few outputs: a tile's rows are outputs, its vectors the same number of neighbouring pictures.

Few outputs leave lanes idle where they are the vectors, as in `conv_direct.py`, and 6 of them make a tile one vector wide,
which waits for its loads. Pictures fill vectors whatever the sizes: each item first turns a band of some pictures over, so
that a pixel's number is a run of pictures, as in Krizhevsky's cuda-convnet (2012). A weight is then one number for all of
them, padding is left out instead of multiplied, and a window is pooled by comparing vectors; what comes out is turned back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.conv_direct import STRIP
from core.kernels.conv_geometry import Geometry
from core.kernels.conv_into_pool import Numbers
from core.kernels.matmul import ITEMS, RELU, pack
from core.kernels.pool import max_pool_forward
from core.kernels.pool_vectors import largest_in_place
from core.kernels.tile import Space, tile, tile_shape
from core.kernels.vectors import LANES, turn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@helper
def taps_inside(start, gap, taps, size):
    """The first tap of a kernel at `start`, `gap` apart, that lies in the picture, and the one after its last."""
    return max(0, -(start // gap)), min(taps, (size - 1 - start) // gap + 1)


@helper
def convolve_line(
    sheet, at, weights, starts, lines, to, i, j1, row0, h, w, c, o, top, left, sy, sx, dy, dx, kh, kw,
    w_at, w_row, w_down, w_right, w_step, merged, biased, rows, width, vectors, floor,
):  # fmt: skip
    """lines[to + (j, k, l)] = max(floor, b[k] + Σ_pqm sheet[at + (i*sy + p*dy - top, j*sx + q*dx - left, m, l)] w[p, q, m, k]).

    For columns j < j1 and lanes l < `vectors`; `at` is where line `row0` of the pictures lies.
    """
    u = i * sy - top
    p0, p1 = taps_inside(u, dy, kh, h)
    for j in range(j1):
        v = j * sx - left
        q0, q1 = taps_inside(v, dx, kw, w)
        first = at + ((u + p0 * dy - row0) * w + v + q0 * dx) * c * width
        # Where a row of the kernel is one run of numbers, it is one loop of the tile.
        runs, run = (1, (q1 - q0) * c) if merged else (q1 - q0, c)
        for k in range(0, o, rows):
            tile(
                weights, (w_at + p0 * w_down + q0 * w_right + k * w_row, w_row, w_down, w_right, w_step),
                sheet, (first, dy * w * c * width, dx * c * width, dx * width if c == 1 else width), (p1 - p0, runs, run),
                starts, (k * width, width, biased), lines, (to + (j * o + k) * width, width),
                min(rows, o - k), vectors, floor,
            )  # fmt: skip


@helper
def turn_back(lines, at, width, y, to, step, pictures, count):
    """y[to + l * step + t] = lines[at + t * width + l] for l < pictures, t < count."""
    full = pictures // LANES * LANES if count >= LANES else 0
    for lane in range(0, full, LANES):
        for t in range(0, count, LANES):
            s = min(t, count - LANES)  # the last square overlaps the one before: no mask, and nothing too far
            turn(lines, at + s * width + lane, width, y, to + lane * step + s, step)
    for lane in range(full, pictures):
        for t in range(count):
            y[to + lane * step + t] = lines[at + t * width + lane]


@kernel
def repeat(bias, starts, width, first, last):
    """starts[k, l] = bias[k] for l < width: what the sums of a tile begin at."""
    for k in range(first, last):
        for lane in range(width):
            starts[k * width + lane] = bias[k]


@kernel
def convolve_pictures(
    x, weights, starts, y, sheets, lines, n, h, w, c, top, left, sy, sx, dy, dx, kh, kw, oh, ow, o,
    w_at, w_row, w_down, w_right, w_step, merged, biased, rows, width, band, strip_h, activation, first, last,
):  # fmt: skip
    """y[n, i, j, o] = act(b[o] + sum over p, q, c of x[n, i*sy + p*dy - top, j*sx + q*dx - left, c] w[p, q, c, o]).

    An item is `width` pictures and a band of lines.
    """
    slot, to = first * strip_h * w * c * width, first * ow * o * width  # nobody else has this `first`
    bands, floor = (oh + band - 1) // band, y.dtype.type(0 if activation == RELU else -np.inf)
    for item in range(first, last):
        image, i0 = item // bands * width, item % bands * band
        i1, pictures = min(i0 + band, oh), min(width, n - image)
        row0, row1 = max(0, i0 * sy - top), min(h, (i1 - 1) * sy - top + (kh - 1) * dy + 1)
        pack(x, (image * h + row0) * w * c, sheets, slot, 1, h * w * c, (row1 - row0) * w * c, pictures, width)
        vectors = (pictures + LANES - 1) // LANES * LANES
        for i in range(i0, i1):
            convolve_line(
                sheets, slot, weights, starts, lines, to, i, ow, row0, h, w, c, o, top, left, sy, sx, dy, dx, kh, kw,
                w_at, w_row, w_down, w_right, w_step, merged, biased, rows, width, vectors, floor,
            )  # fmt: skip
            turn_back(lines, to, width, y, (image * oh + i) * ow * o, oh * ow * o, pictures, ow * o)


@kernel
def convolve_pictures_into_pool(
    x, weights, starts, y, which, sheets, lines, n, h, w, c, top, left, sy, sx, dy, dx, kh, kw, ow, o,
    w_at, w_row, w_down, w_right, w_step, merged, biased, rows, width, band, strip_h, activation,
    height, across, stride, down, right, first, last,
):  # fmt: skip
    """y[n, p, q, o] = act(the largest z in window (p, q)), `which` its first place, for z of `convolve_pictures`.

    The windows, `height` by `across` pixels, do not overlap down the picture. An item is `width` pictures and a band of
    windows.
    """
    pixel = o * width
    slot, at = first * strip_h * w * c * width, first * (height * ow + 2 * right) * pixel
    best, place = at + height * ow * pixel, at + (height * ow + right) * pixel
    bands, least = (down + band - 1) // band, y.dtype.type(-np.inf)
    for item in range(first, last):
        image, first_p = item // bands * width, item % bands * band
        last_p, pictures = min(first_p + band, down), min(width, n - image)
        row0 = max(0, first_p * stride * sy - top)
        row1 = min(h, ((last_p - 1) * stride + height - 1) * sy - top + (kh - 1) * dy + 1)
        pack(x, (image * h + row0) * w * c, sheets, slot, 1, h * w * c, (row1 - row0) * w * c, pictures, width)
        vectors = (pictures + LANES - 1) // LANES * LANES
        for p in range(first_p, last_p):
            for i in range(height):
                convolve_line(
                    sheets, slot, weights, starts, lines, at + i * ow * pixel, p * stride + i, ow, row0, h, w, c, o,
                    top, left, sy, sx, dy, dx, kh, kw,
                    w_at, w_row, w_down, w_right, w_step, merged, biased, rows, width, vectors, least,
                )  # fmt: skip
            for q in range(right):
                for t in range(0, pixel, LANES):
                    largest_in_place(
                        lines, at + q * stride * pixel + t, ow * pixel, pixel, height, across,
                        best + q * pixel + t, place + q * pixel + t, activation == RELU,
                    )  # fmt: skip
            to, step = (image * down + p) * right * o, down * right * o
            turn_back(lines, best, width, y, to, step, pictures, right * o)
            turn_back(lines, place, width, which, to, step, pictures, right * o)


@dataclass(frozen=True)
class _Cut:
    """How `convolve_pictures` walks a geometry: a rule of the sizes alone."""

    rows: int
    width: int
    band: int
    strip_h: int
    items: int


def _cut(g: Geometry, down: int, step: int, height: int) -> _Cut:
    """`down` units of `height` lines, `step` apart: the lines themselves, or the rows of windows that pool them."""
    rows, width = tile_shape(g.o, g.n)
    lots = -(-g.n // width)
    lines = STRIP // (g.w * g.c * width)  # of the picture, that stay in the second-level cache
    most = max(1, ((lines - (g.kh - 1) * g.dilation[0] - 1) // g.stride[0] + 1 - height) // step + 1)
    band = -(-down // min(down, max(-(-down // most), -(-ITEMS // lots))))
    strip_h = min(g.h, g.strip_h((band - 1) * step + height))
    return _Cut(rows, width, band, strip_h, lots * -(-down // band))


def suits(g: Geometry) -> bool:
    """Whether a layer goes this way: where outputs leave lanes idle and pictures do not.

    A few lines of the pictures of a tile have to stay in cache, and no output may see padding alone.
    """
    few, full = g.o < 4 * LANES and g.o % (2 * LANES) != 0, 4 * g.n > 3 * -(-g.n // LANES) * LANES
    near = 2 * LANES * g.w * g.c * g.strip_h(min(g.oh, 4)) <= STRIP
    return few and full and near and min(min(taps) for taps in g.taps_inside) > 0


def convolve_space(g: Geometry, *, turned: bool = False) -> Space:
    """Scratch of `convolve_calls`."""
    cut = _cut(g, g.oh, 1, 1)
    each = cut.items * cut.width
    return {"sheets": (each * cut.strip_h * g.w * g.c,), "lines": (each * g.ow * g.o,), "starts": (g.o * cut.width,)}


def convolve_calls(
    g: Geometry, x: Array, w: Array, bias: Array | None, y: Array, scratch: Mapping[str, Array], *,
    flops: int, turned: bool = False, activation: int = 0,
) -> Calls:  # fmt: skip
    """y = act(x convolved with w, plus bias); turned: with w turned half round, c and o exchanged."""
    cut, flat, size = _cut(g, g.oh, 1, 1), w.reshape(-1), g.c * g.o
    sheets, lines, starts = (scratch[name].reshape(-1) for name in ("sheets", "lines", "starts"))
    # Where the weights begin, and how far apart they are from output to output, down, to the right, from channel to channel.
    w_at, row, down, right, step = 0, 1, g.kw * size, size, g.o
    if turned:
        w_at, row, down, right, step = (g.kh * g.kw - 1) * size, g.c, -down, -right, 1
    if g.c == 1:
        step = right
    merged = g.c == 1 or (g.dilation[1] == 1 and right == g.c * step)
    numbers = (
        *(g.n, g.h, g.w, g.c, g.top, g.left, *g.stride, *g.dilation, g.kh, g.kw, g.oh, g.ow, g.o),
        *(w_at, row, down, right, step, int(merged), int(bias is not None)),
        *(cut.rows, cut.width, cut.band, cut.strip_h, activation),
    )
    call = Call(
        convolve_pictures, (x.reshape(-1), flat, starts, y.reshape(-1), sheets, lines, *numbers), cut.items, flops
    )
    return (call,) if bias is None else (Call(repeat, (bias, starts, cut.width), g.o), call)


def joined(convolution: Call, pooling: Call, empty: Callable[[tuple[int, ...], Any], Array]) -> Call | None:
    """The one call for a `convolve_pictures` and the `max_pool_forward` that reads it; None where windows overlap or are cut.

    `empty` makes scratch.
    """
    assert (convolution.kernel, pooling.kernel) == (convolve_pictures, max_pool_forward)
    z, t = Numbers(convolution), Numbers(pooling)
    y, o = pooling.array("y"), z.o
    _, down, right, _ = y.shape
    inside = (down - 1) * t.stride + t.height <= z.oh and (right - 1) * t.stride + t.width <= z.ow
    if z.activation or t.stride < t.height or not inside or max(t.before_rows, t.before_columns) > 0:
        return None
    g = Geometry(z.n, z.h, z.w, z.c, z.kh, z.kw, o, z.oh, z.ow, z.top, z.left, (z.sy, z.sx), (z.dy, z.dx))
    cut = _cut(g, down, t.stride, t.height)
    names = "n h w c top left sy sx dy dx kh kw ow o w_at w_row w_down w_right w_step merged biased"
    numbers = [getattr(z, name) for name in names.split()]
    numbers += [cut.rows, cut.width, cut.band, cut.strip_h, t.activation, t.height, t.width, t.stride, down, right]
    each = cut.items * cut.width
    scratch = (each * cut.strip_h * g.w * g.c, each * (t.height * g.ow + 2 * right) * o)
    arrays = [convolution.array(name) for name in ("x", "weights", "starts")]
    arrays += [y.reshape(-1), pooling.array("which").reshape(-1), *(empty((size,), y.dtype) for size in scratch)]
    return Call(convolve_pictures_into_pool, (*arrays, *numbers), cut.items, convolution.flops)
