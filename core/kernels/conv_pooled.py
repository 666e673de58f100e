"""The weight gradient of a convolution behind which only max pooling stands: only the largest of a window counts.

Of four outputs that 2×2 pooling looked at, three have no gradient. So nothing is unpooled: each window's gradient times
the patch of x that its largest output saw is added up, output channel by output channel, with the whole filter of the
channel in registers. It is for layers that look at few numbers and hand no gradient on, so for first ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir

from core.kernels._jit import cgutils, intrinsic, kernel, types
from core.kernels.call import Array, Call, Calls
from core.kernels.conv_direct import copy_strip
from core.kernels.vectors import I64, LANES, Vectors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.kernels.conv_geometry import Geometry
    from core.kernels.tile import Space

FILTER = 12  # vectors of a filter that stay in the 16 registers of AVX2
WIDEST = 2  # vectors of one of its rows
PICTURES = 16  # at most so many sums over pictures


class _Sum(Vectors):
    """Writes the sum for a filter of some rows and some vectors in a row."""

    def write(self, rows: int, vectors: int, given: dict[str, Any]) -> None:
        """Load the sums, add every window of the picture, store them."""
        b, sums = self.builder, [cgutils.alloca_once(self.builder, self.vector) for _ in range(rows * vectors + 1)]
        homes = [self.at(given["sums"], I64(i * LANES)) for i in range(len(sums))]
        for total, home in zip(sums, homes, strict=True):
            b.store(self.load(home), total)
        with cgutils.for_range(b, given["down"]) as i:
            line, at = (b.mul(i.index, given[step]) for step in ("x_down", "dy_down"))
            with cgutils.for_range(b, given["right"]) as j:
                here = b.add(at, b.mul(j.index, given["dy_right"]))
                place = b.zext(b.load(self.at(given["which"], here)), I64)
                # Whether ReLU let anything through can't be foreseen: a mask, hidden lest LLVM make a branch of it.
                bits = ir.IntType(8 * self.align)
                stood = self.hide(b.sext(b.icmp_unsigned("<", place, given["nowhere"]), bits))
                slope = b.load(b.bitcast(self.at(given["dy"], here), bits.as_pointer()))
                slope = b.bitcast(b.and_(slope, stood), self.element)
                offset = b.add(b.add(line, b.mul(j.index, given["x_right"])), b.load(self.at(given["places"], place)))
                slope, patch = self.splat(slope), self.at(given["x"], offset)
                for r in range(rows):
                    for v in range(vectors):
                        total = sums[r * vectors + v]
                        b.store(
                            b.call(self.fma, [self.load(self.at(patch, I64(v * LANES))), slope, b.load(total)]), total
                        )
                    patch = self.at(patch, given["x_row"])
                b.store(b.fadd(b.load(sums[-1]), slope), sums[-1])
        for total, home in zip(sums, homes, strict=True):
            self.store(b.load(total), home)


@intrinsic
def add_patches(
    typingctx: Any, x: Any, x_at: Any, dy: Any, which: Any, dy_at: Any, size: Any, places: Any, nowhere: Any,
    sums: Any, to: Any, shape: Any,
) -> Any:  # fmt: skip
    """sums[to + p, l] += sum over i, j of dy[i, j] * x[i * down + j * right + places[which[i, j]] + p * row + l].

    The arrays are read at raw offsets: x_at = (at, row, down, right), dy_at = (at, down, right), which as dy. Behind the
    filter's rows comes the sum of dy. size = windows (down, right); shape = the filter's (rows, vectors in a row).
    """
    whole = types.int64

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        write = _Sum(builder, context.get_value_type(signature.args[0].dtype), signature.args[0].dtype.bitwidth)
        data = lambda i: context.make_array(signature.args[i])(context, builder, args[i]).data  # noqa: E731
        numbers = lambda i: cgutils.unpack_tuple(builder, args[i])  # noqa: E731
        (x_at, x_row, x_down, x_right), (dy_at, dy_down, dy_right) = numbers(1), numbers(4)
        (down, right), (rows, vectors) = numbers(5), numbers(10)
        given = {
            "x": write.at(data(0), x_at), "x_row": x_row, "x_down": x_down, "x_right": x_right,
            "dy": write.at(data(2), dy_at), "which": write.at(data(3), dy_at), "dy_down": dy_down, "dy_right": dy_right,
            "down": down, "right": right, "places": data(6), "nowhere": args[7], "sums": write.at(data(8), args[9]),
        }  # fmt: skip
        done = builder.append_basic_block("done")
        size = builder.switch(builder.add(builder.mul(rows, I64(WIDEST + 1)), vectors), done)
        for wide in range(1, WIDEST + 1):
            for high in range(1, FILTER // wide + 1):
                case = builder.append_basic_block(f"filter{high}x{wide}")
                size.add_case(I64(high * (WIDEST + 1) + wide), case)
                builder.position_at_end(case)
                write.write(high, wide, given)
                builder.branch(done)
        builder.position_at_end(done)
        return context.get_dummy_value()

    two, three, four = (types.UniTuple(whole, count) for count in (2, 3, 4))
    return types.void(x, four, dy, which, three, two, places, whole, sums, whole, two), codegen


@kernel
def correlate_pooled(
    x, dy, which, places, sums, strips, n, h, w, c, strip_h, strip_w, top, left, taps, row, vectors, down, right, o,
    x_down, x_right, chunk, first, last,
):  # fmt: skip
    """sums[e, o, p, l] = sum over pictures n of chunk e and windows (i, j) of dy[n, i, j, o] * the patch of x.

    The patch is what the output at `which` of the window saw: its row p begins at places[which]. An item is a chunk.
    """
    size, nowhere = (taps * vectors + 1) * LANES, places.size - 1
    slot = first * (strip_h * strip_w * c + WIDEST * LANES)  # a patch is read in whole vectors
    for e in range(first, last):
        for t in range(e * o * size, (e + 1) * o * size):
            sums[t] = 0
        for image in range(e * chunk, min(e * chunk + chunk, n)):
            copy_strip(x, strips, slot, image, -top, strip_h, h, w, c, strip_w, left)
            for k in range(o):
                add_patches(
                    strips, (slot, row, x_down, x_right), dy, which, (image * down * right * o + k, right * o, o),
                    (down, right), places, nowhere, sums, (e * o + k) * size, (taps, vectors),
                )  # fmt: skip


@kernel
def fold_pooled(sums, dw, db, chunks, taps, run, vectors, o, biased, first, last):
    """dw[p, l, o] = the sum over chunks e of sums[e, o, p, l]; items are rows (p, l), the one after the last is the bias."""
    row = vectors * LANES
    size = (taps * vectors + 1) * LANES
    for item in range(first, last):
        at = item // run * row + item % run
        for k in range(o):
            total = sums.dtype.type(0)
            for e in range(chunks):
                total += sums[(e * o + k) * size + at]
            if item < taps * run:
                dw[item * o + k] = total
            elif biased:
                db[k] = total


@dataclass(frozen=True)
class Pooling:
    """Windows without padding over the outputs of a convolution: their size and step, and how many there are."""

    height: int
    width: int
    stride: int
    down: int
    right: int


def suits(g: Geometry, pooling: Pooling) -> bool:
    """Whether a filter fits into registers, and pooling leaves out enough."""
    rows = g.dilation[1] == 1 and g.kw * g.c <= WIDEST * LANES
    return rows and g.kh * _vectors(g) <= FILTER and pooling.stride >= 2


def _vectors(g: Geometry) -> int:
    return -(-g.kw * g.c // LANES)


def _chunks(g: Geometry) -> tuple[int, int]:
    """Pictures of a chunk, and how many chunks."""
    chunk = -(-g.n // PICTURES)
    return chunk, -(-g.n // chunk)


def space(g: Geometry) -> Space:
    """Scratch of `calls`."""
    chunks = _chunks(g)[1]
    return {
        "sums": (chunks * g.o * (g.kh * _vectors(g) + 1) * LANES,),
        "strips": (chunks * (g.strip_h(g.oh) * g.strip_w * g.c + WIDEST * LANES),),
    }


def calls(
    g: Geometry, pooling: Pooling, x: Array, dy: Array, which: Array, dw: Array, db: Array | None,
    scratch: Mapping[str, Array],
) -> Calls:  # fmt: skip
    """dw and db from dy (n, down, right, o), the gradient behind pooling, and `which`, the places of the largest."""
    chunk, chunks = _chunks(g)
    down, right, vectors = g.stride[0] * g.strip_w * g.c, g.stride[1] * g.c, _vectors(g)
    places = [i * down + j * right for i in range(pooling.height) for j in range(pooling.width)]
    sums, strips, flat = scratch["sums"], scratch["strips"], dw.reshape(-1)
    numbers = (
        *(g.n, g.h, g.w, g.c, g.strip_h(g.oh), g.strip_w, g.top, g.left),
        *(g.kh, g.dilation[0] * g.strip_w * g.c, vectors, pooling.down, pooling.right, g.o),
        *(pooling.stride * down, pooling.stride * right, chunk),
    )
    arrays = (x.reshape(-1), dy.reshape(-1), which.reshape(-1), np.array([*places, 0]), sums, strips)
    folding = (chunks, g.kh, g.kw * g.c, vectors, g.o, int(db is not None))
    return (
        Call(correlate_pooled, (*arrays, *numbers), chunks, g.flops),
        Call(fold_pooled, (sums, flat, flat if db is None else db, *folding), g.kh * g.kw * g.c + 1),
    )
