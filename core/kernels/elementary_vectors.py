"""The functions of `elementary.py` on whole vectors, for loops that LLVM does not turn into vectors in one pass.

The polynomials are the same. A float64, which serves checks only, goes to the C library one lane at a time.
A polynomial is a chain in which each instruction waits for the one before, and the processor looks only some sixty
instructions ahead; so several registers are worked on side by side, as one long vector that LLVM takes apart.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from core.kernels._jit import cgutils
from core.kernels.elementary import (
    EXP,
    INFINITY,
    LARGEST,
    LN2_HIGH,
    LN2_LOW,
    LOG2_E,
    MANTISSA_BITS,
    ROUNDER,
    ROUNDER_BITS,
    SMALLEST,
    TEN,
)
from core.kernels.vectors import I32, LANES, Vectors

TOGETHER = 4 * LANES  # numbers of such a vector: a sigmoid takes 13 cycles for LANES of them, alone 16


class Elementary(Vectors):
    """Writes the exponential function and what is made of it."""

    def __init__(self, context: Any, builder: ir.IRBuilder, kind: Any) -> None:
        super().__init__(builder, context.get_value_type(kind), kind.bitwidth, TOGETHER)
        self.single = kind.bitwidth == 32
        self.one = self.constant(1.0)

    def combine(self, x: ir.Value, y: ir.Value, z: ir.Value) -> ir.Value:
        """The sum x y + z."""
        return self.builder.call(self.fma, [x, y, z])

    def exp(self, x: ir.Value) -> ir.Value:
        """The exponential function."""
        if not self.single:
            return self._one_by_one("exp", x)
        b, (p, s) = self.builder, self._split(x)
        y = b.fmul(b.fadd(self.constant(2.0), b.fadd(p, p)), s)
        y = b.select(b.fcmp_ordered("<", x, self.constant(SMALLEST)), self.constant(0.0), y)
        return b.select(b.fcmp_ordered(">", x, self.constant(LARGEST)), self.constant(INFINITY), y)

    def sigmoid(self, x: ir.Value) -> ir.Value:
        """The logistic function 1 / (1 + e**-x)."""
        b = self.builder
        return b.fdiv(self.one, b.fadd(self.one, self.exp(b.fneg(x))))

    def tanh(self, x: ir.Value) -> ir.Value:
        """The hyperbolic tangent."""
        if not self.single:
            return self._one_by_one("tanh", x)
        b, most, least = self.builder, self.constant(TEN), self.constant(-TEN)
        x = b.select(b.fcmp_ordered(">", x, most), most, b.select(b.fcmp_ordered("<", x, least), least, x))
        p, s = self._split(b.fadd(x, x))
        s = b.fadd(s, s)
        m = self.combine(p, s, b.fsub(s, self.one))
        return b.fdiv(m, b.fadd(m, self.constant(2.0)))

    def _split(self, x: ir.Value) -> tuple[ir.Value, ir.Value]:
        b, rounder = self.builder, self.constant(ROUNDER)
        shifted = self.combine(x, self.constant(LOG2_E), rounder)
        n = b.fsub(shifted, rounder)
        r = self.combine(n, self.constant(-LN2_LOW), self.combine(n, self.constant(-LN2_HIGH), x))
        high = self.constant(EXP[-1])
        for coefficient in EXP[-2::-1]:
            high = self.combine(r, high, self.constant(coefficient))
        p = self.combine(b.fmul(r, r), high, r)
        whole = ir.VectorType(I32, self.lanes)
        spread = lambda n: ir.Constant(whole, [int(n)] * self.lanes)  # noqa: E731
        exponent = b.add(b.bitcast(shifted, whole), spread(126 - int(ROUNDER_BITS)))
        return p, b.bitcast(b.shl(exponent, spread(MANTISSA_BITS)), self.vector)

    def _one_by_one(self, name: str, x: ir.Value) -> ir.Value:
        kind = ir.FunctionType(self.element, [self.element])
        function, y = cgutils.get_or_insert_function(self.builder.module, kind, name), x
        for lane in map(I32, range(self.lanes)):
            y = self.builder.insert_element(
                y, self.builder.call(function, [self.builder.extract_element(x, lane)]), lane
            )
        return y
