"""LSTM through time. An item is a few rows of the batch, which go through the whole sequence on their own.

The gates' share of the input is one product over all steps, done before; here each step adds the share of the state, a small
product whose tiles stay in registers. A row does not know which rows go with it, so no grouping changes a bit.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Array, Call, Calls
from core.kernels.elementary import sigmoid, tanh
from core.kernels.matmul import pack_panels
from core.kernels.tile import Space, ready, tile, tile_shape

GROUPS = 8  # items wanted, of 4 to 8 rows each: every number of U that is loaded serves all rows of its item


@helper
def step_forward(gates, before, cells, state):
    """One row, one step: gates in the order i, f, g, o; c = f c_before + i g, h = o tanh(c)."""
    units = cells.size
    for part in (gates[: 2 * units], gates[3 * units :]):
        for j in range(part.size):
            part[j] = sigmoid(part[j])
    i, f, g, o = gates[:units], gates[units : 2 * units], gates[2 * units : 3 * units], gates[3 * units :]
    for j in range(g.size):
        g[j] = tanh(g[j])
    for j in range(cells.size):
        cells[j] = f[j] * before[j] + i[j] * g[j]
    for j in range(state.size):
        state[j] = o[j] * tanh(cells[j])


@helper
def step_backward(gates, before, cells, dstate, dcells, dgates):
    """One row, one step back: dgates before the activations, and dcells of the step before."""
    units = cells.size
    i, f, g, o = gates[:units], gates[units : 2 * units], gates[2 * units : 3 * units], gates[3 * units :]
    di, df = dgates[:units], dgates[units : 2 * units]
    dg, do = dgates[2 * units : 3 * units], dgates[3 * units :]
    for j in range(units):  # one array is written in each loop: with more, LLVM gives up proving that they are apart
        do[j] = tanh(cells[j])
    for j in range(units):
        dcells[j] += dstate[j] * o[j] * (1 - do[j] * do[j])
    for j in range(units):
        do[j] *= dstate[j] * o[j] * (1 - o[j])
    for j in range(units):
        di[j] = dcells[j] * g[j] * i[j] * (1 - i[j])
    for j in range(units):
        df[j] = dcells[j] * before[j] * f[j] * (1 - f[j])
    for j in range(units):
        dg[j] = dcells[j] * i[j] * (1 - g[j] * g[j])
    for j in range(units):
        dcells[j] *= f[j]


@kernel
def lstm_forward(panels, gates, cells, reads, state, y, rows, width, group, first, last):
    """gates (batch, time, 4 units) hold x W + b and become the gates; cells (batch, time, units), reads, y.

    The last columns of reads[n, t] become the state before step t; state (batch, units) is the state now. y takes the last
    steps, as many as it holds. Items are `group` rows of the batch.
    """
    batch, time, units = cells.shape
    skipped, columns = time - y.shape[1], 4 * units
    least = gates.dtype.type(-np.inf)
    for item in range(first, last):
        row0, row1 = item * group, min(item * group + group, batch)
        state[row0:row1] = 0
        for t in range(time):
            for column in range(0, columns, width):
                for n in range(row0, row1, rows):
                    at = (n * time + t) * columns + column
                    tile(
                        state, (n * units, units, 0, 0, 1), panels, (column * units, 0, 0, width), (1, 1, units),
                        gates, (at, time * columns, 1), gates, (at, time * columns),
                        min(rows, row1 - n), min(width, columns - column), least,
                    )  # fmt: skip
            for n in range(row0, row1):
                now, kept = state[n], reads[n, t, -units:]
                for j in range(kept.size):
                    kept[j] = now[j]
                before = cells[n, t - 1] if t > 0 else reads[n, 0, -units:]  # cells and state both begin at zero
                step_forward(gates[n, t], before, cells[n, t], now)
                if t >= skipped:
                    out = y[n, t - skipped]
                    for j in range(out.size):
                        out[j] = now[j]


@kernel
def lstm_backward(dy, panels, gates, cells, reads, dstate, dcells, dgates, rows, width, group, first, last):
    """dgates (batch, time, 4 units), the slopes before the activations; dstate and dcells (batch, units) run along."""
    batch, time, units = cells.shape
    skipped, depth = time - dy.shape[1], 4 * units
    least = gates.dtype.type(-np.inf)
    for item in range(first, last):
        row0, row1 = item * group, min(item * group + group, batch)
        dstate[row0:row1] = 0
        dcells[row0:row1] = 0
        for t in range(time - 1, -1, -1):
            for n in range(row0, row1):
                if t >= skipped:
                    slope, total = dy[n, t - skipped], dstate[n]
                    for j in range(total.size):
                        total[j] += slope[j]
                before = cells[n, t - 1] if t > 0 else reads[n, 0, -units:]
                step_backward(gates[n, t], before, cells[n, t], dstate[n], dcells[n], dgates[n, t])
            for column in range(0, units, width):
                for n in range(row0, row1, rows):
                    at = (n * time + t) * depth
                    to = n * units + column
                    tile(
                        dgates, (at, time * depth, 0, 0, 1), panels, (column * depth, 0, 0, width), (1, 1, depth),
                        dstate, (to, units, 0), dstate, (to, units),
                        min(rows, row1 - n), min(width, units - column), least,
                    )  # fmt: skip


def group_size(batch: int) -> int:
    """Rows of an item: a rule of the batch alone, and as even as can be."""
    most = min(max(-(-batch // GROUPS), 4), 8)
    return -(-batch // -(-batch // most))


def packed(U: Array, width: int, panels: Array, *, transposed: bool) -> Call:
    """panels = U (k, n), or Uᵀ, in panels of `width` columns, each in one run of memory."""
    rows, columns = U.shape
    steps, k, n = ((1, columns), columns, rows) if transposed else ((columns, 1), rows, columns)
    return Call(pack_panels, (U.reshape(-1), panels, 1, 0, 0, *steps, n, k, width), -(-n // width))


def panels_shape(batch: int, k: int, n: int) -> tuple[int]:
    """Shape of the panels of a matrix (k, n) that the states of a group of rows are multiplied with."""
    _, width = tile_shape(group_size(batch), n)
    return (-(-n // width) * width * k,)


def lstm_space(batch: int, units: int, *, train: bool) -> Space:
    """Scratch of the two directions beside gates, cells, reads and dgates."""
    space: Space = {"state": (batch, units), "recurrent_panels": panels_shape(batch, units, 4 * units)}
    if train:
        space |= {"dcells": (batch, units), "transposed_panels": panels_shape(batch, 4 * units, units)}
    return space


def lstm(U: Array, y: Array, scratch: Mapping[str, Array]) -> Calls:
    """From gates that hold x W + b to the gates, the cells, the states that each step `reads`, and y (batch, steps, units)."""
    ready(y.dtype)
    batch, _, units = scratch["cells"].shape
    rows, width = tile_shape(group_size(batch), 4 * units)
    panels = scratch["recurrent_panels"]
    given = tuple(scratch[name] for name in ("gates", "cells", "reads", "state"))
    sizes = (rows, width, group_size(batch))
    return (
        packed(U, width, panels, transposed=False),
        Call(lstm_forward, (panels, *given, y, *sizes), -(-batch // sizes[2]), 2 * given[0].size * units),
    )


def lstm_slopes(U: Array, dy: Array, scratch: Mapping[str, Array]) -> Calls:
    """From dy (batch, steps, units) to dgates (batch, time, 4 units), backward through time."""
    ready(dy.dtype)
    batch, _, units = scratch["cells"].shape
    rows, width = tile_shape(group_size(batch), units)
    panels = scratch["transposed_panels"]
    given = tuple(scratch[name] for name in ("gates", "cells", "reads", "state", "dcells", "dgates"))
    sizes = (rows, width, group_size(batch))
    return (
        packed(U, width, panels, transposed=True),
        Call(lstm_backward, (dy, panels, *given, *sizes), -(-batch // sizes[2]), 2 * given[0].size * units),
    )
