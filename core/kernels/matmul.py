"""Matrix products: y = a b, y = a bᵀ, y = aᵀ b, alone or in stacks, and the column sum that a bias gradient is.

One kernel does them all, because a transposed matrix is the same numbers at other strides. The result is cut into items of
some rows and some panels, of one to four vectors of columns each. An item goes through the depth in steps so short that
a panel of b stays in the first-level cache while the tiles go down the rows, and through its rows in runs so short that
these stay in the second from panel to panel (Goto and van de Geijn, 2008). What a tile reads of b should lie in one run
of memory: so its panels are brought together first, where their rows would push each other out of the cache.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.tile import Space, shared_space, tile, tile_shape
from core.kernels.vectors import LANES, copy, fetch, move, turn

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE, RELU = 0, 1  # activation codes: what a product or a convolution does to its result before it is stored
ITEMS = 8  # at least about so many items of a large call, an even number: enough to share out
WORTH = 65536  # multiply-adds that make an item worth while
PANEL = 512 * LANES  # numbers of a panel of b that stay in the first-level cache beside what the tiles read of a
TOGETHER = 4  # panels of b that an item has: their rows are read in longer runs
PARTS = 8  # runs of a long depth whose sums are taken apart
LONG, SMALL = 1024, 32768  # the depth, and the numbers of a result, from and up to which that pays
BLOCK = 512  # rows of an item, about: so many tiles to a panel that bringing it together costs little
NEAR = 16384  # numbers of a that a run of rows reads: they stay in the second-level cache from panel to panel
RUN = 16  # rows that are brought together at a time: few streams of reads, and all their numbers while in cache
FEW = 8  # tiles to a panel below which bringing it together is not worth while
LINE = 16  # numbers of a cache line
WAY, WAYS = 1024, 4  # numbers of 4 KiB of first-level cache, and how many of these one array may fill
SUMS = 8  # partial sums of a column sum

Transposed = Literal["", "a", "b"]


@helper
def pack(b, at, panels, to, row, column, k, columns, width):
    """panels[to + j // width, p, j % width] = b[at + p * row + j * column] for p < k, j < columns; then zeros to fill."""
    if column == 1:
        for p0 in range(0, k, RUN):
            p1, into = min(p0 + RUN, k), to
            for p in range(p1 if p0 > 0 else 0, min(p1 + RUN, k)):  # the next rows are still far away
                for j in range(0, columns, LINE):
                    fetch(b, at + p * row + j)
            for j0 in range(0, columns, width):
                for j in range(0, width, LANES):
                    if j0 + j + LANES <= columns:
                        for p in range(p0, p1):
                            copy(b, at + p * row + j0 + j, panels, into + p * width + j)
                    else:
                        for p in range(p0, p1):
                            move(b, at + p * row + j0 + j, columns - j0 - j, panels, into + p * width + j, LANES)
                into += k * width
        return
    squares, into = k // LANES * LANES if row == 1 else 0, to
    for j0 in range(0, columns, width):
        for j in range(0, width, LANES):
            p1 = squares if j0 + j + LANES <= columns else 0
            for p in range(0, p1, LANES):
                turn(b, at + p + (j0 + j) * column, column, panels, into + p * width + j, width)
            for p in range(p1, k):
                for lane in range(j, j + LANES):
                    panels[into + p * width + lane] = (
                        b[at + p * row + (j0 + lane) * column] if j0 + lane < columns else 0
                    )
        into += k * width


@kernel
def pack_panels(b, panels, heads, stack, head, row, column, n, k, width, first, last):
    """panels[s, j // width, p, j % width] = b[s, p, j]; items are the panels of all matrices."""
    count = (n + width - 1) // width
    for item in range(first, last):
        s, j0 = item // count, item % count * width
        at = s // heads * stack + s % heads * head + j0 * column
        pack(b, at, panels, item * k * width, row, column, k, min(width, n - j0), width)


@kernel
def multiply(
    a, b, bias, y, panels,
    stacks, heads, a_stack, a_head, a_row, a_step, b_stack, b_head, b_row, b_column, y_stack, y_head, y_row,
    m, n, k, rows, width, group, block, near, share, depth, packed, begin, activation, first, last,
):  # fmt: skip
    """y[s, i, j] = sum over p of a[s, i, p] * b[s, p, j], plus bias[j] or plus y, then the activation.

    Every matrix lies at (s // heads) * stack + (s % heads) * head. An item is `group` matrices, one block of rows and
    `share` columns, whole panels; `near` rows at a time. begin: 0 at zero, 1 at the bias, 2 at y.
    packed: bring panels of b together.
    """
    shares, blocks = (n + share - 1) // share, (m + block - 1) // block
    b_slot = first * depth * share  # nobody else has this `first`
    least = y.dtype.type(-np.inf)
    floor = y.dtype.type(0) if activation == RELU else least
    for item in range(first, last):
        row0, column0 = item % blocks * block, item // blocks % shares * share
        row1, columns = min(row0 + block, m), min(share, n - column0)
        own = packed or columns % LANES != 0  # no tile reads b past its end
        lot = item // blocks // shares * group
        for s in range(lot, min(lot + group, stacks)):
            a_from = s // heads * a_stack + s % heads * a_head + row0 * a_row
            b_from = s // heads * b_stack + s % heads * b_head + column0 * b_column
            y_from = s // heads * y_stack + s % heads * y_head + column0
            for deep in range(0, k, depth):
                steps, a_at, b_at = min(depth, k - deep), a_from + deep * a_step, b_from + deep * b_row
                how, bound = begin, least  # where the sums start, and below what they are cut off
                if deep > 0:
                    how = 2
                if deep + depth >= k:
                    bound = floor
                if own:
                    pack(b, b_at, panels, b_slot, b_row, b_column, steps, columns, width)
                for top in range(row0, row1, near):
                    for j in range(0, columns, width):
                        where = (b_slot + j * steps, 0, 0, width) if own else (b_at + j, 0, 0, b_row)
                        for i in range(top, min(top + near, row1), rows):
                            place = a_at + (i - row0) * a_row
                            if j == 0 and a_step == 1:  # the rows of the next tile are still far away
                                for r in range(rows, 2 * rows):
                                    fetch(a, place + r * a_row)
                                    fetch(a, place + r * a_row + LINE)
                            to = y_from + i * y_row + j
                            start = (column0 + j, 0, 1) if how == 1 else (to, y_row, how)
                            tile(
                                a, (place, a_row, 0, 0, a_step), panels if own else b, where, (1, 1, steps),
                                bias if how == 1 else y, start, y, (to, y_row),
                                min(rows, row1 - i), min(width, columns - j), bound,
                            )  # fmt: skip


@dataclass(frozen=True)
class _Cut:
    """How a stack of products (m, k) (k, n) is cut: a rule of the sizes alone."""

    rows: int
    width: int
    group: int
    block: int
    near: int
    share: int
    depth: int
    items: int


def _cut(stacks: int, m: int, n: int, k: int) -> _Cut:
    rows, width = tile_shape(m, n)
    tiles, panels = -(-m // rows), -(-n // width)
    even = -(-k // -(-k // (PANEL // width)))
    depth = min(k, -(-even // LANES) * LANES)
    wanted = min(max(stacks * m * n * k // WORTH, 1), ITEMS)
    group = -(-stacks // wanted)
    lots, shares = -(-stacks // group), -(-panels // TOGETHER)
    blocks = max(-(-m // BLOCK), min(tiles, -(-wanted // (lots * shares))))
    if wanted > 1 and lots * shares * blocks % 2 and blocks < tiles:
        blocks += 1
    block, share = -(-tiles // blocks) * rows, -(-panels // shares) * width
    near = max(1, NEAR // (depth * rows)) * rows
    return _Cut(rows, width, group, block, near, share, depth, lots * -(-m // block) * -(-n // share))


def _clash(step: int, count: int, width: int) -> bool:
    """Whether so many runs of `width` numbers, `step` apart, push each other out of the first-level cache."""
    places = WAY // max(math.gcd(step, WAY), LINE)
    return count * (-(-width // LINE) + (step % LINE > 0)) > WAYS * places


def products_space(stacks: int, m: int, n: int, k: int) -> Space:
    """Scratch of `products` for results (stacks, m, n) with depth k."""
    cut = _cut(stacks, m, n, k)
    return {"panels": (cut.items * cut.share * cut.depth,)}


def product_space(m: int, n: int, k: int, transposed: Transposed | None = None) -> Space:
    """Scratch of the products for a result (m, n) with depth k; where `transposed` is None, enough for all three."""
    whole, parts = products_space(1, m, n, k), _parts(m, n, k)
    if transposed in {"", "b"} or parts == 1:
        return whole
    return shared_space(whole, products_space(parts, m, n, k // parts), {"sums": (parts * m * n,)})


def product(
    a: Array, b: Array, y: Array, scratch: Mapping[str, Array], *,
    bias: Array | None = None, activation: int = NONE, accumulate: bool = False,
) -> Calls:  # fmt: skip
    """y (m, n) = a (m, k) b (k, n), then + bias (n,) or + the old y, then the activation."""
    return _schedule(a, b, y, scratch, bias=bias, activation=activation, accumulate=accumulate)


def product_transposed_b(
    a: Array, b: Array, y: Array, scratch: Mapping[str, Array], *, accumulate: bool = False
) -> Calls:
    """y (m, n) = a (m, k) bᵀ for b (n, k): how a Dense layer's input gradient is dy Wᵀ."""
    return _schedule(a, b, y, scratch, transposed_b=True, accumulate=accumulate)


def product_transposed_a(
    a: Array, b: Array, y: Array, scratch: Mapping[str, Array], *, accumulate: bool = False
) -> Calls:
    """y (m, n) = aᵀ b for a (k, m), b (k, n): how a Dense layer's weight gradient is xᵀ dy.

    A small result of a long depth is the sum of products of runs of the depth: so there is enough to share out without
    bringing the same numbers together many times.
    """
    (k, m), n = a.shape, b.shape[1]
    parts = _parts(m, n, k)
    if parts == 1:
        return _schedule(a, b, y, scratch, transposed_a=True, accumulate=accumulate)
    sums = scratch["sums"].reshape(-1)[: parts * m * n]
    a, b = a.reshape(parts, k // parts, m), b.reshape(parts, k // parts, n)
    return (
        *_schedule(a, b, sums.reshape(parts, m, n), scratch, transposed_a=True),
        Call(add_sums, (sums, y.reshape(-1), 0, m * n, parts, int(accumulate)), slices(m * n)),
    )


def _parts(m: int, n: int, k: int) -> int:
    """How many runs the depth of aᵀ b is cut in: a rule of the sizes alone."""
    return PARTS if k >= LONG and k % PARTS == 0 and m * n <= SMALL else 1


def products(
    a: Array, b: Array, y: Array, scratch: Mapping[str, Array], *,
    transposed_a: bool = False, transposed_b: bool = False, accumulate: bool = False,
) -> Calls:  # fmt: skip
    """y[s] = a[s] b[s] for stacks of matrices, either of them transposed.

    Each array is (stacks, rows, columns), or (batch, rows, heads, columns): then matrix s = (batch, head) is read where
    it lies, so attention needs no copy to bring its heads together.
    """
    return _schedule(a, b, y, scratch, transposed_a=transposed_a, transposed_b=transposed_b, accumulate=accumulate)


def _layout(array: Array, heads: int) -> tuple[int, int, int, int, int, int]:
    """(matrices, rows, columns, offset of the next batch, of the next head, of the next row)."""
    if array.ndim == 4:
        batch, rows, heads, columns = array.shape
        return batch * heads, rows, columns, rows * heads * columns, columns, heads * columns
    stacks = array.shape[0] if array.ndim == 3 else 1
    rows, columns = array.shape[-2:]
    return stacks, rows, columns, heads * rows * columns, rows * columns, columns


def _schedule(
    a: Array, b: Array, y: Array, scratch: Mapping[str, Array], *,
    transposed_a: bool = False, transposed_b: bool = False,
    bias: Array | None = None, activation: int = NONE, accumulate: bool = False,
) -> Calls:  # fmt: skip
    heads = max(array.shape[2] if array.ndim == 4 else 1 for array in (a, b, y))
    stacks, m, n, y_stack, y_head, y_row = _layout(y, heads)
    _, *a_size, a_stack, a_head, a_row = _layout(a, heads)
    *_, b_stack, b_head, b_row = _layout(b, heads)
    k = a_size[0] if transposed_a else a_size[1]
    cut = _cut(stacks, m, n, k)
    steps = (1, a_row) if transposed_a else (a_row, 1)
    b_steps = (1, b_row) if transposed_b else (b_row, 1)
    many = cut.block >= FEW * cut.rows
    packed = transposed_b or (many and _clash(b_row, cut.depth, cut.width))
    begin = 1 if bias is not None else 2 if accumulate else 0
    flat_y = y.reshape(-1)
    arrays = (a.reshape(-1), b.reshape(-1), flat_y if bias is None else bias, flat_y)
    numbers = (
        *(stacks, heads, a_stack, a_head, *steps, b_stack, b_head, *b_steps, y_stack, y_head, y_row, m, n, k),
        *(cut.rows, cut.width, cut.group, cut.block, cut.near, cut.share, cut.depth, int(packed), begin, activation),
    )
    return (Call(multiply, (*arrays, scratch["panels"].reshape(-1), *numbers), cut.items, 2 * stacks * m * n * k),)


SLICE = 4096  # columns of an item of a column sum


def slices(size: int) -> int:
    """How many items `add_sums` has for so many columns."""
    return -(-size // SLICE)


@kernel
def add_rows(dy, sums, m, n, first, last):
    """sums[c, j] = sum of dy[i, j] over the c-th of SUMS runs of rows i."""
    run = (m + SUMS - 1) // SUMS
    for c in range(first, last):
        total = sums[c * n : c * n + n]  # a slice, because an index that might be negative is not turned into vectors
        for j in range(n):
            total[j] = 0
        for i in range(c * run, min(c * run + run, m)):
            row = dy[i * n : i * n + n]
            for j in range(n):
                total[j] += row[j]


@kernel
def add_sums(sums, y, at, stride, count, accumulate, first, last):
    """y[j] = sum over c < count of sums[at + c * stride + j], plus y[j] where accumulate is 1; items are slices."""
    j0 = first * SLICE
    size = min(last * SLICE, y.size) - j0
    total = y[j0 : j0 + size]
    for c in range(count):
        part = sums[at + c * stride + j0 : at + c * stride + j0 + size]
        if c == 0 and not accumulate:
            for j in range(size):
                total[j] = part[j]
        else:
            for j in range(size):
                total[j] += part[j]


def sum_rows_space(m: int, n: int) -> Space:
    """Scratch of `sum_rows` for dy (m, n)."""
    return {"sums": (SUMS * n,)}


def sum_rows(dy: Array, db: Array, scratch: Mapping[str, Array], *, accumulate: bool = False) -> Calls:
    """db (n,) = the column sums of dy (m, n): how the bias gradient follows from dy."""
    n = db.size
    m, sums = dy.size // n, scratch["sums"].reshape(-1)
    return (
        Call(add_rows, (dy.reshape(-1), sums, m, n), SUMS, m * n),
        Call(add_sums, (sums, db.reshape(-1), 0, n, SUMS, int(accumulate)), slices(n)),
    )
