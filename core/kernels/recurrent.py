"""LSTM through time. The rows of the batch go through the whole sequence on their own, those of a thread together.

The gates' share of the input is one product over all steps, done before; here each step adds the share of the state, a small
product whose tiles stay in registers. A row does not know which rows go with it, so no grouping changes a bit.
Rows of one step lie a sequence apart and push each other out of the cache: what is read again is laid close together,
and what is read once is wished for a row ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Argument, Array, Call, Calls
from core.kernels.lstm_step import step_backward, step_forward
from core.kernels.mask import counts
from core.kernels.matmul import LINE, pack_panels
from core.kernels.tile import Space, evenly, tile, tile_shape
from core.kernels.vectors import fetch

GROUP = (
    4  # rows of an item; a thread takes its items step by step together, so that all its rows share what it loads of U
)


@helper
def copy_row(source, target):
    """target[j] = source[j]; an assignment of arrays would make room for a third, in case the two overlap."""
    for j in range(target.size):
        target[j] = source[j]


@helper
def wish(array, at, size):
    """Wish for so many numbers, which will be read soon."""
    for j in range(0, size, LINE):
        fetch(array, at + j)


@helper
def begin(state, start, row0, row1):
    """Rows of a running state or slope begin with what is given, or at zero where nothing is: (0, units)."""
    if start.shape[0] > 0:
        for n in range(row0, row1):
            copy_row(start[n], state[n])
    else:
        state[row0:row1] = 0


@kernel
def lstm_forward(
    panels, mask, h, c, gates, cells, reads, cell0, sums, state, y, last_cell, rows, width, first, last
):  # fmt: skip
    """gates (batch, time, 4 units) hold x W + b and become the gates; cells (batch, time, units), reads, y.

    The last columns of reads[n, t] become the state before step t; state (batch, units) is the state now, sums (batch, 4
    units) the state's share of the gates, and cell0 the cell before the first step; h and c are what they begin with. Through a step that does not count, state and cell
    pass: f = 1, the other gates 0. y takes the last steps, as many as it holds. Items are GROUP rows of the batch.
    """
    batch, time, units = cells.shape
    skipped, columns = time - y.shape[1], 4 * units
    least, one = gates.dtype.type(-np.inf), gates.dtype.type(1)
    row0, row1 = first * GROUP, min(last * GROUP, batch)
    tiles, low, tall = evenly(row1 - row0, rows)
    begin(state, h, row0, row1)
    begin(cell0, c, row0, row1)
    for t in range(time):
        for column in range(0, columns, width):
            n = row0
            for q in range(tiles):
                height = low + 1 if q < tall else low
                tile(
                    state, (n * units, units, 0, 0, 1), panels, (column * units, 0, 0, width), (1, 1, units),
                    sums, (0, 0, 0), sums, (n * columns + column, columns),
                    height, min(width, columns - column), least,
                )  # fmt: skip
                n += height
        for n in range(row0, row1):
            wish(gates, ((n + 1) * time + t) * columns, columns)
            now, kept = state[n], reads[n, t, -units:]
            copy_row(now, kept)
            before = cells[n, t - 1] if t > 0 else cell0[n]
            if counts(mask, n, t):
                step_forward(gates[n, t], before, cells[n, t], now, sums[n])
            else:
                gates[n, t] = 0
                gates[n, t, units : 2 * units] = one
                copy_row(before, cells[n, t])
            if t >= skipped:
                copy_row(now, y[n, t - skipped])
    if last_cell.shape[0] > 0:
        for n in range(row0, row1):
            copy_row(cells[n, time - 1], last_cell[n])


@kernel
def lstm_backward(
    dy, dh, dc, panels, mask, gates, cells, cell0, dstate, dcells, dgates, slopes, rows, width, first, last
):  # fmt: skip
    """dgates (batch, time, 4 units), the slopes before the activations.

    slopes (batch, 4 units) are those of this step, close together. dstate and dcells (batch, units) run along: from dh and dc, the slopes of the last state and cell, to those of the first.
    """
    batch, time, units = cells.shape
    skipped, depth = time - dy.shape[1], 4 * units
    least = gates.dtype.type(-np.inf)
    row0, row1 = first * GROUP, min(last * GROUP, batch)
    tiles, low, tall = evenly(row1 - row0, rows)
    begin(dstate, dh, row0, row1)
    begin(dcells, dc, row0, row1)
    for t in range(time - 1, -1, -1):
        for n in range(row0, row1):
            total, later = dstate[n], (n + 1) * time + t
            wish(gates, later * depth, depth)
            wish(dgates, later * depth, depth)
            wish(cells, (later - 1) * units, 2 * units)
            if t >= skipped:
                slope = dy[n, t - skipped]
                for j in range(total.size):
                    total[j] += slope[j]
            if counts(mask, n, t):
                before = cells[n, t - 1] if t > 0 else cell0[n]
                step_backward(gates[n, t], before, cells[n, t], total, dcells[n], dgates[n, t], slopes[n])
            else:
                dgates[n, t] = 0
                slopes[n] = 0
        for column in range(0, units, width):
            n = row0
            for q in range(tiles):
                height, to = low + 1 if q < tall else low, n * units + column
                tile(
                    slopes, (n * depth, depth, 0, 0, 1), panels, (column * depth, 0, 0, width), (1, 1, depth),
                    dstate, (to, units, 1), dstate, (to, units),
                    height, min(width, units - column), least,
                )  # fmt: skip
                n += height


def packed(U: Array, width: int, panels: Array, *, transposed: bool) -> Call:
    """panels = U (k, n), or Uᵀ, in panels of `width` columns, each in one run of memory."""
    rows, columns = U.shape
    steps, k, n = ((1, columns), columns, rows) if transposed else ((columns, 1), rows, columns)
    return Call(pack_panels, (U.reshape(-1), panels, 1, 0, 0, *steps, n, k, width), -(-n // width))


def panels_shape(batch: int, k: int, n: int) -> tuple[int]:
    """Shape of the panels of a matrix (k, n) that the states of a group of rows are multiplied with."""
    _, width = tile_shape(batch, n)
    return (-(-n // width) * width * k,)


def lstm_space(batch: int, time: int, units: int, *, train: bool) -> Space:
    """Scratch of the two directions beside `reads`."""
    state = (batch, units)
    space: Space = {"gates": (batch, time, 4 * units), "cells": (batch, time, units), "cell0": state, "state": state}
    space["sums_now"] = (batch, 4 * units)
    space |= {"recurrent_panels": panels_shape(batch, units, 4 * units)}
    if train:
        space |= {"dgates": space["gates"], "dcell": state, "slopes_now": space["sums_now"]}
        space |= {"transposed_panels": panels_shape(batch, 4 * units, units)}
    return space


def lstm(
    U: Array, mask: Array, start: tuple[Array, Array], y: Array, end: tuple[Array, Array], scratch: Mapping[str, Array]
) -> Calls:
    """From gates that hold x W + b to the gates, the cells, the states that each step `reads`, and y (batch, steps, units).

    `start` and `end` are state and cell (batch, units) before the first step and after the last; (0, units) where there
    is none to begin with, and for a cell that nobody asks for.
    """
    given = (
        mask,
        *start,
        *(scratch[name] for name in ("gates", "cells", "reads", "cell0", "sums_now")),
        end[0],
        y,
        end[1],
    )
    return through_time(lstm_forward, U, scratch["cells"].shape[:2], scratch["recurrent_panels"], (), given)


def lstm_slopes(
    U: Array,
    mask: Array,
    dy: Array,
    dend: tuple[Array, Array],
    dstart: tuple[Array, Array],
    scratch: Mapping[str, Array],
) -> Calls:
    """From dy (batch, steps, units) and the slopes of the last state and cell to dgates (batch, time, 4 units) and dstart."""
    given = (
        mask,
        *(scratch[name] for name in ("gates", "cells", "cell0")),
        *dstart,
        scratch["dgates"],
        scratch["slopes_now"],
    )
    slopes = (dy, *dend)
    return through_time(lstm_backward, U, scratch["cells"].shape[:2], scratch["transposed_panels"], slopes, given)


def through_time(
    way: Any, U: Array, sizes: tuple[int, ...], panels: Array, before: tuple[Array, ...], given: tuple[Argument, ...],
) -> Calls:  # fmt: skip
    """U into panels, then a kernel on groups of rows: on (before, panels, what is given, sizes). Backward reads Uᵀ."""
    batch, time = sizes
    transposed = len(before) > 0
    rows, width = tile_shape(batch, len(U) if transposed else U.shape[1])
    args = (*before, panels, *given, rows, width)
    return (
        packed(U, width, panels, transposed=transposed),
        Call(way, args, -(-batch // GROUP), 2 * batch * time * U.size),
    )
