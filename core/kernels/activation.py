"""Activations over flat arrays, and softmax over rows. Each backward reads only what its forward left behind.

A kernel takes its share as a slice first: an index that counts from 0 is known not to be negative, and only then does
LLVM use plain vectors (measured: 0.10 ns an element for ReLU, 0.41 without).
"""

from __future__ import annotations

import math
from typing import Any

from core.kernels._jit import helper, kernel
from core.kernels.call import Argument, Array, Call, Calls
from core.kernels.elementary import exp, larger, log1p, normal, sigmoid, tanh

SLICE = 4096  # elements an item holds: enough to hide the cost of a call, small enough to share out


def elementwise(kernel: Any, *arrays: Array, numbers: tuple[Argument, ...] = ()) -> Calls:
    """One call of an element-by-element kernel over arrays of one size, cut in slices, and what else it takes."""
    flat = tuple(a.reshape(-1) for a in arrays)
    return (Call(kernel, (*flat, *numbers), -(-arrays[0].size // SLICE)),)


def rowwise(kernel: Any, rows: int, width: int, *args: Argument) -> Calls:
    """One call of a kernel that works row by row; an item is `step` rows, about as much work as a slice."""
    step = max(1, SLICE // width)
    return (Call(kernel, (*args, step), -(-rows // step)),)


def table(array: Array, width: int) -> Array:
    """The same memory as rows of `width` numbers."""
    return array.reshape(array.size // width, width)


@kernel
def relu_forward(x, y, first, last):
    """y[i] = max(x[i], 0)."""
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = 0 if x[i] <= 0 else x[i]  # this way round, NaN passes and is found


@kernel
def relu_backward(y, dy, dx, first, last):
    """dx[i] = dy[i] where y[i] > 0, else 0; the slope at 0 is 0."""
    y, dy, dx = y[first * SLICE : last * SLICE], dy[first * SLICE : last * SLICE], dx[first * SLICE : last * SLICE]
    for i in range(y.size):
        dx[i] = 0 if y[i] <= 0 else dy[i]


@kernel
def leaky_relu_forward(x, y, slope, first, last):
    """y[i] = x[i] where x[i] > 0, else slope x[i]."""
    slope = x.dtype.type(slope)
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = slope * x[i] if x[i] <= 0 else x[i]


@kernel
def leaky_relu_backward(y, dy, dx, slope, first, last):
    """dx[i] = dy[i] where y[i] > 0, else slope dy[i]."""
    slope = y.dtype.type(slope)
    y, dy, dx = y[first * SLICE : last * SLICE], dy[first * SLICE : last * SLICE], dx[first * SLICE : last * SLICE]
    for i in range(y.size):
        dx[i] = slope * dy[i] if y[i] <= 0 else dy[i]


@kernel
def sigmoid_forward(x, y, first, last):
    """y[i] = 1 / (1 + exp(-x[i]))."""
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = sigmoid(x[i])


@kernel
def sigmoid_backward(y, dy, dx, first, last):
    """dx[i] = dy[i] y[i] (1 - y[i])."""
    one = y.dtype.type(1)
    y, dy, dx = y[first * SLICE : last * SLICE], dy[first * SLICE : last * SLICE], dx[first * SLICE : last * SLICE]
    for i in range(y.size):
        dx[i] = dy[i] * (y[i] * (one - y[i]))


@kernel
def tanh_forward(x, y, first, last):
    """y[i] = tanh(x[i])."""
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = tanh(x[i])


@kernel
def tanh_backward(y, dy, dx, first, last):
    """dx[i] = dy[i] (1 - y[i] y[i])."""
    one = y.dtype.type(1)
    y, dy, dx = y[first * SLICE : last * SLICE], dy[first * SLICE : last * SLICE], dx[first * SLICE : last * SLICE]
    for i in range(y.size):
        dx[i] = dy[i] * ((one - y[i]) * (one + y[i]))


@kernel
def gelu_forward(x, y, first, last):
    """y[i] = x[i] Φ(x[i])."""
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        below, _ = normal(x[i])
        y[i] = x[i] * below


@kernel
def gelu_learning(x, y, slope, first, last):
    """y[i] = x[i] Φ(x[i]); slope[i] = Φ(x[i]) + x[i] φ(x[i]), which comes with it nearly for nothing."""
    x, y, slope = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE], slope[first * SLICE : last * SLICE]
    for i in range(x.size):
        below, density = normal(x[i])
        y[i] = x[i] * below
        slope[i] = below + x[i] * density


ROOT, CUBIC = math.sqrt(2 / math.pi), 0.044715  # of Hendrycks and Gimpel's approximation


@kernel
def gelu_tanh_forward(x, y, first, last):
    """y[i] = x[i] (1 + tanh(√(2/π) (x[i] + 0.044715 x[i]³))) / 2."""
    real = x.dtype.type
    half, one, root, cubic = real(0.5), real(1), real(ROOT), real(ROOT * CUBIC)
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = half * x[i] * (one + tanh(x[i] * (root + cubic * x[i] * x[i])))


@kernel
def gelu_tanh_learning(x, y, slope, first, last):
    """The same y; slope[i] = (1 + t + x[i] (1 - t²) √(2/π) (1 + 3·0.044715 x[i]²)) / 2, with t the tanh in it."""
    real = x.dtype.type
    half, one, root, cubic, steep = real(0.5), real(1), real(ROOT), real(ROOT * CUBIC), real(3 * ROOT * CUBIC)
    x, y, slope = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE], slope[first * SLICE : last * SLICE]
    for i in range(x.size):
        square = x[i] * x[i]
        t = tanh(x[i] * (root + cubic * square))
        y[i] = half * x[i] * (one + t)
        slope[i] = half * (one + t + x[i] * ((one - t) * (one + t)) * (root + steep * square))


@kernel
def softmax_forward(x, y, step, first, last):
    """y[r, j] = exp(x[r, j] - m) / Σ_k exp(x[r, k] - m), with m the largest of row r, so that nothing overflows."""
    for r in range(first * step, min(last * step, x.shape[0])):
        row, out = x[r], y[r]
        top = row[0]
        for j in range(row.size):
            top = larger(top, row[j])
        total = x.dtype.type(0)
        for j in range(row.size):
            out[j] = exp(row[j] - top)
            total += out[j]
        share = x.dtype.type(1) / total
        for j in range(row.size):
            out[j] *= share


@kernel
def softmax_backward(y, dy, dx, step, first, last):
    """dx[r, j] = y[r, j] (dy[r, j] - Σ_k dy[r, k] y[r, k])."""
    for r in range(first * step, min(last * step, y.shape[0])):
        p, slope, out = y[r], dy[r], dx[r]
        mean = y.dtype.type(0)
        for j in range(p.size):
            mean += slope[j] * p[j]
        for j in range(p.size):
            out[j] = p[j] * (slope[j] - mean)


@kernel
def elu_forward(x, y, alpha, scale, first, last):
    """y[i] = scale x[i] where x[i] > 0, else scale alpha (exp(x[i]) - 1)."""
    real = x.dtype.type
    bottom, scale, one = real(alpha * scale), real(scale), real(1)
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = bottom * (exp(x[i]) - one) if x[i] <= 0 else scale * x[i]


@kernel
def elu_backward(y, dy, dx, alpha, scale, first, last):
    """dx[i] = scale dy[i] where y[i] > 0, else (y[i] + scale alpha) dy[i]."""
    bottom, scale = y.dtype.type(alpha * scale), y.dtype.type(scale)
    y, dy, dx = y[first * SLICE : last * SLICE], dy[first * SLICE : last * SLICE], dx[first * SLICE : last * SLICE]
    for i in range(y.size):
        dx[i] = (y[i] + bottom) * dy[i] if y[i] <= 0 else scale * dy[i]


@kernel
def silu_forward(x, y, first, last):
    """y[i] = x[i] sigmoid(x[i])."""
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = x[i] * sigmoid(x[i])


@kernel
def silu_backward(x, dy, dx, first, last):
    """dx[i] = dy[i] s (1 + x[i] (1 - s)), with s = sigmoid(x[i])."""
    one = x.dtype.type(1)
    x, dy, dx = x[first * SLICE : last * SLICE], dy[first * SLICE : last * SLICE], dx[first * SLICE : last * SLICE]
    for i in range(x.size):
        s = sigmoid(x[i])
        dx[i] = dy[i] * (s * (one + x[i] * (one - s)))


@helper
def mish_gate(x):
    """t = tanh(ln(1 + e**x)), 1 - t² and sigmoid(x), from e**-|x|, which never overflows."""
    one, two = type(x)(1), type(x)(2)
    e = exp(-abs(x))
    above = one + two * e if x > 0 else e * (e + two)  # t = above / (above + rest)
    rest = two * e * e if x > 0 else two
    whole, share = one / (above + rest), one / (one + e)
    return above * whole, rest * whole * (above + above + rest) * whole, share if x > 0 else e * share


@kernel
def mish_forward(x, y, first, last):
    """y[i] = x[i] tanh(ln(1 + exp(x[i])))."""
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        t, _, _ = mish_gate(x[i])
        y[i] = x[i] * t


@kernel
def mish_backward(x, dy, dx, first, last):
    """dx[i] = dy[i] (t + x[i] (1 - t²) sigmoid(x[i])), with t the tanh of the forward."""
    x, dy, dx = x[first * SLICE : last * SLICE], dy[first * SLICE : last * SLICE], dx[first * SLICE : last * SLICE]
    for i in range(x.size):
        t, slope, s = mish_gate(x[i])
        dx[i] = dy[i] * (t + x[i] * (slope * s))


@kernel
def softplus_forward(x, y, beta, first, last):
    """y[i] = ln(1 + exp(beta x[i])) / beta, as max(x[i], 0) + ln(1 + exp(-beta |x[i]|)) / beta: nothing overflows."""
    real = x.dtype.type
    zero, beta, share = real(0), real(beta), real(1 / beta)
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = larger(x[i], zero) + share * log1p(exp(-beta * abs(x[i])))


@kernel
def softplus_backward(x, dy, dx, beta, first, last):
    """dx[i] = dy[i] sigmoid(beta x[i])."""
    beta = x.dtype.type(beta)
    x, dy, dx = x[first * SLICE : last * SLICE], dy[first * SLICE : last * SLICE], dx[first * SLICE : last * SLICE]
    for i in range(x.size):
        dx[i] = dy[i] * sigmoid(beta * x[i])


@kernel
def hard_sigmoid_forward(x, y, first, last):
    """y[i] = x[i] / 6 + 1/2, cut off at 0 and 1."""
    real = x.dtype.type
    zero, half, one, three, sixth = real(0), real(0.5), real(1), real(3), real(1 / 6)
    x, y = x[first * SLICE : last * SLICE], y[first * SLICE : last * SLICE]
    for i in range(x.size):
        y[i] = zero if x[i] <= -three else (one if x[i] >= three else x[i] * sixth + half)


@kernel
def hard_sigmoid_backward(x, dy, dx, first, last):
    """dx[i] = dy[i] / 6 where -3 < x[i] < 3, else 0."""
    real = x.dtype.type
    zero, three, sixth = real(0), real(3), real(1 / 6)
    x, dy, dx = x[first * SLICE : last * SLICE], dy[first * SLICE : last * SLICE], dx[first * SLICE : last * SLICE]
    for i in range(x.size):
        dx[i] = zero if abs(x[i]) >= three else dy[i] * sixth


@kernel
def log_softmax_forward(x, y, step, first, last):
    """y[r, j] = x[r, j] - m - ln Σ_k exp(x[r, k] - m), with m the largest of row r, so that nothing overflows."""
    for r in range(first * step, min(last * step, x.shape[0])):
        row, out = x[r], y[r]
        top = row[0]
        for j in range(row.size):
            top = larger(top, row[j])
        total = x.dtype.type(0)
        for j in range(row.size):
            out[j] = row[j] - top  # kept, so that the logarithm is not first added to a large top
            total += exp(out[j])
        level = math.log(total)
        for j in range(row.size):
            out[j] -= level


@kernel
def log_softmax_backward(y, dy, dx, step, first, last):
    """dx[r, j] = dy[r, j] - exp(y[r, j]) Σ_k dy[r, k]."""
    for r in range(first * step, min(last * step, y.shape[0])):
        row, slope, out = y[r], dy[r], dx[r]
        total = y.dtype.type(0)
        for j in range(row.size):
            total += slope[j]
        for j in range(row.size):
            out[j] = slope[j] - exp(row[j]) * total
