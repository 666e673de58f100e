"""Elementary functions that LLVM can work out for a whole vector at a time; the C library takes one number a call.

Each is written twice. In float64, which serves checks only, it is the C library's own. In float32 it is a short
polynomial without branches, right to two or three units in the last place. NaN goes in and comes out, infinities
give their limits. The polynomials are minimax fits of our own (Remez exchange in 40 digits), from the constant upwards.

Results too small for a normal float32 become 0: arithmetic on such numbers takes up to fifty times as long.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir

from core.kernels._jit import cgutils, intrinsic, overload, types

_OPTIONS: Any = {"fastmath": {"contract"}, "error_model": "numpy"}  # no reassociation: the order below keeps the digits


def _in_single(function: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Kernels that call `function` with a float32 get the decorated form; with a float64, `function` as it stands."""

    def register(single: Callable[..., Any]) -> Callable[..., Any]:
        overload(function, jit_options=_OPTIONS)(lambda x: single if x == types.float32 else function)
        return single

    return register


def _singles(*values: float) -> tuple[np.float32, ...]:
    return tuple(np.float32(v) for v in values)


ZERO, HALF, ONE, TWO, TEN, INFINITY = _singles(0, 0.5, 1, 2, 10, math.inf)
LOG2_E, LN2_HIGH, LN2_LOW = _singles(1 / math.log(2), 355 / 512, math.log(2) - 355 / 512)  # n _HIGH is exact
ROUNDER = np.float32(1.5 * 2**23)  # adding it rounds to a whole number, which is left in the low bits
ROUNDER_BITS, MANTISSA_BITS = np.int32(ROUNDER.view(np.int32)), np.int32(23)
SMALLEST, LARGEST = _singles(-86.9, 88.72283)  # beyond these, e**x is 0 or infinity
# (e**r - 1 - r) / r**2 for |r| <= ln 2 / 2
E0, E1, E2, E3, E4 = EXP = _singles(0.500000006119, 0.166665432989, 0.0416662810765, 0.00836659178464, 0.00139466504467)
# (artanh(s) / s - 1) / s**2 in powers of s**2, for s <= 1/3
_L0, _L1, _L2, _L3 = _singles(0.33333212508, 0.200105836112, 0.140031578739, 0.139971835082)
# Φ(-a) e**(a**2 / 2) / t in powers of t = 1 / (1 + 0.35 a), for a >= 0
_NEARNESS = np.float32(0.35)
_T0, _T1, _T2, _T3, _T4 = _singles(0.1396214042, 0.1398618719, 0.1198328477, 0.105508099, -0.02311010082)
_T5, _T6, _T7, _T8 = _singles(0.1591746095, -0.2557147048, 0.143971944, -0.02914598668)
_HIGHEST_DENSITY = np.float32(math.sqrt(0.5 / math.pi))


def exp(x):
    """e**x."""
    return math.exp(x)


def tanh(x):
    """The hyperbolic tangent."""
    return math.tanh(x)


def sigmoid(x):
    """1 / (1 + e**-x)."""
    return 1 / (1 + exp(-x))


def log1p(x):
    """ln(1 + x), for 0 <= x <= 1."""
    return math.log1p(x)


def normal(x):
    """Φ(x), the share of a standard normal distribution below x, and φ(x), its density there."""
    return 0.5 * math.erfc(-x * math.sqrt(0.5)), math.sqrt(0.5 / math.pi) * math.exp(-0.5 * x * x)


def larger(a, b):
    """The larger of two; NaN where either is NaN."""
    return a if a >= b or math.isnan(a) else b


def _split(x):
    """p and s with e**x = 2 s (1 + p), s a power of two: half of what it might be, so that it never overflows."""
    shifted = np.float32(x * LOG2_E + ROUNDER)
    n = shifted - ROUNDER
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    p = r + r * r * (E0 + r * (E1 + r * (E2 + r * (E3 + r * E4))))
    exponent = np.int32(shifted.view(np.int32) - ROUNDER_BITS + 126)
    return p, np.int32(exponent << MANTISSA_BITS).view(np.float32)


overload(_split, jit_options=_OPTIONS)(lambda x: _split)


@_in_single(exp)
def _exp(x):
    p, s = _split(x)
    y = (TWO + (p + p)) * s
    return ZERO if x < SMALLEST else (INFINITY if x > LARGEST else y)


@_in_single(tanh)
def _tanh(x):
    """m / (m + 2) with m = e**(2x) - 1, which keeps all digits of a small x; from 9.02 on it is 1."""
    x = TEN if x > TEN else (-TEN if x < -TEN else x)
    p, s = _split(x + x)
    s += s
    m = p * s + (s - ONE)
    return m / (m + TWO)


@_in_single(sigmoid)
def _sigmoid(x):
    return ONE / (ONE + exp(-x))


@_in_single(log1p)
def _log1p(x):
    """2 artanh(s) with s = x / (2 + x)."""
    s = x / (TWO + x)
    z = s * s
    s += s
    return s + s * z * (_L0 + z * (_L1 + z * (_L2 + z * _L3)))


@_in_single(normal)
def _normal(x):
    bell = exp(-HALF * x * x)
    t = ONE / (ONE + _NEARNESS * abs(x))
    high = _T4 + t * (_T5 + t * (_T6 + t * (_T7 + t * _T8)))
    tail = bell * t * (_T0 + t * (_T1 + t * (_T2 + t * (_T3 + t * high))))
    return (tail if x < ZERO else ONE - tail), bell * _HIGHEST_DENSITY


@intrinsic
def _maximum(context, a, b):
    """llvm.maximum, which LLVM knows how to spread over lanes; a comparison it must leave in order, because of NaN."""

    def write(context, builder, signature, args):
        kind, name = args[0].type, f"llvm.maximum.f{signature.args[0].bitwidth}"
        function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind, kind]), name)
        return builder.call(function, args)

    return a(a, a), write


def _larger(a, b):
    return _maximum(a, b)


overload(larger, jit_options=_OPTIONS)(lambda a, b: _larger)
