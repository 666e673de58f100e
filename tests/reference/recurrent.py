"""Recurrent layers one number at a time, as the equations are written; no matrix product, nothing of ours."""

from __future__ import annotations

import math

import numpy as np


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def lstm(x, W, U, b):
    """(states, cells, gates) after every step for one row x (time, features); gates i, f, g, o beside one another."""
    units = U.shape[0]
    h, c = [0.0] * units, [0.0] * units
    states, cells, gates = [], [], []
    for now in x:
        z = [
            b[j] + sum(now[i] * W[i, j] for i in range(len(now))) + sum(h[i] * U[i, j] for i in range(units))
            for j in range(4 * units)
        ]
        i, f, g, o = (z[k * units : (k + 1) * units] for k in range(4))
        i, f, g, o = (
            [sigmoid(v) for v in i],
            [sigmoid(v) for v in f],
            [math.tanh(v) for v in g],
            [sigmoid(v) for v in o],
        )
        c = [f[j] * c[j] + i[j] * g[j] for j in range(units)]
        h = [o[j] * math.tanh(c[j]) for j in range(units)]
        states.append(h)
        cells.append(c)
        gates.append([*i, *f, *g, *o])
    return np.array(states), np.array(cells), np.array(gates)


def rnn(x, W, U, b, activation):
    """States after every step for one row x (time, features)."""
    units = U.shape[0]
    h, states = [0.0] * units, []
    for now in x:
        h = [activation(_sum(now, W, j) + _sum(h, U, j) + b[j]) for j in range(units)]
        states.append(h)
    return np.array(states)


def gru(x, W, U, b, c):
    """(states, gates) after every step for one row x (time, features); gates r, z, n beside one another."""
    units = U.shape[0]
    h, states, gates = [0.0] * units, [], []
    for now in x:
        given = [_sum(now, W, j) + b[j] for j in range(3 * units)]
        kept = [_sum(h, U, j) + c[j] for j in range(3 * units)]
        r = [sigmoid(given[j] + kept[j]) for j in range(units)]
        z = [sigmoid(given[units + j] + kept[units + j]) for j in range(units)]
        n = [math.tanh(given[2 * units + j] + r[j] * kept[2 * units + j]) for j in range(units)]
        h = [(1 - z[j]) * n[j] + z[j] * h[j] for j in range(units)]
        states.append(h)
        gates.append([*r, *z, *n])
    return np.array(states), np.array(gates)


def _sum(row, matrix, j):
    return sum(row[i] * matrix[i, j] for i in range(len(row)))
