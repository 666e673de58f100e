"""Convolutions as implicit matrix products: any kernel, stride, padding and dilation, forward and both gradients.

Nothing is unrolled into columns. Neighbouring output pixels are the rows of a tile, a kernel row is one run of kw * c numbers
of the picture, so a tile walks straight over the picture; padding is a padded copy of one strip of one picture, hot in cache.
- Few outputs: several neighbouring pixels share a vector, with the weights shifted to suit (`widen`).
- Small pictures: the rows of a tile are the same pixel of several pictures, and padding is left out instead of multiplied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.conv_geometry import Geometry
from core.kernels.matmul import ITEMS, RELU, add_sums, pack_panels, slices
from core.kernels.tile import LANES, ROWS, Space, move, move_onto, ready, tile, tile_shape

STRIP = 49152  # numbers of a picture's strip that stay in a small second-level cache
WEIGHTS = 98304  # numbers of weights that stay there
PIXELS = 256  # pixels of one panel of dy that stay in the first-level cache


@kernel
def pack_widened(w, bias, panels, kh, kw, c, o, widen, shift, width, biased, first, last):
    """panels[p, q, c, l] = w[p, q - m * shift, c, l - m * o] for m = l // o < widen; a last row holds bias[l - m * o].

    Items are rows (p, q, c), then the bias. All columns are in one panel.
    """
    wide = kw + (widen - 1) * shift
    for row in range(first, last):
        p, q, i = row // c // wide, row // c % wide, row % c
        for l in range(width):
            m = l // o
            tap = q - m * shift
            value = w.dtype.type(0)
            if p == kh:
                if biased and m < widen:
                    value = bias[l - m * o]
            elif m < widen and 0 <= tap < kw:
                value = w[((p * kw + tap) * c + i) * o + l - m * o]
            panels[row * width + l] = value


@helper
def copy_strip(x, strips, to, image, row0, rows, h, w, c, width, left):
    """strips[to + (r, s, c)] = x[image, row0 + r, s - left, c] for r < rows, s < width; 0 outside the picture."""
    for r in range(row0, row0 + rows):
        inside0, inside1 = (min(left, width) * c, min(left + w, width) * c) if 0 <= r < h else (width * c, width * c)
        at = ((image * h + r) * w - left) * c
        for t in range(0, inside0, LANES):
            move(x, 0, 0, strips, to + t, inside0 - t)
        for t in range(inside0, inside1, LANES):
            move(x, at + t, inside1 - t, strips, to + t, inside1 - t)
        for t in range(inside1, width * c, LANES):
            move(x, 0, 0, strips, to + t, width * c - t)
        to += width * c


@kernel
def convolve(
    x, panels, bias, y, strips, n, h, w, c, strip_h, strip_w, top, left, padded, sy, sx, dy, dx, taps, runs, run,
    tap_at, panel_step, tap_step, run_step, oh, ow, columns, width, rows, group, band, across, share, bias_at, biased, activation,
    first, last,
):  # fmt: skip
    """y[n, i, j, o] = act(b[o] + sum over p, q, c of x[n, i*sy + p*dy - top, j*sx + q*dx - left, c] * w[p, q, c, o]).

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
                copy_strip(
                    x, strips, slot, image, i0 * sy - top, (i1 - i0 - 1) * sy + dy * (taps - 1) + 1, h, w, c, strip_w, left
                )
            for panel in range(panel0, min(panel0 + share, count)):
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
                            panels, (tap_at + panel * panel_step + p0 * tap_step + q0 * run_step, tap_step, run_step, width),
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
    """Whether pictures, not pixels, are the rows of tiles: where pixels fill no tile, or a quarter of the work is padding."""
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
    ready(y.dtype)
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


@kernel
def spread(
    dy, panels, dx, parts, n, h, w, c, top, left, sy, sx, step_y, step_x, taps, runs, run, oh, ow, o,
    width, rows, block, group, accumulate, first, last,
):  # fmt: skip
    """dx[n, i*sy + p*dy - top, j*sx + q*dx - left, c] += sum over o of dy[n, i, j, o] * w[p, q, c, o], over all i, j, p, q.

    An item is `group` pictures. For each kernel row: first the products of `block` lines, then their places.
    """
    line = runs * run
    count = (line + width - 1) // width
    slot = first * block * ow * line
    least = dx.dtype.type(-np.inf)
    for item in range(first, last):
        image0, image1 = item * group, min(item * group + group, n)
        if not accumulate:
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
                for j in range(ow):  # down the columns: what was just stored can't be read again at once without a stall
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


def spread_calls(g: Geometry, dy: Array, w: Array, dx: Array, scratch: Mapping[str, Array], *, accumulate: bool) -> Calls:
    """dx = dy carried back through the weights, pixel by pixel: for any stride, and for few channels."""
    ready(dx.dtype)
    rows, width, block, group, items = _spread_cut(g)
    line = g.kw * g.c
    runs = (1, line) if g.dilation[1] == 1 else (g.kw, g.c)
    panels, parts = scratch["weights"].reshape(-1), scratch["strips"].reshape(-1)
    numbers = (
        *(g.n, g.h, g.w, g.c, g.top, g.left, *g.stride, *g.dilation, g.kh, *runs, g.oh, g.ow, g.o),
        *(width, rows, block, group, int(accumulate)),
    )
    return (
        Call(pack_panels, (w.reshape(-1), panels, 1, line * g.o, 0, 1, g.o, line, g.o, width), g.kh * -(-line // width)),
        Call(spread, (dy.reshape(-1), panels, dx.reshape(-1), parts, *numbers), items, g.flops),
    )


@kernel
def correlate(
    x, dy, sums, strips, tails, n, h, w, c, strip_h, strip_w, top, left, padded, sy, sx, step_y, step_x, taps, runs, run,
    oh, ow, columns, width, rows, group, band, chunk, first, last,
):  # fmt: skip
    """sums[e, p, q, c, o] = sum over the pictures n of chunk e and all i, j of x[n, i*sy + p, j*sx + q, c] * dy[n, i, j, o].

    A last row holds the sum of dy. An item is one chunk of pictures and one panel of outputs. A chunk is added up band by
    band, `group` pictures at a time, so that what a tile reads stays in cache.
    """
    strip = strip_h * strip_w * c
    x_slot, dy_slot = first * (group * strip + 1), first * (group * oh * ow * columns + 4 * LANES)
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
                at, size = image * oh * ow * columns, some * oh * ow * columns
                for t in range(0, size, LANES):
                    move(dy, at + t, size - t, tails, dy_slot + t, LANES)
            for i0 in range(0, oh, band):
                i1 = min(i0 + band, oh)
                base = (image * h + i0 * sy) * w * c
                if padded:
                    base = x_slot
                    for k in range(some):
                        copy_strip(x, strips, base + k * strip, image + k, i0 * sy - top, strip_h, h, w, c, strip_w, left)
                dy_at = (dy_slot if copied else image * oh * ow * columns) + i0 * ow * columns + panel * width
                begin = image - e * chunk + i0
                for p in range(taps + 1):
                    for v in range(runs if p < taps else 1):
                        for r in range(0, run if p < taps else 1, rows):
                            at = base + (p * step_y * source_w + v * step_x) * c + r
                            a_at = (at, 1, picture, sy * source_w * c, sx * c) if p < taps else (one, 0, 0, 0, 0)
                            to = (e * (depth + 1) + (p * runs + v) * run + r) * columns + panel * width
                            tile(
                                strips if padded or p == taps else x, a_at,
                                tails if copied else dy, (dy_at, oh * ow * columns, ow * columns, columns), (some, i1 - i0, ow),
                                sums, (to, columns, begin), sums, (to, columns), min(rows, run - r) if p < taps else 1, wide, least,
                            )  # fmt: skip


@kernel
def fold(sums, dw, db, chunks, kh, kw, c, o, widen, shift, biased, accumulate, first, last):
    """dw[p, q, c, o] = sum over chunks e and neighbours m of sums[e, p, q + m * shift, c, m * o + o]; items are p, q, c.

    The item after the last weight is the bias.
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
                dw[item * o + j] = total + (dw[item * o + j] if accumulate else 0)
            elif biased:
                db[j] = total + (db[j] if accumulate else 0)


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
    return {
        "sums": (s.chunks * (s.depth + 1) * g.o * s.widen,),
        "strips": (s.items * (s.group * g.strip_h(s.band) * g.strip_w * g.c + 1),),
        "tails": (s.items * (s.group * g.oh * g.ow * g.o + 4 * LANES),),
    }


def correlate_calls(
    g: Geometry, x: Array, dy: Array, dw: Array, db: Array | None, scratch: Mapping[str, Array], *, accumulate: bool
) -> Calls:
    """dw = x correlated with dy, db = dy summed over all pixels."""
    ready(dy.dtype)
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
        folding = (s.chunks, g.kh, g.kw, g.c, g.o, s.widen, g.stride[1], int(db is not None), int(accumulate))
        return (first, Call(fold, (sums, flat, flat if db is None else db, *folding), g.kh * g.kw * g.c + 1))
    stride, plain = (s.depth + 1) * g.o, int(accumulate)
    calls = [first, Call(add_sums, (sums, flat, 0, stride, s.chunks, plain), slices(flat.size))]
    if db is not None:
        calls.append(Call(add_sums, (sums, db, s.depth * g.o, stride, s.chunks, plain), slices(db.size)))
    return calls
