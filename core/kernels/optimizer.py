"""One pass over the flat vector of all weights for each optimiser, and what is done to the gradient before.

Every kernel works on slices of `SLICE` weights. `rates` is float64 [learning rate, number of the step, from 1].
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.kernels._jit import kernel
from core.kernels.call import Argument, Array, Call, Calls

SLICE = 16384
PARTS = 16


def over_weights(kernel: Any, w: Array, *rest: Argument) -> Calls:
    """One call over flat vectors, cut in slices; nothing where there are no weights."""
    return (Call(kernel, (w, *rest), -(-w.size // SLICE)),) if w.size else ()


@kernel
def sgd(w, dw, rates, first, last):
    """w -= rate dw."""
    rate = w.dtype.type(rates[0])
    w, dw = w[first * SLICE : last * SLICE], dw[first * SLICE : last * SLICE]
    for i in range(w.size):
        w[i] -= rate * dw[i]


@kernel
def sgd_momentum(w, dw, v, rates, momentum, look_ahead, first, last):
    """v = momentum v + dw; w -= rate (v, or with look_ahead = 1, dw + momentum v)."""
    real = w.dtype.type
    rate, momentum = real(rates[0]), real(momentum)
    of_gradient, of_velocity = real(look_ahead), momentum if look_ahead else real(1)
    w, dw, v = w[first * SLICE : last * SLICE], dw[first * SLICE : last * SLICE], v[first * SLICE : last * SLICE]
    for i in range(w.size):
        v[i] = momentum * v[i] + dw[i]
        w[i] -= rate * (of_gradient * dw[i] + of_velocity * v[i])


@kernel
def adam(w, dw, m, v, rates, beta1, beta2, epsilon, decay, first, last):
    """w -= rate decay w; m, v = running means of dw, dw²; w -= rate m̂ / (√v̂ + epsilon); a hat undoes the start at 0."""
    real = w.dtype.type
    kept = real(1 - rates[0] * decay)
    rate = real(rates[0] / (1 - beta1 ** rates[1]))
    root = real(1 / math.sqrt(1 - beta2 ** rates[1]))
    fresh1, fresh2, epsilon = real(1 - beta1), real(1 - beta2), real(epsilon)
    w, dw = w[first * SLICE : last * SLICE], dw[first * SLICE : last * SLICE]
    m, v = m[first * SLICE : last * SLICE], v[first * SLICE : last * SLICE]
    for i in range(w.size):
        m[i] += fresh1 * (dw[i] - m[i])
        v[i] += fresh2 * (dw[i] * dw[i] - v[i])
        w[i] = kept * w[i] - rate * m[i] / (math.sqrt(v[i]) * root + epsilon)


@kernel
def rmsprop(w, dw, v, rates, rho, epsilon, first, last):
    """v = rho v + (1 - rho) dw²; w -= rate dw / (√v + epsilon)."""
    real = w.dtype.type
    rate, fresh, epsilon = real(rates[0]), real(1 - rho), real(epsilon)
    w, dw, v = w[first * SLICE : last * SLICE], dw[first * SLICE : last * SLICE], v[first * SLICE : last * SLICE]
    for i in range(w.size):
        v[i] += fresh * (dw[i] * dw[i] - v[i])
        w[i] -= rate * dw[i] / (math.sqrt(v[i]) + epsilon)


@kernel
def adagrad(w, dw, v, rates, epsilon, first, last):
    """v += dw²; w -= rate dw / (√v + epsilon)."""
    real = w.dtype.type
    rate, epsilon = real(rates[0]), real(epsilon)
    w, dw, v = w[first * SLICE : last * SLICE], dw[first * SLICE : last * SLICE], v[first * SLICE : last * SLICE]
    for i in range(w.size):
        v[i] += dw[i] * dw[i]
        w[i] -= rate * dw[i] / (math.sqrt(v[i]) + epsilon)


@kernel
def adadelta(w, dw, v, u, rates, rho, epsilon, first, last):
    """v = mean of dw²; d = √(u + epsilon) / √(v + epsilon) dw; u = mean of d²; w -= rate d."""
    real = w.dtype.type
    rate, fresh, epsilon = real(rates[0]), real(1 - rho), real(epsilon)
    w, dw = w[first * SLICE : last * SLICE], dw[first * SLICE : last * SLICE]
    v, u = v[first * SLICE : last * SLICE], u[first * SLICE : last * SLICE]
    for i in range(w.size):
        v[i] += fresh * (dw[i] * dw[i] - v[i])
        d = math.sqrt((u[i] + epsilon) / (v[i] + epsilon)) * dw[i]
        u[i] += fresh * (d * d - u[i])
        w[i] -= rate * d


@kernel
def add_penalty(w, dw, l1, l2, first, last):
    """dw += l1 sign(w) + 2 l2 w."""
    real = w.dtype.type
    zero, l1, twice = real(0), real(l1), real(2 * l2)
    w, dw = w[first * SLICE : last * SLICE], dw[first * SLICE : last * SLICE]
    for i in range(w.size):
        sign = l1 if w[i] > 0 else (-l1 if w[i] < 0 else zero)
        dw[i] += sign + twice * w[i]


def regularise(w: Array, dw: Array, l1: float, l2: float) -> Calls:
    """The gradient of l1 Σ|w| + l2 Σw² is added to dw; both vectors hold only the weights that are meant."""
    return over_weights(add_penalty, w, dw, l1, l2)


@kernel
def sum_squares(x, partial, first, last):
    """partial[p] = Σ x² over part p, in float64 so that it cannot overflow."""
    for p in range(first, last):
        part = x[p * x.size // partial.size : (p + 1) * x.size // partial.size]
        total = 0.0
        for i in range(part.size):
            total += np.float64(part[i]) * np.float64(part[i])
        partial[p] = total


@kernel
def shrink(x, partial, limit, first, last):
    """x is scaled to the length `limit` where it is longer; partial holds its sums of squares."""
    total = 0.0
    for p in range(partial.size):
        total += partial[p]
    factor = limit / (math.sqrt(total) + 1e-6)
    if factor >= 1:
        return
    factor = x.dtype.type(factor)
    x = x[first * SLICE : last * SLICE]
    for i in range(x.size):
        x[i] *= factor


def clip_norm(dw: Array, limit: float) -> Calls:
    """The whole gradient is shortened to the length `limit` where it is longer (Pascanu et al., 2013)."""
    partial = np.empty(PARTS)
    return (Call(sum_squares, (dw, partial), PARTS), *over_weights(shrink, dw, partial, limit))


@kernel
def cut(x, limit, first, last):
    """x[i] is brought between -limit and limit; NaN stays NaN."""
    limit = x.dtype.type(limit)
    x = x[first * SLICE : last * SLICE]
    for i in range(x.size):
        x[i] = limit if x[i] > limit else (-limit if x[i] < -limit else x[i])


def clip_value(dw: Array, limit: float) -> Calls:
    """Every number of the gradient is cut off at ±limit."""
    return over_weights(cut, dw, limit)


@kernel
def silence(w, dw, at, kept, first, last):
    """dw[at[i]] = 0, and kept[i] = w[at[i]]."""
    for i in range(first * SLICE, min(last * SLICE, at.size)):
        dw[at[i]] = 0
        kept[i] = w[at[i]]


@kernel
def put_back(kept, at, w, first, last):
    """w[at[i]] = kept[i]."""
    for i in range(first * SLICE, min(last * SLICE, at.size)):
        w[at[i]] = kept[i]


def hold(w: Array, dw: Array, at: Array) -> tuple[Calls, Calls]:
    """What is done before and after an update so that the weights `at` do not move by a bit, whatever the optimiser does."""
    if not at.size:
        return (), ()
    kept, items = np.empty(at.size, w.dtype), -(-at.size // SLICE)
    return (Call(silence, (w, dw, at, kept), items),), (Call(put_back, (kept, at, w), items),)
