"""Convolution over pictures (n, h, w, c) with weights (kh, kw, c, o): forward and both gradients, as implicit matrix products.

Nothing is unrolled into columns. Neighbouring output pixels are the rows of a tile, a kernel row is one run of kw * c numbers
of the picture, so a tile walks straight over the picture; padding is a padded copy of one strip of one picture, hot in cache.
Three turns make it fast everywhere:
- few outputs: several neighbouring pixels share a vector, with the weights shifted to suit (`widen`);
- small pictures: the rows of a tile are the same pixel of several pictures, and padding is left out instead of multiplied;
- the input gradient of stride s is s * s convolutions of stride 1, one for each phase of the pixels, without a zero multiplied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import gcd

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.matmul import ITEMS, NONE, RELU, sum_rows, sum_rows_space
from core.kernels.tile import LANES, ROWS, Space, ready, shared_space, tile, tile_shape

Pair = tuple[int, int]  # along the height, along the width
Padding = tuple[int, int, int, int]  # top, bottom, left, right
Shape4 = tuple[int, int, int, int]


@kernel
def pack_weights(
    w, bias, panels, at, p_step, q_step, c_step, o_step, kh, kw, c, o, widen, shift, width, biased, first, last
):
    """panels[l // width, p, q, c, l % width] = w[p, q - m * shift, c, l - m * o] for m = l // o; the last row holds the bias.

    Items are panels. w is read at any strides, so the same loop turns and transposes it for the input gradient.
    """
    wide = kw + (widen - 1) * shift
    depth = kh * wide * c
    for panel in range(first, last):
        to = panel * (depth + 1) * width
        for row in range(depth):
            p, q, i = row // c // wide, row // c % wide, row % c
            for l in range(width):
                column = panel * width + l
                m = column // o
                tap = q - m * shift
                value = w.dtype.type(0)
                if m < widen and 0 <= tap < kw:
                    value = w[at + p * p_step + tap * q_step + i * c_step + (column - m * o) * o_step]
                panels[to + row * width + l] = value
        for l in range(width):
            column = panel * width + l
            panels[to + depth * width + l] = bias[column % o] if biased and column < widen * o else 0


@helper
def copy_strip(x, strips, to, image, row0, rows, h, w, c, width, left):
    """strips[to + (r, s, c)] = x[image, row0 + r, s - left, c] for r < rows, s < width; 0 outside the picture."""
    inside0, inside1 = min(max(left, 0), width), min(max(left + w, 0), width)
    for r in range(row0, row0 + rows):
        if not (0 <= r < h and inside0 < inside1):
            strips[to : to + width * c] = 0
        else:
            strips[to : to + inside0 * c] = 0
            at = ((image * h + r) * w - left) * c
            for t in range(inside0 * c, inside1 * c):
                strips[to + t] = x[at + t]
            strips[to + inside1 * c : to + width * c] = 0
        to += width * c


@kernel
def convolve(
    x, panels, y, strips,
    n, h, w, c, strip_h, strip_w, top, left, padded, sy, sx, dy, dx, taps, runs, run,
    oh, ow, columns, width, y_at, y_image, y_row, y_pixel,
    rows, group, band, across, share, begin, activation, first, last,
):  # fmt: skip
    """y[n, i, j, o] = act(b[o] + sum over p, q, c of x[n, i*sy + p*dy - top, j*sx + q*dx - left, c] * w[p, q, c, o]).

    An item is `share` panels of outputs, `group` pictures and a band of rows. `across`: a tile's rows are pictures.
    """
    slot = first * strip_h * strip_w * c  # nobody else has this `first`, so nobody else writes there
    bands, groups = (oh + band - 1) // band, (n + group - 1) // group
    count = (columns + width - 1) // width
    floor = y.dtype.type(0 if activation == RELU else -np.inf)
    depth = taps * runs * run
    source_w = strip_w if padded else w
    for item in range(first, last):
        i0 = item % bands * band
        i1 = min(i0 + band, oh)
        lot = item // bands % groups
        panel0 = item // bands // groups * share
        for image in range(lot * group, min(lot * group + group, n), group if across else 1):
            base = ((image * h + i0 * sy - top) * w - left) * c
            if padded:
                base = slot
                height = min(strip_h, (i1 - i0 - 1) * sy + dy * (taps - 1) + 1)
                copy_strip(x, strips, slot, image, i0 * sy - top, height, h, w, c, strip_w, left)
            source = strips if padded else x
            a_row, y_step = (h * w * c, y_image) if across else (sx * c, y_pixel)
            for panel in range(panel0, min(panel0 + share, count)):
                weights = panel * (depth + 1) * width
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
                        to = y_at + image * y_image + i * y_row + j * y_pixel + panel * width
                        biased = begin == 1
                        tile(
                            source, (at, a_row, dy * source_w * c, dx * c, 1),
                            panels, (weights + (p0 * runs + q0) * run * width, runs * run * width, run * width, width),
                            (p1 - p0, q1 - q0, run),
                            panels if biased else y, (weights + depth * width if biased else to, 0 if biased else y_step, begin),
                            y, (to, y_step), height, min(width, columns - panel * width), floor,
                        )  # fmt: skip


@kernel
def correlate(
    x, dy, sums, strips, tails,
    n, h, w, c, strip_h, strip_w, top, left, padded, sy, sx, step_y, step_x, taps, runs, run,
    oh, ow, columns, width, rows, group, band, chunk, first, last,
):  # fmt: skip
    """sums[e, p, q, c, o] = sum over the pictures n of chunk e and all i, j of x[n, i*sy + p, j*sx + q, c] * dy[n, i, j, o].

    An item is one chunk of pictures and one panel of outputs. The sums of a chunk are added up band by band, `group`
    pictures at a time, so that what a tile reads stays in cache.
    """
    x_slot, dy_slot = first * group * strip_h * strip_w * c, first * (group * oh * ow * columns + 4 * LANES)
    count = (columns + width - 1) // width
    depth = taps * runs * run
    least = sums.dtype.type(-np.inf)
    source_w = strip_w if padded else w
    for item in range(first, last):
        e, panel = item // count, item % count
        pictures = min(e * chunk + chunk, n)
        wide = min(width, columns - panel * width)
        for image in range(e * chunk, pictures, group):
            some = min(group, pictures - image)
            # A ragged panel reads past its last pixel: the last pictures are read from a copy that ends later.
            copied = wide % LANES != 0 and image + some == n
            if copied:
                for t in range(some * oh * ow * columns):
                    tails[dy_slot + t] = dy[image * oh * ow * columns + t]
            for i0 in range(0, oh, band):
                i1 = min(i0 + band, oh)
                base, picture = (image * h + i0 * sy) * w * c, h * w * c
                if padded:
                    base, picture = x_slot, strip_h * strip_w * c
                    for extra in range(some):
                        copy_strip(
                            x, strips, x_slot + extra * picture, image + extra, i0 * sy - top, strip_h, h, w, c, strip_w, left
                        )
                dy_at = (dy_slot if copied else image * oh * ow * columns) + i0 * ow * columns + panel * width
                begin = 0 if image == e * chunk and i0 == 0 else 1
                for p in range(taps):
                    for v in range(runs):
                        for r in range(0, run, rows):
                            at = base + (p * step_y * source_w + v * step_x) * c + r
                            to = (e * depth + (p * runs + v) * run + r) * columns + panel * width
                            tile(
                                strips if padded else x, (at, 1, picture, sy * source_w * c, sx * c),
                                tails if copied else dy, (dy_at, oh * ow * columns, ow * columns, columns),
                                (some, i1 - i0, ow),
                                sums, (to, columns, begin), sums, (to, columns), min(rows, run - r), wide, least,
                            )  # fmt: skip


@kernel
def fold(sums, dw, chunks, kh, kw, c, o, widen, shift, accumulate, first, last):
    """dw[p, q, c, o] = sum over chunks e and neighbours m of sums[e, p, q + m * shift, c, m * o + o]; items are p, q, c."""
    wide = kw + (widen - 1) * shift
    for item in range(first, last):
        p, q, i = item // c // kw, item // c % kw, item % c
        if not accumulate:
            for j in range(o):
                dw[item * o + j] = 0
        for e in range(chunks):
            for m in range(widen):
                at = ((((e * kh + p) * wide + q + m * shift) * c + i) * widen + m) * o
                for j in range(o):
                    dw[item * o + j] += sums[at + j]


@dataclass(frozen=True)
class _Geometry:
    """One convolution of (n, h, w, c) with taps (kh, kw) to (n, oh, ow, o), and how it is cut: a rule of the sizes alone."""

    n: int
    h: int
    w: int
    c: int
    kh: int
    kw: int
    o: int
    oh: int
    ow: int
    top: int
    left: int
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)

    @property
    def padded(self) -> bool:
        """Whether some window reaches outside the picture."""
        reach = self.strip_h(self.oh) - self.top, self.strip_w - self.left
        return self.top > 0 or self.left > 0 or reach[0] > self.h or reach[1] > self.w

    def strip_h(self, rows: int) -> int:
        """Rows of the picture that so many rows of the result look at."""
        return (rows - 1) * self.stride[0] + (self.kh - 1) * self.dilation[0] + 1

    @property
    def strip_w(self) -> int:
        """Columns of the picture that a row of the result looks at."""
        return (self.ow - 1) * self.stride[1] + (self.kw - 1) * self.dilation[1] + 1

    @property
    def widen(self) -> int:
        """How many neighbouring pixels share the vectors: the number that makes the fewest multiply-adds a pixel."""
        if self.dilation[1] > 1 or self.o >= 2 * LANES:
            return 1

        def cost(m: int) -> tuple[float, int]:
            return -(-m * self.o // LANES) * (self.kw + (m - 1) * self.stride[1]) / m, m

        return min((m for m in range(1, 2 * LANES // self.o + 1) if self.ow % m == 0), key=cost)


@dataclass(frozen=True)
class _Cut:
    """How `convolve` walks a geometry."""

    widen: int
    across: bool
    runs: int
    run: int
    rows: int
    width: int
    count: int
    group: int
    band: int
    share: int
    items: int
    weights: int
    strips: int


STRIP = 49152  # numbers of a picture's strip that stay in a small second-level cache
WEIGHTS = 98304  # numbers of weights that stay there


def _cut(g: _Geometry) -> _Cut:
    widen = g.widen
    rows, width = tile_shape(g.ow // widen, g.o * widen)
    across = rows < 6 and min(g.n, ROWS[2]) > rows and _all_inside(g)
    if across:
        widen = 1
        rows, width = tile_shape(g.n, g.o)
    wide = g.kw + (widen - 1) * g.stride[1]
    runs, run = (1, wide * g.c) if g.dilation[1] == 1 and not across else (g.kw, g.c)
    count = -(-g.o * widen // width)
    weights = (g.kh * runs * run + 1) * width
    band, group = g.oh, rows
    share = min(count, max(1, WEIGHTS // weights))
    if across:
        share = min(share, max(1, count * -(-g.n // group) // 8))
    else:
        line = max(1, (STRIP // (g.strip_w * g.c) - (g.kh - 1) * g.dilation[0] - 1) // g.stride[0])
        bands = max(-(-g.oh // line), min(g.oh, 8 // g.n))
        band = -(-g.oh // bands)
        group = -(-g.n * -(-g.oh // band) // ITEMS)
    items = -(-count // share) * -(-g.n // group) * -(-g.oh // band)
    padded = g.padded and not across
    strips = items * g.strip_h(band) * g.strip_w * g.c if padded else 1
    return _Cut(widen, across, runs, run, rows, width, count, group, band, share, items, count * weights, strips)


def _all_inside(g: _Geometry) -> bool:
    """Whether every window has a tap inside the picture, so that a tile has something to add up."""
    return all(
        any(0 <= i * stride - before + tap * dilation < size for tap in range(taps))
        for count, stride, before, dilation, size, taps in (
            (g.oh, g.stride[0], g.top, g.dilation[0], g.h, g.kh),
            (g.ow, g.stride[1], g.left, g.dilation[1], g.w, g.kw),
        )
        for i in range(count)
    )


def _convolve_space(g: _Geometry) -> Space:
    cut = _cut(g)
    return {"weights": (cut.weights,), "strips": (cut.strips,)}


def _convolve_calls(
    g: _Geometry, x: Array, w: Array, bias: Array | None, y: Array, scratch: Mapping[str, Array], *,
    weights_at: tuple[int, int, int, int, int], y_at: tuple[int, int, int, int], flops: int, begin: int, activation: int,
) -> Calls:  # fmt: skip
    """Pack the weights, read from `at` at strides p, q, c, o, then convolve into y, from `at` at strides n, i, j."""
    cut = _cut(g)
    flat, to = w.reshape(-1), y.reshape(-1)
    panels, strips = scratch["weights"].reshape(-1), scratch["strips"].reshape(-1)
    ready(y.dtype)
    shift = g.stride[1]
    pack = (*weights_at, g.kh, g.kw, g.c, g.o, cut.widen, shift, cut.width, int(bias is not None))
    numbers = (
        *(g.n, g.h, g.w, g.c, g.strip_h(cut.band), g.strip_w, g.top, g.left, int(g.padded and not cut.across)),
        *(g.stride[0], g.stride[1] * cut.widen, *g.dilation, g.kh, cut.runs, cut.run),
        *(g.oh, g.ow // cut.widen, g.o * cut.widen, cut.width, *y_at[:3], y_at[3] * cut.widen),
        *(cut.rows, cut.group, cut.band, int(cut.across), cut.share, begin, activation),
    )
    return (
        Call(pack_weights, (flat, flat if bias is None else bias, panels, *pack), cut.count),
        Call(convolve, (x.reshape(-1), panels, to, strips, *numbers), cut.items, flops),
    )


def output_size(size: int, kernel: int, stride: int, before: int, after: int, dilation: int) -> int:
    """How many outputs a convolution has along one axis; 0 or less where the window does not fit."""
    return (size + before + after - dilation * (kernel - 1) - 1) // stride + 1


def _forward_geometry(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> _Geometry:
    (n, height, width, c), (kh, kw, _, o) = x, w
    top, bottom, left, right = padding
    oh = output_size(height, kh, stride[0], top, bottom, dilation[0])
    ow = output_size(width, kw, stride[1], left, right, dilation[1])
    if (kh, kw, *stride, *padding) == (1, 1, 1, 1, 0, 0, 0, 0):  # a product: the picture may as well be one long row
        height, width, oh, ow = 1, height * width, 1, oh * ow
    return _Geometry(n, height, width, c, kh, kw, o, oh, ow, top, left, stride, dilation)


def forward_space(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Space:
    """Scratch of `forward` for arrays of these shapes."""
    return _convolve_space(_forward_geometry(x, w, stride, padding, dilation))


def forward(
    x: Array, w: Array, b: Array | None, y: Array, stride: Pair, padding: Padding, dilation: Pair,
    scratch: Mapping[str, Array], *, activation: int = NONE,
) -> Calls:  # fmt: skip
    """y (n, oh, ow, o) = x (n, h, w, c) convolved with w (kh, kw, c, o), plus b (o,), then the activation.

    stride and dilation are (down, right); padding is (top, bottom, left, right), in zeros.
    """
    g = _forward_geometry(x.shape, w.shape, stride, padding, dilation)
    return _convolve_calls(
        g, x, w, b, y, scratch, weights_at=(0, g.kw * g.c * g.o, g.c * g.o, g.o, 1),
        y_at=(0, g.oh * g.ow * g.o, g.ow * g.o, g.o), flops=_flops(y.shape, w.shape), begin=int(b is not None),
        activation=activation,
    )  # fmt: skip


def _flops(y: tuple[int, ...], w: tuple[int, ...]) -> int:
    return 2 * int(np.prod(y)) * int(np.prod(w[:3]))


@dataclass(frozen=True)
class _Phase:
    """Along one axis, the pixels first, first + stride, … of dx, and the taps first_tap, first_tap + step, … that reach them."""

    first: int
    count: int
    first_tap: int
    step: int
    taps: int
    before: int
    dilation: int


def _phases(size: int, kernel: int, stride: int, before: int, dilation: int) -> list[_Phase]:
    """Pixel i gets dy[r] through tap p where r * stride = i + before - p * dilation; both run in steps, phase by phase."""
    common = gcd(stride, dilation)
    step, spread = stride // common, dilation // common
    phases = []
    for first in range(min(stride, size)):
        taps = [p for p in range(kernel) if (first + before - p * dilation) % stride == 0]
        p0 = taps[0] if taps else 0
        nearest = (first + before - p0 * dilation) // stride
        before_dy = (len(taps) - 1) * spread - nearest
        phases.append(_Phase(first, -(-(size - first) // stride), p0, step, len(taps), before_dy, spread))
    return phases


def _gradient_parts(
    x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair
) -> list[tuple[_Geometry | None, _Phase, _Phase]]:
    (n, height, width, c), (kh, kw, _, o) = x, w
    top, bottom, left, right = padding
    oh = output_size(height, kh, stride[0], top, bottom, dilation[0])
    ow = output_size(width, kw, stride[1], left, right, dilation[1])
    parts: list[tuple[_Geometry | None, _Phase, _Phase]] = []
    for v in _phases(height, kh, stride[0], top, dilation[0]):
        for u in _phases(width, kw, stride[1], left, dilation[1]):
            g = _Geometry(
                n, oh, ow, o, v.taps, u.taps, c, v.count, u.count, v.before, u.before, (1, 1), (v.dilation, u.dilation)
            )
            parts.append((g if v.taps and u.taps else None, v, u))
    return parts


def input_gradient_space(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Space:
    """Scratch of `input_gradient` for x and w of these shapes."""
    return shared_space(*(_convolve_space(g) for g, _, _ in _gradient_parts(x, w, stride, padding, dilation) if g))


def input_gradient(
    dy: Array, w: Array, dx: Array, stride: Pair, padding: Padding, dilation: Pair,
    scratch: Mapping[str, Array], *, accumulate: bool = False,
) -> Calls:  # fmt: skip
    """dx (n, h, w, c) = dy (n, oh, ow, o) convolved with w turned by half a turn, its c and o exchanged."""
    _, height, width, c = dx.shape
    _, kw, _, o = w.shape
    calls: list[Call] = []
    parts = _gradient_parts(dx.shape, w.shape, stride, padding, dilation)
    if not accumulate and any(g is None for g, _, _ in parts):
        calls.append(Call(clear, (dx.reshape(-1),), -(-dx.size // SLICE)))
    whole = _flops(dy.shape, w.shape)
    work = sum(g.oh * g.ow * g.kh * g.kw for g, _, _ in parts if g)
    for g, v, u in parts:
        if g is None:
            continue
        last = (v.first_tap + (v.taps - 1) * v.step) * kw + u.first_tap + (u.taps - 1) * u.step
        calls += _convolve_calls(
            g, dy, w, None, dx, scratch, weights_at=(last * c * o, -v.step * kw * c * o, -u.step * c * o, 1, o),
            y_at=((v.first * width + u.first) * c, height * width * c, stride[0] * width * c, stride[1] * c),
            flops=whole * g.oh * g.ow * g.kh * g.kw // work, begin=2 if accumulate else 0, activation=NONE,
        )  # fmt: skip
    return calls


SLICE = 16384


@kernel
def clear(y, first, last):
    """y[i] = 0: where no tap reaches, nothing else writes."""
    y[first * SLICE : last * SLICE] = 0


@dataclass(frozen=True)
class _Sums:
    """How `correlate` walks a geometry."""

    widen: int
    runs: int
    run: int
    rows: int
    width: int
    group: int
    band: int
    chunk: int
    chunks: int
    items: int


def _sums(g: _Geometry) -> _Sums:
    widen = g.widen
    wide = g.kw + (widen - 1) * g.stride[1]
    runs, run = (1, wide * g.c) if g.dilation[1] == 1 else (g.kw, g.c)
    columns = g.o * widen
    rows, width = tile_shape(run, columns)
    pixels = g.ow // widen
    band = min(g.oh, max(1, 256 // pixels))  # some 256 pixels of one panel stay in the first-level cache
    group = min(g.n, max(1, 256 // (pixels * g.oh)))
    panels = -(-columns // width)
    chunks = min(-(-g.n // group), -(-16 // panels))
    chunk = -(-g.n // (chunks * group)) * group
    chunks = -(-g.n // chunk)
    return _Sums(widen, runs, run, rows, width, group, band, chunk, chunks, panels * chunks)


def weight_gradient_space(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Space:
    """Scratch of `weight_gradient` for x and w of these shapes."""
    g = _forward_geometry(x, w, stride, padding, dilation)
    s = _sums(g)
    columns = g.o * s.widen
    return {
        "sums": (max(s.chunks * g.kh * s.runs * s.run * columns, *_bias_sums(g)),),
        "strips": (s.items * s.group * g.strip_h(s.band) * g.strip_w * g.c if g.padded else 1,),
        "tails": (s.items * (s.group * g.oh * g.ow * g.o + 4 * LANES),),
    }


def _bias_sums(g: _Geometry) -> tuple[int, ...]:
    return sum_rows_space(g.n * g.oh * g.ow, g.o)["sums"]


def weight_gradient(
    x: Array, dy: Array, dw: Array, db: Array | None, stride: Pair, padding: Padding, dilation: Pair,
    scratch: Mapping[str, Array], *, accumulate: bool = False,
) -> Calls:  # fmt: skip
    """dw (kh, kw, c, o) = x (n, h, w, c) correlated with dy (n, oh, ow, o); db (o,) = dy summed over all but o."""
    g = _forward_geometry(x.shape, dw.shape, stride, padding, dilation)
    s = _sums(g)
    ready(dy.dtype)
    sums, strips, tails = (scratch[name].reshape(-1) for name in ("sums", "strips", "tails"))
    numbers = (
        *(g.n, g.h, g.w, g.c, g.strip_h(s.band), g.strip_w, g.top, g.left, int(g.padded)),
        *(g.stride[0], g.stride[1] * s.widen, *g.dilation, g.kh, s.runs, s.run),
        *(g.oh, g.ow // s.widen, g.o * s.widen, s.width, s.rows, s.group, s.band, s.chunk),
    )
    folding = (s.chunks, g.kh, g.kw, g.c, g.o, s.widen, g.stride[1], int(accumulate))
    calls: list[Call] = [
        Call(correlate, (x.reshape(-1), dy.reshape(-1), sums, strips, tails, *numbers), s.items, _flops(dy.shape, dw.shape)),
        Call(fold, (sums, dw.reshape(-1), *folding), g.kh * g.kw * g.c),
    ]
    return calls if db is None else [*calls, *sum_rows(dy, db, scratch, accumulate=accumulate)]
