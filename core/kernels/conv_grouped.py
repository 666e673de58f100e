"""Convolution in groups over pictures (n, h, w, c): an output sees the channels of its own group only.

Weights are (kh, kw, channels in a group, o); how many groups there are follows from c. The channels of x and the outputs
stand group by group. With one channel in and one out of each group, a depthwise convolution, the channels are the vectors.
Signatures are those of `conv2d.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.kernels._jit import helper, kernel
from core.kernels.activation import rowwise
from core.kernels.call import Call
from core.kernels.conv_geometry import Geometry, Padding, Pair, Shape4
from core.kernels.matmul import add_sums, slices, sum_rows, sum_rows_space

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.kernels.call import Array, Calls
    from core.kernels.tile import Space

PARTS = 16  # the weight gradient is summed in at most so many parts, each by one item


def forward_space(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Space:
    """Scratch of `forward`: none."""
    return {}


def forward(
    x: Array, w: Array, b: Array | None, y: Array, stride: Pair, padding: Padding, dilation: Pair,
    scratch: Mapping[str, Array],
) -> Calls:  # fmt: skip
    """y (n, oh, ow, o) = x (n, h, w, c) convolved group by group with w, plus b (o,)."""
    bias = w.reshape(-1)[:0] if b is None else b
    return _by_row(convolve_row, y, x, w, bias, y, how=(stride, padding, dilation), each=w.size)


def input_gradient_space(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Space:
    """Scratch of `input_gradient`: none."""
    return {}


def input_gradient(
    dy: Array, w: Array, dx: Array, stride: Pair, padding: Padding, dilation: Pair, scratch: Mapping[str, Array]
) -> Calls:
    """dx (n, h, w, c): every dy (n, oh, ow, o) carried back to the pixels it came from."""
    return _by_row(carry_row_back, dx, dy, w, dx, how=(stride, padding, dilation), each=w.size)


def weight_gradient_space(x: Shape4, w: Shape4, stride: Pair, padding: Padding, dilation: Pair) -> Space:
    """Scratch of `weight_gradient`: the weights once for every part, and what the bias gradient takes."""
    (n, *_), (kh, kw, c, o) = x, w
    g = Geometry.of(x, w, stride, padding, dilation)
    return {"parts": (min(n, PARTS), kh * kw * c * o), **sum_rows_space(n * g.oh * g.ow, o)}


def weight_gradient(
    x: Array, dy: Array, dw: Array, db: Array | None, stride: Pair, padding: Padding, dilation: Pair,
    scratch: Mapping[str, Array],
) -> Calls:  # fmt: skip
    """dw = x correlated with dy group by group; db (o,) = dy summed over all but o."""
    parts = scratch["parts"].reshape(-1, *dw.shape)
    numbers = (*stride, padding[0], padding[2], *dilation)
    flops = 2 * dw.size * dy.size // dy.shape[3]
    return (
        Call(correlate_part, (x, dy, parts, *numbers), len(parts), flops),
        Call(add_sums, (parts.reshape(-1), dw.reshape(-1), 0, dw.size, len(parts), 0), slices(dw.size)),
        *(sum_rows(dy, db, scratch) if db is not None else ()),
    )


def _by_row(kernel, target: Array, *arrays: Array, how: tuple[Pair, Padding, Pair], each: int) -> Calls:
    """One call of a kernel below; items are groups of rows of the target, whose pixels take `each` multiply-adds."""
    stride, padding, dilation = how
    n, h, w, _ = target.shape
    return rowwise(kernel, n * h, w * each, *arrays, *stride, padding[0], padding[2], *dilation)


@helper
def tap(i, q, stride, before, gap):
    """The row (or column) of the picture that output i sees through tap q of the filter."""
    return i * stride - before + q * gap


@helper
def multiply_onto(pixel, weights, out):
    """out[o] += Σ_c pixel[c] weights[c, o] over the channels c of the group of o."""
    channels = weights.shape[0]
    if channels == 1 and out.size == pixel.size:
        line = weights[0]
        for o in range(out.size):
            out[o] += pixel[o] * line[o]
        return
    groups = pixel.size // channels
    wide = out.size // groups
    for g in range(groups):
        part = out[g * wide : g * wide + wide]
        for c in range(channels):
            number, line = pixel[g * channels + c], weights[c, g * wide : g * wide + wide]
            for o in range(part.size):
                part[o] += number * line[o]


@helper
def multiply_back(slope, weights, pixel):
    """pixel[c] += Σ_o slope[o] weights[c, o] over the outputs o of the group of c."""
    channels = weights.shape[0]
    if channels == 1 and slope.size == pixel.size:
        line = weights[0]
        for o in range(pixel.size):
            pixel[o] += slope[o] * line[o]
        return
    groups = pixel.size // channels
    wide = slope.size // groups
    for g in range(groups):
        part = slope[g * wide : g * wide + wide]
        for c in range(channels):
            line, total = weights[c, g * wide : g * wide + wide], slope.dtype.type(0)
            for o in range(part.size):
                total += part[o] * line[o]
            pixel[g * channels + c] += total


@helper
def multiply_outer(pixel, slope, weights):
    """weights[c, o] += pixel[c] slope[o] for the channels c of the group of o."""
    channels = weights.shape[0]
    if channels == 1 and slope.size == pixel.size:
        line = weights[0]
        for o in range(line.size):
            line[o] += pixel[o] * slope[o]
        return
    groups = pixel.size // channels
    wide = slope.size // groups
    for g in range(groups):
        part = slope[g * wide : g * wide + wide]
        for c in range(channels):
            number, line = pixel[g * channels + c], weights[c, g * wide : g * wide + wide]
            for o in range(line.size):
                line[o] += number * part[o]


@kernel
def convolve_row(x, w, b, y, down, across, top, left, row_gap, column_gap, step, first, last):
    """y[n, i, j, o] = b[o] + Σ_pq x[n, i s - top + p d, j s - left + q d] w[p, q] of its group; items are rows (n, i)."""
    rows = y.shape[1]
    for item in range(first * step, min(last * step, y.shape[0] * rows)):
        n, i = item // rows, item % rows
        for j in range(y.shape[2]):
            out = y[n, i, j]
            for o in range(out.size):
                out[o] = b[o] if b.size else 0
            for p in range(w.shape[0]):
                row = tap(i, p, down, top, row_gap)
                if 0 <= row < x.shape[1]:
                    for q in range(w.shape[1]):
                        column = tap(j, q, across, left, column_gap)
                        if 0 <= column < x.shape[2]:
                            multiply_onto(x[n, row, column], w[p, q], out)


@kernel
def carry_row_back(dy, w, dx, down, across, top, left, row_gap, column_gap, step, first, last):
    """dx[n, row, column] = Σ dy[n, i, j] w[p, q]ᵀ over all (i, p) that see the row and (j, q) that see the column."""
    rows = dx.shape[1]
    for item in range(first * step, min(last * step, dx.shape[0] * rows)):
        n, row = item // rows, item % rows
        line = dx[n, row]
        line[:] = dx.dtype.type(0)
        for p in range(w.shape[0]):
            above = row + top - p * row_gap
            i = above // down
            if i * down == above and 0 <= i < dy.shape[1]:
                for j in range(dy.shape[2]):
                    for q in range(w.shape[1]):
                        column = tap(j, q, across, left, column_gap)
                        if 0 <= column < dx.shape[2]:
                            multiply_back(dy[n, i, j], w[p, q], line[column])


@kernel
def correlate_part(x, dy, parts, down, across, top, left, row_gap, column_gap, first, last):
    """parts[k, p, q] = Σ x[n, i s - top + p d, j s - left + q d] dy[n, i, j] over the pictures n of part k."""
    for k in range(first, last):
        dw = parts[k]
        dw[:] = dy.dtype.type(0)
        for n in range(k * x.shape[0] // parts.shape[0], (k + 1) * x.shape[0] // parts.shape[0]):
            for i in range(dy.shape[1]):
                for p in range(dw.shape[0]):
                    row = tap(i, p, down, top, row_gap)
                    if 0 <= row < x.shape[1]:
                        for j in range(dy.shape[2]):
                            for q in range(dw.shape[1]):
                                column = tap(j, q, across, left, column_gap)
                                if 0 <= column < x.shape[2]:
                                    multiply_outer(x[n, row, column], dy[n, i, j], dw[p, q])
