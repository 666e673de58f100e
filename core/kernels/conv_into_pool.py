"""A convolution that only max pooling looks at: what it puts out is pooled line by line and never kept.

A first layer puts out many times what it takes in, 11 MB for 128 pictures of 26×26×32. As long as it is in the first-level
cache a few lines suffice for a row of windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.kernels._jit import kernel
from core.kernels.call import Array, Call
from core.kernels.conv_direct import STRIP, convolve, copy_strip
from core.kernels.matmul import ITEMS, RELU
from core.kernels.pool import max_pool_forward
from core.kernels.pool_vectors import largest
from core.kernels.tile import tile
from core.kernels.vectors import LANES

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = 8192  # numbers of the lines under a row of windows, which stay in the first-level cache


@kernel
def convolve_into_pool(
    x, panels, bias, y, which, strips, lines, n, h, w, c, strip_h, strip_w, top, left, padded, sy, sx, dy, dx,
    taps, runs, run, tap_at, panel_step, tap_step, run_step, ow, columns, width, rows, o, bias_at, biased,
    height, across, stride, down, right, group, activation, first, last,
):  # fmt: skip
    """y[n, p, q, o] = act(the largest z in window (p, q)), `which` its first place, for z of `convolve`.

    The windows, `height` by `across` pixels of o numbers, do not overlap down the picture. An item is `group` pictures.
    """
    slot, wide = first * strip_h * strip_w * c, ow * columns  # nobody else has this `first`
    at_lines = first * (height * wide + LANES)  # windows are read in whole vectors
    least = y.dtype.type(-np.inf)
    source_w = strip_w if padded else w
    for image in range(first * group, min(last * group, n)):
        base = image * h * w * c
        if padded:
            base = slot
            copy_strip(x, strips, slot, image, -top, strip_h, h, w, c, strip_w, left)
        end = (image + 1) * down * right * o
        for p in range(down):
            for panel in range(0, columns, width):
                weights_at = tap_at + panel // width * panel_step
                for i in range(height):
                    for j in range(0, ow, rows):
                        tile(
                            strips if padded else x,
                            (base + ((p * stride + i) * sy * source_w + j * sx) * c, sx * c, dy * source_w * c, dx * c, 1),
                            panels, (weights_at, tap_step, run_step, width), (taps, runs, run),
                            bias, (bias_at + panel, 0, biased),
                            lines, (at_lines + i * wide + j * columns + panel, columns),
                            min(rows, ow - j), min(width, columns - panel), least,
                        )  # fmt: skip
            for q in range(right):
                to = ((image * down + p) * right + q) * o
                for k in range(0, o, LANES):  # what is written too far is the next window's, which comes later
                    largest(
                        lines, at_lines + q * stride * o + k, wide, o, height, across, across, LANES,
                        y, which, to + k, end - to - k, activation == RELU, height * across,
                    )  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """The whole numbers of a call, by name."""

    call: Call

    def __getattr__(self, name: str) -> int:
        return int(self.call.argument(name) or 0)


def joined(convolution: Call, pooling: Call, empty: Callable[[tuple[int, ...], Any], Array]) -> Call | None:
    """The one call for a `convolve` and the `max_pool_forward` that reads it; None where lines are too long or windows overlap.

    `empty` makes scratch.
    """
    assert (convolution.kernel, pooling.kernel) == (convolve, max_pool_forward)
    z, t = Numbers(convolution), Numbers(pooling)
    y = pooling.array("y")
    _, down, right, o = y.shape
    strip_h = (z.oh - 1) * z.sy + (z.taps - 1) * z.dy + 1
    strip, lines = strip_h * z.strip_w * z.c if z.padded else 0, t.height * z.ow * z.columns + LANES
    inside = (down - 1) * t.stride + t.height <= z.oh and ((right - 1) * t.stride + t.width) * o <= z.ow * z.columns
    if z.across or z.activation or t.stride < t.height or not inside or max(t.before_rows, t.before_columns) > 0:
        return None
    if strip > STRIP or lines > LINES:
        return None
    group = -(-z.n // ITEMS)
    items = -(-z.n // group)
    names = (
        "n h w c {} strip_w top left padded sy sx dy dx taps runs run tap_at panel_step tap_step run_step ow columns "
        "width rows"
    )
    numbers = [strip_h if name == "{}" else getattr(z, name) for name in names.split()]
    numbers += [o, z.bias_at, z.biased, t.height, t.width, t.stride, down, right, group, t.activation]
    arrays = [convolution.array("x"), convolution.array("panels"), convolution.array("bias"), y.reshape(-1)]
    arrays += [pooling.array("which").reshape(-1), *(empty((items * size + 1,), y.dtype) for size in (strip, lines))]
    return Call(convolve_into_pool, (*arrays, *numbers), items, convolution.flops)
