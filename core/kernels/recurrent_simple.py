"""A plain recurrent layer and a GRU through time, in the manner of `core/kernels/recurrent.py`.

The rows of the batch go through the whole sequence on their own, those of a thread together. The share of the input is one product
over all steps, done before. `before[n, t]` is the state before step t: what the step reads, and later what dU is made of.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.kernels._jit import helper, kernel
from core.kernels.call import Array, Calls
from core.kernels.elementary import sigmoid, tanh
from core.kernels.mask import counts
from core.kernels.recurrent import GROUP, begin, copy_row, panels_shape, through_time
from core.kernels.tile import Space, tile

TANH, RELU = 0, 1  # activation codes of the plain recurrent layer


@helper
def keep(state, before, y, t, time):
    """One row: the state after step t goes to the step that reads it next, and to y, which holds the last steps."""
    if t + 1 < time:
        copy_row(state, before[t + 1])
    skipped = time - y.shape[0]
    if t >= skipped:
        copy_row(state, y[t - skipped])


@kernel
def rnn_forward(panels, mask, h, states, before, y, end, activation, rows, width, first, last):
    """states (batch, time, units) hold x W + b and become the states; before, y (batch, steps, units), end (batch, units).

    They begin with h, and pass through a step that does not count. Items are GROUP rows of the batch.
    """
    batch, time, units = states.shape
    least = states.dtype.type(-np.inf)
    row0, row1 = first * GROUP, min(last * GROUP, batch)
    begin(before[:, 0], h, row0, row1)
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
            if not counts(mask, n, t):
                copy_row(before[n, t], state)
            elif activation == RELU:
                for j in range(state.size):
                    state[j] = 0 if state[j] <= 0 else state[j]
            else:
                for j in range(state.size):
                    state[j] = tanh(state[j])
            keep(state, before[n], y[n], t, time)
    for n in range(row0, row1):
        copy_row(states[n, time - 1], end[n])


@kernel
def rnn_backward(dy, dh, panels, mask, states, dstate, dsums, activation, rows, width, first, last):
    """dsums (batch, time, units) = dstate act', the slopes before the activation.

    dstate (batch, units) runs along, from dh, the slope of the last state, to that of the first.
    """
    batch, time, units = states.shape
    skipped = time - dy.shape[1]
    least, one = states.dtype.type(-np.inf), states.dtype.type(1)
    row0, row1 = first * GROUP, min(last * GROUP, batch)
    begin(dstate, dh, row0, row1)
    for t in range(time - 1, -1, -1):
        for n in range(row0, row1):
            total, slope, state = dstate[n], dsums[n, t], states[n, t]
            if t >= skipped:
                told = dy[n, t - skipped]
                for j in range(total.size):
                    total[j] += told[j]
            if not counts(mask, n, t):
                slope[:] = 0
                continue
            if activation == RELU:
                for j in range(slope.size):
                    slope[j] = 0 if state[j] <= 0 else total[j]
            else:
                for j in range(slope.size):
                    slope[j] = total[j] * ((one - state[j]) * (one + state[j]))
            for j in range(total.size):
                total[j] = 0
        for column in range(0, units, width):
            for n in range(row0, row1, rows):
                to = n * units + column
                tile(
                    dsums, ((n * time + t) * units, time * units, 0, 0, 1),
                    panels, (column * units, 0, 0, width), (1, 1, units),
                    dstate, (to, units, 1), dstate, (to, units),
                    min(rows, row1 - n), min(width, units - column), least,
                )  # fmt: skip


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
    copy_row(dgates[: 2 * units], drecurrent[: 2 * units])
    scaled = drecurrent[2 * units :]
    for j in range(scaled.size):
        scaled[j] = dn[j] * r[j]
    for j in range(units):
        dstate[j] *= z[j]


@kernel
def gru_forward(panels, mask, h, c, gates, recurrent, before, y, end, rows, width, first, last):
    """gates (batch, time, 3 units) hold x W + b and become the gates r, z, n; recurrent (batch, time, 3 units), before, y.

    recurrent[n, t] is h U + c; its last third stays for the way back, its first is the state after the step. States begin
    with h and end in `end` (batch, units). A step that does not count has z = 1, the other gates 0: the state passes, and
    so does its slope on the way back, which needs no mask.
    """
    batch, time, units = before.shape
    columns = 3 * units
    least, one = gates.dtype.type(-np.inf), gates.dtype.type(1)
    row0, row1 = first * GROUP, min(last * GROUP, batch)
    begin(before[:, 0], h, row0, row1)
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
            if counts(mask, n, t):
                gru_step_forward(gates[n, t], recurrent[n, t], before[n, t])
            else:
                gates[n, t] = 0
                gates[n, t, units : 2 * units] = one
                copy_row(before[n, t], recurrent[n, t, :units])
            keep(recurrent[n, t, :units], before[n], y[n], t, time)
    for n in range(row0, row1):
        copy_row(recurrent[n, time - 1, :units], end[n])


@kernel
def gru_backward(dy, dh, panels, gates, recurrent, before, dstate, dgates, drecurrent, rows, width, first, last):
    """dgates and drecurrent (batch, time, 3 units), the slopes of x W + b and of h U + c.

    dstate (batch, units) runs along, from dh, the slope of the last state, to that of the first.
    """
    batch, time, units = before.shape
    skipped, depth = time - dy.shape[1], 3 * units
    least = gates.dtype.type(-np.inf)
    row0, row1 = first * GROUP, min(last * GROUP, batch)
    begin(dstate, dh, row0, row1)
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
    space: Space = {"states": states, "before": states, "state": (batch, units)}
    space |= {"recurrent_panels": panels_shape(batch, units, units)}
    if train:
        space |= {"dsums": states, "transposed_panels": panels_shape(batch, units, units)}
    return space


def gru_space(batch: int, time: int, units: int, *, train: bool) -> Space:
    """Scratch of the two directions of a GRU."""
    gates = (batch, time, 3 * units)
    space: Space = {"gates": gates, "recurrent": gates, "before": (batch, time, units), "state": (batch, units)}
    space |= {"recurrent_panels": panels_shape(batch, units, 3 * units)}
    if train:
        space |= {"dgates": gates, "drecurrent": gates}
        space |= {"transposed_panels": panels_shape(batch, 3 * units, units)}
    return space


def rnn(
    U: Array, mask: Array, start: Array, y: Array, end: Array, scratch: Mapping[str, Array], activation: int
) -> Calls:
    """From states that hold x W + b to the states, the states `before` each step, and y (batch, steps, units).

    `start` and `end` are the states (batch, units) before the first step and after the last; start may be (0, units).
    """
    given = (mask, start, scratch["states"], scratch["before"], y, end, activation)
    return through_time(rnn_forward, U, scratch["before"].shape[:2], scratch["recurrent_panels"], (), given)


def rnn_slopes(
    U: Array, mask: Array, dy: Array, dend: Array, dstart: Array, scratch: Mapping[str, Array], activation: int
) -> Calls:
    """From dy (batch, steps, units) and the slope of the last state to dsums (batch, time, units) and dstart."""
    given = (mask, scratch["states"], dstart, scratch["dsums"], activation)
    return through_time(rnn_backward, U, scratch["before"].shape[:2], scratch["transposed_panels"], (dy, dend), given)


def gru(U: Array, c: Array, mask: Array, start: Array, y: Array, end: Array, scratch: Mapping[str, Array]) -> Calls:
    """From gates that hold x W + b to the gates, the states `before` each step, and y (batch, steps, units)."""
    given = (mask, start, c, *(scratch[name] for name in ("gates", "recurrent", "before")), y, end)
    return through_time(gru_forward, U, scratch["before"].shape[:2], scratch["recurrent_panels"], (), given)


def gru_slopes(U: Array, dy: Array, dend: Array, dstart: Array, scratch: Mapping[str, Array]) -> Calls:
    """From dy (batch, steps, units) and the slope of the last state to dgates, drecurrent (batch, time, 3 units), dstart."""
    given = (
        *(scratch[name] for name in ("gates", "recurrent", "before")),
        dstart,
        scratch["dgates"],
        scratch["drecurrent"],
    )
    return through_time(gru_backward, U, scratch["before"].shape[:2], scratch["transposed_panels"], (dy, dend), given)
