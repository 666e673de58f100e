"""A plain recurrent layer and a GRU through time, in the manner of `core/kernels/recurrent.py`.

An item is a few rows of the batch, which go through the whole sequence on their own. The share of the input is one product
over all steps, done before. `before[n, t]` is the state before step t: what the step reads, and later what dU is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Argument, Array, Call, Calls
from core.kernels.elementary import sigmoid, tanh
from core.kernels.recurrent import group_size, packed, panels_shape
from core.kernels.tile import Space, ready, tile, tile_shape

TANH, RELU = 0, 1  # activation codes of the plain recurrent layer


@helper
def keep(state, before, y, t, time):
    """One row: the state after step t goes to the step that reads it next, and to y, which holds the last steps."""
    if t + 1 < time:
        after = before[t + 1]
        for j in range(after.size):
            after[j] = state[j]
    skipped = time - y.shape[0]
    if t >= skipped:
        out = y[t - skipped]
        for j in range(out.size):
            out[j] = state[j]


@kernel
def rnn_forward(panels, states, before, y, rows, width, group, activation, first, last):
    """states (batch, time, units) hold x W + b and become the states; before, y (batch, steps, units).

    Items are `group` rows of the batch.
    """
    batch, time, units = states.shape
    least = states.dtype.type(-np.inf)
    for item in range(first, last):
        row0, row1 = item * group, min(item * group + group, batch)
        before[row0:row1, 0] = 0
        for t in range(time):
            for column in range(0, units, width):
                for n in range(row0, row1, rows):
                    at = (n * time + t) * units
                    tile(
                        before, (at, time * units, 0, 0, 1), panels, (column * units, 0, 0, width), (1, 1, units),
                        states, (at + column, time * units, 1), states, (at + column, time * units),
                        min(rows, row1 - n), min(width, units - column), least,
                    )  # fmt: skip
            for n in range(row0, row1):
                state = states[n, t]
                if activation == RELU:
                    for j in range(state.size):
                        state[j] = 0 if state[j] <= 0 else state[j]
                else:
                    for j in range(state.size):
                        state[j] = tanh(state[j])
                keep(state, before[n], y[n], t, time)


@kernel
def rnn_backward(dy, panels, states, dsums, rows, width, group, activation, first, last):
    """dsums (batch, time, units) = the slopes before the activation: of step t, (dy + dsums of step t + 1, Uᵀ) act'."""
    batch, time, units = states.shape
    skipped = time - dy.shape[1]
    least, one = states.dtype.type(-np.inf), states.dtype.type(1)
    for item in range(first, last):
        row0, row1 = item * group, min(item * group + group, batch)
        for t in range(time - 1, -1, -1):
            for n in range(row0, row1):
                slope = dsums[n, t]
                if t >= skipped:
                    told = dy[n, t - skipped]
                    for j in range(slope.size):
                        slope[j] = told[j]
                else:
                    for j in range(slope.size):
                        slope[j] = 0
            if t + 1 < time:
                for column in range(0, units, width):
                    for n in range(row0, row1, rows):
                        to = (n * time + t) * units + column
                        tile(
                            dsums, ((n * time + t + 1) * units, time * units, 0, 0, 1),
                            panels, (column * units, 0, 0, width), (1, 1, units),
                            dsums, (to, time * units, 1), dsums, (to, time * units),
                            min(rows, row1 - n), min(width, units - column), least,
                        )  # fmt: skip
            for n in range(row0, row1):
                slope, state = dsums[n, t], states[n, t]
                if activation == RELU:
                    for j in range(slope.size):
                        slope[j] = 0 if state[j] <= 0 else slope[j]
                else:
                    for j in range(slope.size):
                        slope[j] *= (one - state[j]) * (one + state[j])


@helper
def gru_step_forward(gates, recurrent, before):
    """One row, one step: the gates in the order r, z, n, and the state (1 - z) n + z before, left in the place of h U + c."""
    units = before.size
    r, z, n = gates[:units], gates[units : 2 * units], gates[2 * units :]
    both, share = gates[: 2 * units], recurrent[: 2 * units]
    for j in range(both.size):
        both[j] = sigmoid(both[j] + share[j])
    memory = recurrent[2 * units :]
    for j in range(n.size):
        n[j] = tanh(n[j] + r[j] * memory[j])
    state = recurrent[:units]
    for j in range(state.size):
        state[j] = n[j] + z[j] * (before[j] - n[j])


@helper
def gru_step_backward(gates, memory, before, dstate, dgates, drecurrent):
    """One row, one step back: dgates and drecurrent before the activations, and dstate z, a part of dstate of the step before."""
    units = before.size
    one = gates.dtype.type(1)
    r, z, n = gates[:units], gates[units : 2 * units], gates[2 * units :]
    dr, dz, dn = dgates[:units], dgates[units : 2 * units], dgates[2 * units :]
    for j in range(units):  # one array is written in each loop, as in core/kernels/recurrent.py
        dn[j] = dstate[j] * (one - z[j]) * ((one - n[j]) * (one + n[j]))
    for j in range(units):
        dz[j] = dstate[j] * (before[j] - n[j]) * (z[j] * (one - z[j]))
    for j in range(units):
        dr[j] = dn[j] * memory[j] * (r[j] * (one - r[j]))
    same, both = drecurrent[: 2 * units], dgates[: 2 * units]
    for j in range(same.size):
        same[j] = both[j]
    scaled = drecurrent[2 * units :]
    for j in range(scaled.size):
        scaled[j] = dn[j] * r[j]
    for j in range(units):
        dstate[j] *= z[j]


@kernel
def gru_forward(panels, c, gates, recurrent, before, y, rows, width, group, first, last):
    """gates (batch, time, 3 units) hold x W + b and become the gates r, z, n; recurrent (batch, time, 3 units), before, y.

    recurrent[n, t] is h U + c; its last third stays for the way back, its first is the state after the step.
    """
    batch, time, units = before.shape
    columns = 3 * units
    least = gates.dtype.type(-np.inf)
    for item in range(first, last):
        row0, row1 = item * group, min(item * group + group, batch)
        before[row0:row1, 0] = 0
        for t in range(time):
            for column in range(0, columns, width):
                for n in range(row0, row1, rows):
                    tile(
                        before, ((n * time + t) * units, time * units, 0, 0, 1),
                        panels, (column * units, 0, 0, width), (1, 1, units),
                        c, (column, 0, 1), recurrent, ((n * time + t) * columns + column, time * columns),
                        min(rows, row1 - n), min(width, columns - column), least,
                    )  # fmt: skip
            for n in range(row0, row1):
                gru_step_forward(gates[n, t], recurrent[n, t], before[n, t])
                keep(recurrent[n, t, :units], before[n], y[n], t, time)


@kernel
def gru_backward(dy, panels, gates, recurrent, before, dstate, dgates, drecurrent, rows, width, group, first, last):
    """dgates and drecurrent (batch, time, 3 units), the slopes of x W + b and of h U + c; dstate (batch, units) runs along."""
    batch, time, units = before.shape
    skipped, depth = time - dy.shape[1], 3 * units
    least = gates.dtype.type(-np.inf)
    for item in range(first, last):
        row0, row1 = item * group, min(item * group + group, batch)
        dstate[row0:row1] = 0
        for t in range(time - 1, -1, -1):
            for n in range(row0, row1):
                if t >= skipped:
                    told, total = dy[n, t - skipped], dstate[n]
                    for j in range(total.size):
                        total[j] += told[j]
                memory = recurrent[n, t, 2 * units :]
                gru_step_backward(gates[n, t], memory, before[n, t], dstate[n], dgates[n, t], drecurrent[n, t])
            for column in range(0, units, width):
                for n in range(row0, row1, rows):
                    to = n * units + column
                    tile(
                        drecurrent, ((n * time + t) * depth, time * depth, 0, 0, 1),
                        panels, (column * depth, 0, 0, width), (1, 1, depth),
                        dstate, (to, units, 1), dstate, (to, units),
                        min(rows, row1 - n), min(width, units - column), least,
                    )  # fmt: skip


def rnn_space(batch: int, time: int, units: int, *, train: bool) -> Space:
    """Scratch of the two directions of a plain recurrent layer."""
    states = (batch, time, units)
    space: Space = {"states": states, "before": states, "recurrent_panels": panels_shape(batch, units, units)}
    if train:
        space |= {"dsums": states, "transposed_panels": panels_shape(batch, units, units)}
    return space


def gru_space(batch: int, time: int, units: int, *, train: bool) -> Space:
    """Scratch of the two directions of a GRU."""
    gates = (batch, time, 3 * units)
    space: Space = {"gates": gates, "recurrent": gates, "before": (batch, time, units)}
    space |= {"recurrent_panels": panels_shape(batch, units, 3 * units)}
    if train:
        space |= {"dgates": gates, "drecurrent": gates, "dstate": (batch, units)}
        space |= {"transposed_panels": panels_shape(batch, 3 * units, units)}
    return space


def rnn(U: Array, y: Array, scratch: Mapping[str, Array], activation: int) -> Calls:
    """From states that hold x W + b to the states, the states `before` each step, and y (batch, steps, units)."""
    given = tuple(scratch[name] for name in ("states", "before"))
    return _through_time(rnn_forward, U, scratch, (), (*given, y), activation)


def rnn_slopes(U: Array, dy: Array, scratch: Mapping[str, Array], activation: int) -> Calls:
    """From dy (batch, steps, units) to dsums (batch, time, units), backward through time."""
    given = tuple(scratch[name] for name in ("states", "dsums"))
    return _through_time(rnn_backward, U, scratch, (dy,), given, activation, transposed=True)


def gru(U: Array, c: Array, y: Array, scratch: Mapping[str, Array]) -> Calls:
    """From gates that hold x W + b to the gates, the states `before` each step, and y (batch, steps, units)."""
    given = tuple(scratch[name] for name in ("gates", "recurrent", "before"))
    return _through_time(gru_forward, U, scratch, (), (c, *given, y))


def gru_slopes(U: Array, dy: Array, scratch: Mapping[str, Array]) -> Calls:
    """From dy (batch, steps, units) to dgates and drecurrent (batch, time, 3 units), backward through time."""
    names = ("gates", "recurrent", "before", "dstate", "dgates", "drecurrent")
    return _through_time(gru_backward, U, scratch, (dy,), tuple(scratch[name] for name in names), transposed=True)


def _through_time(
    way: Any, U: Array, scratch: Mapping[str, Array], dy: tuple[Array, ...], given: tuple[Array, ...],
    *numbers: int, transposed: bool = False,
) -> Calls:  # fmt: skip
    """U into panels, then a kernel on groups of rows: on (dy, panels, what is given, sizes, numbers)."""
    ready(U.dtype)
    batch, time, units = scratch["before"].shape
    group = group_size(batch)
    rows, width = tile_shape(group, units if transposed else U.shape[1])
    panels = scratch["transposed_panels" if transposed else "recurrent_panels"]
    args: tuple[Argument, ...] = (*dy, panels, *given, rows, width, group, *numbers)
    return (
        packed(U, width, panels, transposed=transposed),
        Call(way, args, -(-batch // group), 2 * batch * time * U.size),
    )
