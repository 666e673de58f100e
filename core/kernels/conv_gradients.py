"""Gradients of a convolution, for any kernel, stride, padding and dilation, as implicit matrix products.

- That of x: each pixel of dy times all weights is a row of products, added where they belong (`spread`). Where the
  stride is 1 and there are channels enough, another convolution is quicker, see `conv2d.py`.
- That of w: the rows of a tile are numbers of a kernel row, its columns outputs, its depth the pixels (`correlate`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.kernels._jit import kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.conv_direct import STRIP, copy_strip
from core.kernels.matmul import ITEMS, add_sums, pack_panels, slices
from core.kernels.tile import Space, tile, tile_shape
from core.kernels.vectors import LANES, move, move_onto

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.kernels.conv_geometry import Geometry

PIXELS = 256  # pixels of one panel of dy that stay in the first-level cache


@kernel
def spread(
    dy, panels, dx, parts, n, h, w, c, top, left, sy, sx, step_y, step_x, taps, runs, run, oh, ow, o,
    width, rows, block, group, first, last,
):  # fmt: skip
    """dx[n, i*sy + p*dy - top, j*sx + q*dx - left, c] = sum over i, j, p, q, o of dy[n, i, j, o] w[p, q, c, o].

    An item is `group` pictures. For each kernel row: first the products of `block` lines, then their places.
    """
    line = runs * run
    count = (line + width - 1) // width
    slot = first * block * ow * line
    least = dx.dtype.type(-np.inf)
    for item in range(first, last):
        image0, image1 = item * group, min(item * group + group, n)
        for t in range(image0 * h * w * c, image1 * h * w * c):
            dx[t] = 0
        for line0 in range(image0 * oh, image1 * oh, block):
            line1 = min(line0 + block, image1 * oh)
            for p in range(taps):
                for panel in range(count):
                    for r in range(line0 * ow, line1 * ow, rows):
                        tile(
                            dy, (r * o, o, 0, 0, 1), panels, ((p * count + panel) * o * width, 0, 0, width), (1, 1, o),
                            parts, (0, 0, 0), parts, (slot + (r - line0 * ow) * line + panel * width, line),
                            min(rows, line1 * ow - r), min(width, line - panel * width), least,
                        )  # fmt: skip
                for j in range(ow):  # down the columns: what was just stored can't be read at once without a stall
                    for number in range(line0, line1):
                        i = number % oh * sy + p * step_y - top
                        if not 0 <= i < h:
                            continue
                        for q in range(runs):
                            s = j * sx - left + q * step_x  # of this run, what lies inside the picture
                            t0, t1 = max(0, -s * c), min(run, (w - s) * c)
                            to = ((number // oh * h + i) * w + s) * c
                            at = slot + ((number - line0) * ow + j) * line + q * run
                            for t in range(t0, t1, LANES):
                                move_onto(parts, at + t, t1 - t, dx, to + t, t1 - t)


def _spread_cut(g: Geometry) -> tuple[int, int, int, int, int]:
    """(rows, width) of a tile, (block, group) of an item, and how many items."""
    line, group = g.kw * g.c, -(-g.n // ITEMS)
    rows, width = tile_shape(g.oh * g.ow, line)
    block = max(1, min(STRIP // (line * g.ow), -(-64 // g.ow), group * g.oh))
    return rows, width, block, group, -(-g.n // group)


def spread_space(g: Geometry) -> Space:
    """Scratch of `spread_calls`."""
    _, width, block, _, items = _spread_cut(g)
    line = g.kw * g.c
    return {"weights": (g.kh * -(-line // width) * width * g.o,), "strips": (items * block * g.ow * line,)}


def spread_calls(g: Geometry, dy: Array, w: Array, dx: Array, scratch: Mapping[str, Array]) -> Calls:
    """dx = dy carried back through the weights, pixel by pixel: for any stride, and for few channels."""
    rows, width, block, group, items = _spread_cut(g)
    line = g.kw * g.c
    runs = (1, line) if g.dilation[1] == 1 else (g.kw, g.c)
    panels, parts = scratch["weights"].reshape(-1), scratch["strips"].reshape(-1)
    numbers = (
        *(g.n, g.h, g.w, g.c, g.top, g.left, *g.stride, *g.dilation, g.kh, *runs, g.oh, g.ow, g.o),
        *(width, rows, block, group),
    )
    pack = (1, line * g.o, 0, 1, g.o, line, g.o, width)
    return (
        Call(pack_panels, (w.reshape(-1), panels, *pack), g.kh * -(-line // width)),
        Call(spread, (dy.reshape(-1), panels, dx.reshape(-1), parts, *numbers), items, g.flops),
    )


@kernel
def correlate(
    x, dy, sums, strips, tails, n, h, w, c, strip_h, strip_w, top, left, padded, sy, sx, step_y, step_x,
    taps, runs, run, oh, ow, columns, width, rows, group, band, chunk, first, last,
):  # fmt: skip
    """sums[e, p, q, c, o] = sum over pictures n of chunk e and over i, j of x[n, i*sy + p, j*sx + q, c] dy[n, i, j, o].

    A last row holds the sum of dy. An item is one chunk of pictures and one panel of outputs. A chunk is added up band
    by band, `group` pictures at a time, so that what a tile reads stays in cache.
    """
    strip = strip_h * strip_w * c if padded else 0
    size = oh * ow * columns
    x_slot, dy_slot = first * (group * strip + 1), first * (group * size + 4 * LANES)
    one = x_slot + group * strip
    strips[one] = 1  # the bias belongs to an input that is always 1
    count, depth = (columns + width - 1) // width, taps * runs * run
    least = sums.dtype.type(-np.inf)
    source_w, picture = (strip_w, strip) if padded else (w, h * w * c)
    for item in range(first, last):
        e, panel = item // count, item % count
        pictures, wide = min(e * chunk + chunk, n), min(width, columns - panel * width)
        for image in range(e * chunk, pictures, group):
            some = min(group, pictures - image)
            # A ragged panel reads past its last pixel: the last pictures are read from a copy that ends later.
            copied = wide % LANES != 0 and image + some == n
            if copied:
                for t in range(0, some * size, LANES):
                    move(dy, image * size + t, some * size - t, tails, dy_slot + t, LANES)
            for i0 in range(0, oh, band):
                i1 = min(i0 + band, oh)
                base = (image * h + i0 * sy) * w * c
                if padded:
                    base = x_slot
                    for k in range(some):
                        to, row = base + k * strip, i0 * sy - top
                        copy_strip(x, strips, to, image + k, row, strip_h, h, w, c, strip_w, left)
                dy_at = (dy_slot if copied else image * size) + i0 * ow * columns + panel * width
                begin = image - e * chunk + i0
                for p in range(taps + 1):
                    inside = p < taps  # after the taps comes the row of the bias
                    for v in range(runs if inside else 1):
                        for r in range(0, run if inside else 1, rows):
                            at = base + (p * step_y * source_w + v * step_x) * c + r
                            to = (e * (depth + 1) + (p * runs + v) * run + r) * columns + panel * width
                            tile(
                                strips if padded or not inside else x,
                                (at, 1, picture, sy * source_w * c, sx * c) if inside else (one, 0, 0, 0, 0),
                                tails if copied else dy, (dy_at, size, ow * columns, columns), (some, i1 - i0, ow),
                                sums, (to, columns, begin), sums, (to, columns),
                                min(rows, run - r) if inside else 1, wide, least,
                            )  # fmt: skip


@kernel
def fold(sums, dw, db, chunks, kh, kw, c, o, widen, shift, biased, first, last):
    """dw[p, q, c, o] = sum over chunks e and neighbours m of sums[e, p, q + m * shift, c, m, o].

    Items are p, q, c; the one after the last is the bias.
    """
    wide = kw + (widen - 1) * shift
    for item in range(first, last):
        p, q, i = item // c // kw, item // c % kw, item % c
        for j in range(o):
            total = sums.dtype.type(0)
            for e in range(chunks):
                for m in range(widen):
                    row = (p * wide + q + m * shift) * c + i if p < kh else kh * wide * c
                    total += sums[((e * (kh * wide * c + 1) + row) * widen + m) * o + j]
            if p < kh:
                dw[item * o + j] = total
            elif biased:
                db[j] = total


@dataclass(frozen=True)
class _Sums:
    """How `correlate` walks a geometry: a rule of the sizes alone."""

    widen: int
    runs: tuple[int, int]
    rows: int
    width: int
    group: int
    band: int
    chunk: int
    chunks: int
    items: int
    depth: int


def _sums(g: Geometry) -> _Sums:
    widen = g.widen
    runs, columns, pixels = g.runs(widen), g.o * widen, g.ow // widen
    rows, width = tile_shape(runs[1], columns)
    band, group = min(g.oh, max(1, PIXELS // pixels)), min(g.n, max(1, PIXELS // (pixels * g.oh)))
    panels, lots = -(-columns // width), -(-g.n // group)
    chunk = -(-lots // min(lots, -(-16 // panels))) * group
    chunks = -(-g.n // chunk)
    return _Sums(widen, runs, rows, width, group, band, chunk, chunks, panels * chunks, g.kh * runs[0] * runs[1])


def correlate_space(g: Geometry) -> Space:
    """Scratch of `correlate_calls`."""
    s = _sums(g)
    strip = s.group * g.strip_h(s.band) * g.strip_w * g.c if g.padded else 0
    return {
        "sums": (s.chunks * (s.depth + 1) * g.o * s.widen,),
        "strips": (s.items * (strip + 1),),
        "tails": (s.items * (s.group * g.oh * g.ow * g.o + 4 * LANES) if g.o * s.widen % LANES else 1,),
    }


def correlate_calls(
    g: Geometry, x: Array, dy: Array, dw: Array, db: Array | None, scratch: Mapping[str, Array]
) -> Calls:
    """dw = x correlated with dy, db = dy summed over all pixels."""
    s = _sums(g)
    sums, strips, tails = (scratch[name].reshape(-1) for name in ("sums", "strips", "tails"))
    numbers = (
        *(g.n, g.h, g.w, g.c, g.strip_h(s.band), g.strip_w, g.top, g.left, int(g.padded)),
        *(g.stride[0], g.stride[1] * s.widen, *g.dilation, g.kh, *s.runs),
        *(g.oh, g.ow // s.widen, g.o * s.widen, s.width, s.rows, s.group, s.band, s.chunk),
    )
    first = Call(correlate, (x.reshape(-1), dy.reshape(-1), sums, strips, tails, *numbers), s.items, g.flops)
    flat = dw.reshape(-1)
    if s.widen > 1:
        folding = (s.chunks, g.kh, g.kw, g.c, g.o, s.widen, g.stride[1], int(db is not None))
        return (first, Call(fold, (sums, flat, flat if db is None else db, *folding), g.kh * g.kw * g.c + 1))
    stride = (s.depth + 1) * g.o
    calls = [first, Call(add_sums, (sums, flat, 0, stride, s.chunks, 0), slices(flat.size))]
    if db is not None:
        calls.append(Call(add_sums, (sums, db, s.depth * g.o, stride, s.chunks, 0), slices(db.size)))
    return calls
