"""LSTM one number at a time, as the equations are written; no matrix product, nothing of ours."""

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
