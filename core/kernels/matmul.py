"""Matrix products: y = a b, y = a bᵀ, y = aᵀ b, alone or in stacks, and the column sum that a bias gradient is.

One kernel does them all, because a transposed matrix is the same numbers at other strides. The result is cut into
panels of one to four vectors of columns and blocks of rows; tiles go down a block, panel by panel. What a tile reads in
its innermost loop should lie in one run of memory: so b is brought into panels first, unless its rows can be read where
they are, and columns of a are brought together where several panels read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.kernels._jit import kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.tile import Space, ready, tile, tile_shape
from core.kernels.vectors import LANES, move, turn

if TYPE_CHECKING:
    from collections.abc import Mapping

NONE, RELU = 0, 1  # activation codes: what a product or a convolution does to its result before it is stored
ITEMS = 32  # about so many items of a call, each with its own scratch: enough to share out, little to hold
WORTH = 65536  # multiply-adds that make an item worth while
DEPTH = 2048  # of a deep product as much at a time as keeps a panel of b in cache
BLOCK = 65536  # numbers of a that a block of rows reads: they stay in the second-level cache from panel to panel
TALL = 16  # from so many tiles on, a result counts as tall
CONFLICT = 512  # rows a multiple of this apart share a few sets of the first-level cache and push each other out
SUMS = 8  # partial sums of a column sum

Transposed = Literal["", "a", "b"]


@kernel
def pack_panels(b, panels, heads, stack, head, row, column, n, k, width, first, last):
    """panels[s, j // width, p, j % width] = b[s, p, j]; items are the panels of all matrices."""
    count = (n + width - 1) // width
    for item in range(first, last):
        s, j0, to = item // count, item % count * width, item * k * width
        at = s // heads * stack + s % heads * head + j0 * column
        columns = min(width, n - j0)
        p0, p1 = 0, 0  # the rows and columns that come in whole squares
        if row == 1 and column != 1:
            p0, p1 = k // LANES * LANES, columns // LANES * LANES
            for j in range(0, p1, LANES):
                for p in range(0, p0, LANES):
                    turn(b, at + p + j * column, column, panels, to + p * width + j, width)
        for p in range(k):
            if column == 1:
                for j in range(0, width, LANES):
                    move(b, at + p * row + j, columns - j, panels, to + p * width + j, width - j)
            else:
                for j in range(p1 if p < p0 else 0, width):
                    panels[to + p * width + j] = b[at + p * row + j * column] if j < columns else 0


@kernel
def multiply(
    a, b, bias, y, together,
    stacks, heads, a_stack, a_head, a_row, a_step, b_stack, b_head, b_panel, b_step, y_stack, y_head, y_row,
    m, n, k, rows, width, group, block, share, gathered, begin, activation, first, last,
):  # fmt: skip
    """y[s, i, j] = sum over p of a[s, i, p] * b[s, p, j], plus bias[j] or plus y, then the activation.

    Every matrix lies at (s // heads) * stack + (s % heads) * head. An item is `group` matrices, one block of rows and
    `share` panels of `width` columns. begin: 0 at zero, 1 at the bias, 2 at y. gathered: bring columns of a together.
    """
    count, blocks = (n + width - 1) // width, (m + block - 1) // block
    shares = (count + share - 1) // share
    slot = first * block * min(k, DEPTH)  # nobody else has this `first`, so nobody else writes there
    least = y.dtype.type(-np.inf)
    floor = y.dtype.type(0) if activation == RELU else least
    for item in range(first, last):
        row0, panel0 = item % blocks * block, item // blocks % shares * share
        row1 = min(row0 + block, m)
        lot = item // blocks // shares * group
        for s in range(lot, min(lot + group, stacks)):
            for deep in range(0, k, DEPTH):
                steps = min(DEPTH, k - deep)
                a_at = s // heads * a_stack + s % heads * a_head + row0 * a_row + deep * a_step
                b_at = s // heads * b_stack + s % heads * b_head + deep * b_step
                if gathered:
                    for i in range(row0, row1, rows):
                        for p in range(steps):
                            at, to = a_at + i - row0 + p * a_step, slot + (i - row0) * steps + p * rows
                            for r in range(0, rows, LANES):
                                move(a, at + r, row1 - i - r, together, to + r, rows - r)
                for panel in range(panel0, min(panel0 + share, count)):
                    columns = min(width, n - panel * width)
                    for i in range(row0, row1, rows):
                        to = s // heads * y_stack + s % heads * y_head + i * y_row + panel * width
                        start, start_row, how = to, y_row, 2 if deep else begin
                        if how == 1:
                            start, start_row = panel * width, 0
                        at, row, step = a_at + (i - row0) * a_row, a_row, a_step
                        if gathered:
                            at, row, step = slot + (i - row0) * steps, 1, rows
                        tile(
                            together if gathered else a, (at, row, 0, 0, step),
                            b, (b_at + panel * b_panel, 0, 0, b_step), (1, 1, steps),
                            bias if how == 1 else y, (start, start_row, how), y, (to, y_row),
                            min(rows, row1 - i), columns, floor if deep + DEPTH >= k else least,
                        )  # fmt: skip


@dataclass(frozen=True)
class _Cut:
    """How a stack of products (m, k) (k, n) is cut: a rule of the sizes alone."""

    rows: int
    width: int
    panels: int  # of one matrix
    group: int
    block: int
    share: int
    items: int


def _cut(stacks: int, m: int, n: int, k: int) -> _Cut:
    rows, width = tile_shape(m, n)
    panels = -(-n // width)
    tiles, deep = -(-m // rows), min(k, DEPTH)
    wanted = min(max(stacks * m * n * k // WORTH, 1), ITEMS)
    group = -(-stacks // wanted)
    lots = -(-stacks // group)
    if tiles >= TALL:  # whole rows of the result at a time, so that it is written in long runs
        share = min(panels, max(1, 2 * BLOCK // (deep * width)))
        block = -(-tiles // max(1, wanted // (lots * -(-panels // share))))
    else:  # whole columns at a time, so that each panel of b comes once
        block = min(tiles, max(2, BLOCK // (max(deep, n) * rows)))
        share = max(1, panels * lots * -(-tiles // block) // wanted)
        block = min(block, max(2, tiles * lots * -(-panels // share) // wanted))
    block = min(block, max(1, BLOCK // (deep * rows))) * rows
    return _Cut(rows, width, panels, group, block, share, lots * -(-panels // share) * -(-m // block))


def _in_place(n: int) -> bool:
    """Whether rows of b are read where they lie: they are whole vectors, at a distance that the cache likes."""
    return n % LANES == 0 and n % CONFLICT != 0


def products_space(stacks: int, m: int, n: int, k: int, transposed: Transposed | None = None) -> Space:
    """Scratch of `products` for results (stacks, m, n) with depth k; where `transposed` is None, enough for any."""
    cut = _cut(stacks, m, n, k)
    panels = 1 if transposed in {"", "a"} and _in_place(n) else stacks * cut.panels * k * cut.width
    together = 1 if transposed in {"", "b"} or cut.share < 2 else cut.items * cut.block * min(k, DEPTH)
    return {"panels": (panels,), "together": (together,)}


def product_space(m: int, n: int, k: int, transposed: Transposed | None = None) -> Space:
    """Scratch of the products for a result (m, n) with depth k; where `transposed` is None, enough for all three."""
    return products_space(1, m, n, k, transposed)


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
    """y (m, n) = aᵀ b for a (k, m), b (k, n): how a Dense layer's weight gradient is xᵀ dy."""
    return _schedule(a, b, y, scratch, transposed_a=True, accumulate=accumulate)


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
    ready(y.dtype)
    heads = max(array.shape[2] if array.ndim == 4 else 1 for array in (a, b, y))
    stacks, m, n, y_stack, y_head, y_row = _layout(y, heads)
    _, *a_size, a_stack, a_head, a_row = _layout(a, heads)
    *_, b_stack, b_head, b_row = _layout(b, heads)
    k = a_size[0] if transposed_a else a_size[1]
    cut = _cut(stacks, m, n, k)
    flat_b, panels, together = b.reshape(-1), scratch["panels"].reshape(-1), scratch["together"].reshape(-1)
    calls: list[Call] = []
    b_numbers = (b_stack, b_head, cut.width, b_row)
    if transposed_b or not _in_place(n):
        row, column = (1, b_row) if transposed_b else (b_row, 1)
        pack = (heads, b_stack, b_head, row, column, n, k, cut.width)
        calls.append(Call(pack_panels, (flat_b, panels, *pack), stacks * cut.panels))
        size = cut.panels * k * cut.width
        flat_b, b_numbers = panels, (heads * size, size, k * cut.width, cut.width)
    steps = (1, a_row) if transposed_a else (a_row, 1)
    gathered = transposed_a and cut.share >= 2
    begin = 1 if bias is not None else 2 if accumulate else 0
    flat_y = y.reshape(-1)
    numbers = (
        *(stacks, heads, a_stack, a_head, *steps, *b_numbers, y_stack, y_head, y_row, m, n, k),
        *(cut.rows, cut.width, cut.group, cut.block, cut.share, int(gathered), begin, activation),
    )
    given = (a.reshape(-1), flat_b, flat_y if bias is None else bias, flat_y, together)
    calls.append(Call(multiply, (*given, *numbers), cut.items, 2 * stacks * m * n * k))
    return calls


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
