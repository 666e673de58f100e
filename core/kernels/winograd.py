"""3×3 convolutions of stride 1 with a quarter of the multiplications: Winograd's F(4×4, 3×3).

See `winograd_transform.py` for the formula. Tiles are taken in blocks small enough that the 36 numbers of each tile and
channel, before and after the 36 matrix products, stay in the second-level cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.kernels._jit import kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.matmul import RELU, add_sums, pack_panels, slices
from core.kernels.tile import Space, tile, tile_shape
from core.kernels.vectors import LANES
from core.kernels.winograd_transform import (
    change_input,
    change_input_gradient,
    change_output,
    change_output_gradient,
    change_weights,
    change_weights_gradient,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.kernels.conv_geometry import Geometry

SKEW = LANES  # the 36 parts of a block lie so much more apart than their size, lest all fall into one set of the cache
RUN = 16  # input channels of an item of the weights
ITEMS = 32  # at most about so many items, each with its own scratch
PART = 64, 64  # channels and outputs of an item of the weight gradient: each part changes pictures again
DEEP = 64  # squares of a block of the weight gradient: how deep its products are


@kernel
def winograd_weights(w, bias, u, at, p_step, q_step, c_step, c, o, width, biased, first, last):
    """u[p, q, o // width, c, o % width] = (G w Gᵀ)[p, q, c, o]; then a row of biases or zeros.

    Items are panels of RUN input channels, so that each of the 36 parts is written in runs.
    """
    count, runs = (o + width - 1) // width, (c + RUN - 1) // RUN
    for item in range(first, last):
        panel = item // runs
        for i in range(item % runs * RUN, min(item % runs * RUN + RUN, c)):
            for j in range(panel * width, min(panel * width + width, o), LANES):
                change_weights(
                    w, (at + i * c_step + j, p_step, q_step),
                    u, ((panel * c + i) * width + j % width, 6 * count * c * width, count * c * width),
                    (0, 3, 0, 3), o - j, u, 0, u.dtype.type(0),
                )  # fmt: skip
        if item == 0:
            for j in range(o):
                u[36 * count * c * width + j] = bias[j] if biased else 0


@kernel
def winograd_convolve(
    x, u, y, v, m, n, h, w, c, top, left, oh, ow, o, width, down, right, block, rows, group, share, activation,
    first, last,
):  # fmt: skip
    """y = Aᵀ [u ⊙ (Bᵀ x B)] A over squares of 4×4 outputs.

    An item is `group` blocks of `block` squares, and `share` panels of outputs.
    """
    count, total = (o + width - 1) // width, n * down * right
    c_up, o_up = (c + LANES - 1) // LANES * LANES, (o + LANES - 1) // LANES * LANES  # whole vectors
    v_part, m_part = block * c_up + SKEW, block * o_up + SKEW
    v_slot, m_slot = first * 36 * v_part, first * 36 * m_part
    least = y.dtype.type(-np.inf)
    floor = y.dtype.type(0) if activation == RELU else least
    groups = (total + group * block - 1) // (group * block)
    for item in range(first, last):
        square0, panel0 = item % groups * group * block, item // groups * share
        panel1 = min(panel0 + share, count)
        for start in range(square0, min(square0 + group * block, total), block):
            some = min(block, total - start)
            for t in range(some):
                image, i, j = (start + t) // (down * right), (start + t) // right % down * 4, (start + t) % right * 4
                at = ((image * h + i - top) * w + j - left) * c
                for k in range(0, c, LANES):
                    change_input(
                        x, (at + k, w * c, c), v, (v_slot + t * c_up + k, 6 * v_part, v_part),
                        (top - i, h + top - i, left - j, w + left - j), c - k, v, 0, floor,
                    )  # fmt: skip
            for part in range(36):
                for panel in range(panel0, panel1):
                    for r in range(0, some, rows):
                        tile(
                            v, (v_slot + part * v_part + r * c_up, c_up, 0, 0, 1),
                            u, ((part * count + panel) * c * width, 0, 0, width), (1, 1, c),
                            m, (0, 0, 0), m, (m_slot + part * m_part + r * o_up + panel * width, o_up),
                            min(rows, some - r), min(width, o_up - panel * width), least,
                        )  # fmt: skip
            for t in range(some):
                image, i, j = (start + t) // (down * right), (start + t) // right % down * 4, (start + t) % right * 4
                for k in range(panel0 * width, min(panel1 * width, o), LANES):
                    change_output(
                        m, (m_slot + t * o_up + k, 6 * m_part, m_part),
                        y, (((image * oh + i) * ow + j) * o + k, ow * o, o),
                        (0, oh - i, 0, ow - j), o - k, u, 36 * count * c * width + k, floor,
                    )  # fmt: skip


@kernel
def winograd_spread(
    dy, u, dx, v, m, n, h, w, c, top, left, oh, ow, o, width, down, right, block, rows, pictures, first, last
):  # fmt: skip
    """dx = the sum of B [u ⊙ (A dy Aᵀ)] Bᵀ over squares of 4×4 outputs, each where its 6×6 inputs are.

    An item is `pictures` pictures, because squares overlap in dx.
    """
    count = (c + width - 1) // width
    c_up, o_up = (c + LANES - 1) // LANES * LANES, (o + LANES - 1) // LANES * LANES  # whole vectors
    v_part, m_part = block * o_up + SKEW, block * c_up + SKEW
    v_slot, m_slot = first * 36 * v_part, first * 36 * m_part
    least = dx.dtype.type(-np.inf)
    for item in range(first, last):
        image0, image1 = item * pictures, min(item * pictures + pictures, n)
        dx[image0 * h * w * c : image1 * h * w * c] = 0
        for start in range(image0 * down * right, image1 * down * right, block):
            some = min(block, image1 * down * right - start)
            for t in range(some):
                image, i, j = (start + t) // (down * right), (start + t) // right % down * 4, (start + t) % right * 4
                for k in range(0, o, LANES):
                    change_output_gradient(
                        dy, (((image * oh + i) * ow + j) * o + k, ow * o, o),
                        v, (v_slot + t * o_up + k, 6 * v_part, v_part),
                        (0, oh - i, 0, ow - j), o - k, v, 0, least,
                    )  # fmt: skip
            for part in range(36):
                for panel in range(count):
                    for r in range(0, some, rows):
                        tile(
                            v, (v_slot + part * v_part + r * o_up, o_up, 0, 0, 1),
                            u, ((part * count + panel) * o * width, 0, 0, width), (1, 1, o),
                            m, (0, 0, 0), m, (m_slot + part * m_part + r * c_up + panel * width, c_up),
                            min(rows, some - r), min(width, c_up - panel * width), least,
                        )  # fmt: skip
            for t in range(some):
                image, i, j = (start + t) // (down * right), (start + t) // right % down * 4, (start + t) % right * 4
                at = ((image * h + i - top) * w + j - left) * c
                for k in range(0, c, LANES):
                    change_input_gradient(
                        m, (m_slot + t * c_up + k, 6 * m_part, m_part), dx, (at + k, w * c, c),
                        (top - i, h + top - i, left - j, w + left - j), c - k, m, 0, least,
                    )  # fmt: skip


@kernel
def winograd_sums(
    x, dy, sums, v, m, n, h, w, c, top, left, oh, ow, o, down, right, block, rows, width, c_part, o_part, chunk,
    first, last,
):  # fmt: skip
    """sums[e, p, q, c, o] = sum over the squares t of chunk e of (Bᵀ x B)[t, p, q, c] * (A dy Aᵀ)[t, p, q, o].

    Rows are whole vectors. A last one holds the sum of dy. An item is one chunk, `c_part` channels of x and `o_part` of dy.
    """
    o_up = (o + LANES - 1) // LANES * LANES
    c_parts, o_parts, total = (c + c_part - 1) // c_part, (o + o_part - 1) // o_part, n * down * right
    v_part, m_part = block * c_part + SKEW, block * o_part + SKEW
    v_slot, m_slot = first * 36 * v_part, first * 36 * m_part
    least = sums.dtype.type(-np.inf)
    for item in range(first, last):
        e, c0, o0 = item // o_parts // c_parts, item // o_parts % c_parts * c_part, item % o_parts * o_part
        channels, outputs = min(c_part, c - c0), min(o_part, o - o0)
        for start in range(e * chunk, min(e * chunk + chunk, total), block):
            some = min(block, min(e * chunk + chunk, total) - start)
            for t in range(some):
                image, i, j = (start + t) // (down * right), (start + t) // right % down * 4, (start + t) % right * 4
                at = ((image * h + i - top) * w + j - left) * c + c0
                for k in range(0, channels, LANES):
                    change_input(
                        x, (at + k, w * c, c), v, (v_slot + t * c_part + k, 6 * v_part, v_part),
                        (top - i, h + top - i, left - j, w + left - j), channels - k, v, 0, least,
                    )  # fmt: skip
                for k in range(0, outputs, LANES):
                    change_output_gradient(
                        dy, (((image * oh + i) * ow + j) * o + o0 + k, ow * o, o),
                        m, (m_slot + t * o_part + k, 6 * m_part, m_part),
                        (0, oh - i, 0, ow - j), outputs - k, m, 0, least,
                    )  # fmt: skip
            for part in range(36):
                for j in range(0, outputs, width):
                    for r in range(0, channels, rows):
                        to = ((e * (36 * c + 1)) + part * c + c0 + r) * o_up + o0 + j
                        tile(
                            v, (v_slot + part * v_part + r, 1, 0, 0, c_part),
                            m, (m_slot + part * m_part + j, 0, 0, o_part), (1, 1, some),
                            sums, (to, o_up, start - e * chunk), sums, (to, o_up),
                            min(rows, channels - r), min(width, o_part - j, o_up - o0 - j), least,
                        )  # fmt: skip
            if c0 == 0:  # part (1, 1) of A dy Aᵀ is the plain sum of the square
                to = (e * (36 * c + 1) + 36 * c) * o_up + o0
                for j in range(outputs):
                    added = sums[to + j] if start > e * chunk else 0
                    for t in range(some):
                        added += m[m_slot + 7 * m_part + t * o_part + j]
                    sums[to + j] = added


@kernel
def winograd_fold(sums, dw, c, o, first, last):
    """dw[p, q, c, o] = (Gᵀ sums G)[p, q, c, o]; items are channels c."""
    o_up = (o + LANES - 1) // LANES * LANES
    for i in range(first, last):
        for j in range(0, o, LANES):
            change_weights_gradient(
                sums, (i * o_up + j, 6 * c * o_up, c * o_up), dw, (i * o + j, 3 * c * o, c * o),
                (0, 3, 0, 3), o - j, sums, 0, dw.dtype.type(0),
            )  # fmt: skip


def suits(g: Geometry) -> bool:
    """Whether a layer goes this way: 3×3, stride 1, some channels, and squares enough to pay for the weights.

    Changing the weights costs as much as some thirty squares; three times that where they do not stay in cache.
    """
    return _worth(g, 30 if g.c * g.o < 65536 else 100)


def suits_spread(g: Geometry) -> bool:
    """Whether the gradient by x is better spread from squares of y: without padding, those of x are up to 1.8 times as many."""
    fewer = 5 * _squares(g)[2] <= 4 * _squares(g.turned)[2]
    return fewer and g.n >= 8 and _worth(g, 30)  # an item is whole pictures


def suits_sums(g: Geometry) -> bool:
    """Whether its weight gradient does."""
    return _worth(g, 30)


def _worth(g: Geometry, changing: int) -> bool:
    plain = (g.kh, g.kw, *g.stride, *g.dilation) == (3, 3, 1, 1, 1, 1) and min(g.c, g.o) >= 8
    return plain and (_squares(g)[2] + changing) * 36 * 1.4 < 9 * g.n * g.oh * g.ow


def _squares(g: Geometry) -> tuple[int, int, int]:
    """Squares of 4×4 outputs: down, right, and of all pictures."""
    down, right = -(-g.oh // 4), -(-g.ow // 4)
    return down, right, g.n * down * right


def _up(size: int) -> int:
    """A whole number of vectors."""
    return -(-size // LANES) * LANES


def _convolve_cut(g: Geometry) -> tuple[int, int, int, int, int, int]:
    """(rows, width) of a tile, block, group, share, items: large weights are read for many squares at once."""
    squares = _squares(g)[2]
    wanted = min(squares, 12 * max(1, min(8, g.c * g.o // 8192)))
    rows, width = tile_shape(wanted, g.o)
    block = -(-wanted // rows) * rows
    blocks, count = -(-squares // block), -(-g.o // width)
    group, share = -(-blocks // ITEMS), -(-count // -(-4 // blocks))
    return rows, width, block, group, share, -(-blocks // group) * -(-count // share)


def convolve_space(g: Geometry, *, turned: bool = False) -> Space:
    """Scratch of `convolve_calls`."""
    _, width, block, _, _, items = _convolve_cut(g)
    panels = -(-g.o // width) * width
    return {
        "weights": ((36 * g.c + 1) * panels,),
        "turned": (9 * g.c * _up(g.o) if turned else 1,),
        "before": (items * 36 * (block * _up(g.c) + SKEW),),
        "after": (items * 36 * (block * _up(g.o) + SKEW),),
    }


def convolve_calls(
    g: Geometry, x: Array, w: Array, bias: Array | None, y: Array, scratch: Mapping[str, Array], *,
    flops: int, turned: bool = False, activation: int = 0,
) -> Calls:  # fmt: skip
    """y = act(x convolved with w, plus bias); turned: with w turned half round, c and o exchanged."""
    rows, width, block, group, share, items = _convolve_cut(g)
    u, spare, v, m = (scratch[name].reshape(-1) for name in ("weights", "turned", "before", "after"))
    flat, calls = w.reshape(-1), []
    line = g.o
    steps = (0, 3 * g.c * line, g.c * line)
    if turned:
        line = _up(g.o)
        calls.append(Call(pack_panels, (flat, spare, 1, g.c * g.o, 0, 1, g.c, g.o, g.c, line), 9))
        flat, steps = spare, (8 * g.c * line, -3 * g.c * line, -g.c * line)
    down, right, _ = _squares(g)
    weights = (*steps, line, g.c, g.o, width, int(bias is not None))
    numbers = (
        *(g.n, g.h, g.w, g.c, g.top, g.left, g.oh, g.ow, g.o, width),
        *(down, right, block, rows, group, share, activation),
    )
    return [
        *calls,
        Call(winograd_weights, (flat, flat if bias is None else bias, u, *weights), -(-g.c // RUN) * -(-g.o // width)),
        Call(winograd_convolve, (x.reshape(-1), u, y.reshape(-1), v, m, *numbers), items, flops),
    ]


def _spread_cut(g: Geometry) -> tuple[int, int, int, int, int]:
    """(rows, width) of a tile, squares of a block, pictures of an item, items."""
    pictures = -(-g.n // ITEMS)
    wanted = min(pictures * _squares(g)[2] // g.n, 12 * max(1, min(8, g.c * g.o // 8192)))
    rows, width = tile_shape(wanted, g.c)
    return rows, width, -(-wanted // rows) * rows, pictures, -(-g.n // pictures)


def spread_space(g: Geometry) -> Space:
    """Scratch of `spread_calls`."""
    _, width, block, _, items = _spread_cut(g)
    return {
        "weights": ((36 * g.o + 1) * -(-g.c // width) * width,),
        "turned": (9 * g.o * _up(g.c),),
        "before": (items * 36 * (block * _up(g.o) + SKEW),),
        "after": (items * 36 * (block * _up(g.c) + SKEW),),
    }


def spread_calls(g: Geometry, dy: Array, w: Array, dx: Array, scratch: Mapping[str, Array]) -> Calls:
    """dx = dy carried back through the weights, square by square."""
    rows, width, block, pictures, items = _spread_cut(g)
    u, spare, v, m = (scratch[name].reshape(-1) for name in ("weights", "turned", "before", "after"))
    flat, line = w.reshape(-1), _up(g.c)
    weights = (0, 3 * g.o * line, g.o * line, line, g.o, g.c, width, 0)
    down, right, _ = _squares(g)
    numbers = (g.n, g.h, g.w, g.c, g.top, g.left, g.oh, g.ow, g.o, width, down, right, block, rows, pictures)
    return [
        Call(pack_panels, (flat, spare, 1, g.c * g.o, 0, 1, g.o, g.c, g.o, line), 9),
        Call(winograd_weights, (spare, spare, u, *weights), -(-g.o // RUN) * -(-g.c // width)),
        Call(winograd_spread, (dy.reshape(-1), u, dx.reshape(-1), v, m, *numbers), items, g.flops),
    ]


def _sums_cut(g: Geometry) -> tuple[int, int, int, int, int, int, int]:
    """(rows, width) of a tile, parts of c and o, chunk, chunks, items: some eight, by parts first, then chunks.

    Few squares make few chunks, so parts are halved until there are four items.
    """
    squares = _squares(g)[2]
    c_part, o_part, most = min(PART[0], _up(g.c)), min(PART[1], _up(g.o)), max(1, squares // (2 * DEEP))
    while -(-g.c // c_part) * -(-g.o // o_part) * most < 4 and max(c_part, o_part) > 2 * LANES:
        c_part, o_part = (c_part, _up(o_part // 2)) if o_part >= c_part else (_up(c_part // 2), o_part)
    parts = -(-g.c // c_part) * -(-g.o // o_part)
    rows, width = tile_shape(min(c_part, g.c), _up(g.o) if g.o % o_part else o_part)  # a last part has its tiles too
    chunk = -(-squares // min(-(-8 // parts), most))
    chunks = -(-squares // chunk)
    return rows, width, c_part, o_part, chunk, chunks, parts * chunks


def sums_space(g: Geometry) -> Space:
    """Scratch of `sums_calls`."""
    _, _, c_part, o_part, _, chunks, items = _sums_cut(g)
    return {
        "sums": (chunks * (36 * g.c + 1) * _up(g.o),),
        "before": (items * 36 * (DEEP * c_part + SKEW),),
        "after": (items * 36 * (DEEP * o_part + SKEW),),
    }


def sums_calls(g: Geometry, x: Array, dy: Array, dw: Array, db: Array | None, scratch: Mapping[str, Array]) -> Calls:
    """dw = x correlated with dy, db = dy summed over all pixels."""
    rows, width, c_part, o_part, chunk, chunks, items = _sums_cut(g)
    sums, v, m = (scratch[name].reshape(-1) for name in ("sums", "before", "after"))
    down, right, _ = _squares(g)
    numbers = (
        *(g.n, g.h, g.w, g.c, g.top, g.left, g.oh, g.ow, g.o, down, right),
        *(DEEP, rows, width, c_part, o_part, chunk),
    )
    size, stride = 36 * g.c * _up(g.o), (36 * g.c + 1) * _up(g.o)
    calls = [Call(winograd_sums, (x.reshape(-1), dy.reshape(-1), sums, v, m, *numbers), items, g.flops)]
    if chunks > 1:
        calls.append(Call(add_sums, (sums, sums[:size], 0, stride, chunks, 0), slices(size)))
    calls.append(Call(winograd_fold, (sums, dw.reshape(-1), g.c, g.o), g.c))
    if db is not None:
        calls.append(Call(add_sums, (sums, db, size, stride, chunks, 0), slices(g.o)))
    return calls
