"""Matrix products: y = a b, y = a bᵀ, y = aᵀ b, alone or in stacks, and the column sum that a bias gradient is.

One kernel does them all, because a transposed matrix is the same numbers at other strides. It takes the result in panels of
one or two vectors of columns: the panel's part of b is brought into one run of memory, then tiles of rows go down it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.kernels._jit import kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.tile import LANES, Space, ready, tile, tile_shape

NONE, RELU = 0, 1  # activation codes: what a product or a convolution does to its result before it is stored
ITEMS = 32  # at most so many items of a call, each with its own scratch: enough to share out, little to hold
WORTH = 65536  # multiply-adds that make an item worth while
SUMS = 8  # partial sums of a column sum


@kernel
def multiply(
    a, b, bias, y, panels,
    stacks, heads, a_stack, a_head, a_row, a_step, b_stack, b_head, b_step, b_column, y_stack, y_head, y_row,
    m, n, k, rows, width, group, block, begin, activation, first, last,
):  # fmt: skip
    """y[s, i, j] = sum over p of a[s, i, p] * b[s, p, j], plus bias[j] or plus y, then the activation.

    Every matrix lies at (s // heads) * stack + (s % heads) * head. An item is `group` matrices, one panel of `width` columns
    and one block of rows. begin: 0 at zero, 1 at the bias, 2 at y.
    """
    slot = first * k * width  # nobody else has this `first`, so nobody else writes there
    columns_of_panels, blocks = (n + width - 1) // width, (m + block - 1) // block
    floor = y.dtype.type(0 if activation == RELU else -np.inf)
    held = -1
    for item in range(first, last):
        row0 = item % blocks * block
        panel = item // blocks % columns_of_panels
        lot = item // blocks // columns_of_panels
        column = panel * width
        columns = min(width, n - column)
        for s in range(lot * group, min(lot * group + group, stacks)):
            a_at = s // heads * a_stack + s % heads * a_head
            b_at = s // heads * b_stack + s % heads * b_head + column * b_column
            y_at = s // heads * y_stack + s % heads * y_head + column
            if held != s * columns_of_panels + panel:
                held = s * columns_of_panels + panel
                for p in range(k):
                    at = slot + p * width
                    for j in range(columns):
                        panels[at + j] = b[b_at + p * b_step + j * b_column]
                    for j in range(columns, width):
                        panels[at + j] = 0
            for i in range(row0, min(row0 + block, m), rows):
                start, start_row = (column, 0) if begin == 1 else (y_at + i * y_row, y_row)
                tile(
                    a, (a_at + i * a_row, a_row, 0, 0, a_step), panels, (slot, 0, 0, width), (1, 1, k),
                    bias if begin == 1 else y, (start, start_row, begin), y, (y_at + i * y_row, y_row),
                    min(rows, min(row0 + block, m) - i), columns, floor,
                )  # fmt: skip


def _parts(stacks: int, m: int, n: int, k: int) -> tuple[int, int, int, int, int]:
    """(rows, width) of a tile, (group, block) of an item, and how many items: a rule of the sizes alone."""
    rows, width = tile_shape(m, n)
    panels = -(-n // width)
    wanted = min(max(stacks * m * n * k // WORTH, 1), ITEMS)
    group = max(1, stacks * panels // wanted) if stacks > 1 else 1
    lots = -(-stacks // group)
    blocks = max(1, min(wanted // (lots * panels), m // (2 * rows)))
    block = -(-m // (blocks * rows)) * rows
    return rows, width, group, block, lots * panels * -(-m // block)


def products_space(stacks: int, m: int, n: int, k: int) -> Space:
    """Scratch of `products` for results (stacks, m, n) with depth k."""
    _, width, _, _, items = _parts(stacks, m, n, k)
    return {"panels": (items * k * width,)}


def product_space(m: int, n: int, k: int) -> Space:
    """Scratch of the three products for a result (m, n) with depth k."""
    return products_space(1, m, n, k)


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

    Each array is (stacks, rows, columns), or (batch, rows, heads, columns): then matrix s = (batch, head) is read in place,
    so attention needs no copy to bring its heads together.
    """
    return _schedule(a, b, y, scratch, transposed_a=transposed_a, transposed_b=transposed_b, accumulate=accumulate)


def _layout(array: Array) -> tuple[int, int, int, int, int, int]:
    """(rows, columns, matrices, heads, offset of the next batch, of the next head); rows are heads * columns apart."""
    if array.ndim == 4:
        batch, rows, heads, columns = array.shape
        return rows, columns, batch * heads, heads, rows * heads * columns, columns
    stacks = array.shape[0] if array.ndim == 3 else 1
    rows, columns = array.shape[-2:]
    return rows, columns, stacks, 1, rows * columns, 0


def _schedule(
    a: Array, b: Array, y: Array, scratch: Mapping[str, Array], *, transposed_a: bool = False, transposed_b: bool = False,
    bias: Array | None = None, activation: int = NONE, accumulate: bool = False,
) -> Calls:  # fmt: skip
    ready(y.dtype)
    m, n, stacks, *_ = _layout(y)
    heads = max(_layout(array)[3] for array in (a, b, y))
    numbers: list[int] = []
    for array in (a, b, y):
        rows, columns, _, own_heads, stack, head = _layout(array)
        # A plain stack that meets one with heads: its matrices follow each other, head by head.
        numbers += [stack, head] if own_heads == heads else [heads * stack, stack]
        row = own_heads * columns
        if array is y:
            numbers += [row]
        else:
            numbers += [1, row] if (transposed_a if array is a else transposed_b) else [row, 1]
    k = _layout(a)[0 if transposed_a else 1]
    rows, width, group, block, items = _parts(stacks, m, n, k)
    begin = 1 if bias is not None else 2 if accumulate else 0
    given = (a, b, y if bias is None else bias, y, scratch["panels"])
    flat = tuple(array.reshape(-1) for array in given)
    sizes = (m, n, k, rows, width, group, block, begin, activation)
    return (Call(multiply, (*flat, stacks, heads, *numbers, *sizes), items, 2 * stacks * m * n * k),)


@kernel
def add_rows(dy, sums, m, n, first, last):
    """sums[c, j] = sum of dy[i, j] over the c-th of SUMS runs of rows i."""
    run = (m + SUMS - 1) // SUMS
    for c in range(first, last):
        for j in range(n):
            sums[c * n + j] = 0
        for i in range(c * run, min(c * run + run, m)):
            for j in range(n):
                sums[c * n + j] += dy[i * n + j]


@kernel
def add_sums(sums, y, count, n, accumulate, first, last):
    """y[j] = sum over c < count of sums[c, j], plus the old y[j] where accumulate is 1."""
    for j in range(first, last):
        total = y[j] if accumulate else y.dtype.type(0)
        for c in range(count):
            total += sums[c * n + j]
        y[j] = total


def sum_rows_space(m: int, n: int) -> Space:
    """Scratch of `sum_rows` for dy (m, n)."""
    return {"sums": (SUMS * n,)}


def sum_rows(dy: Array, db: Array, scratch: Mapping[str, Array], *, accumulate: bool = False) -> Calls:
    """db (n,) = the column sums of dy (m, n): how the bias gradient follows from dy."""
    n = db.size
    m, sums = dy.size // n, scratch["sums"].reshape(-1)
    return (
        Call(add_rows, (dy.reshape(-1), sums, m, n), SUMS, m * n),
        Call(add_sums, (sums, db.reshape(-1), SUMS, n, int(accumulate)), n),
    )
