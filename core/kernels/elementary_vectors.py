"""The functions of `elementary.py` on whole vectors, for loops that LLVM does not turn into vectors in one pass.

The polynomials are the same. A float64, which serves checks only, goes to the C library one lane at a time.
A polynomial is a chain in which each instruction waits for the one before, and the processor looks only some sixty
instructions ahead; so several registers are worked on side by side, as one long vector that LLVM takes apart.
"""

from __future__ import annotations

from typing import Any, SupportsFloat

from llvmlite import ir

from core.kernels._jit import cgutils
from core.kernels.elementary import (
    EXP,
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

    def sigmoid(self, x: ir.Value) -> ir.Value:
        """The logistic function 1 / (1 + e**-x); float32 goes down to 1.8e-38, not to 0."""
        b = self.builder
        power = self._power(self._within(b.fneg(x), -SMALLEST)) if self.single else self._one_by_one("exp", b.fneg(x))
        return b.fdiv(self.one, b.fadd(self.one, power))

    def tanh(self, x: ir.Value) -> ir.Value:
        """The hyperbolic tangent."""
        if not self.single:
            return self._one_by_one("tanh", x)
        b = self.builder
        x = self._within(x, TEN)
        p, s = self._split(b.fadd(x, x))
        s = b.fadd(s, s)
        m = self.combine(p, s, b.fsub(s, self.one))
        return b.fdiv(m, b.fadd(m, self.constant(2.0)))

    def _within(self, x: ir.Value, limit: SupportsFloat) -> ir.Value:
        """The nearest number between -limit and limit; NaN stays. So written, each is one instruction."""
        b, most, least = self.builder, self.constant(limit), self.constant(-float(limit))
        x = b.select(b.fcmp_ordered(">", x, most), most, x)
        return b.select(b.fcmp_ordered("<", x, least), least, x)

    def _power(self, x: ir.Value) -> ir.Value:
        """The exponential function, where it is a normal number."""
        b, (p, s) = self.builder, self._split(x)
        return b.fmul(b.fadd(self.constant(2.0), b.fadd(p, p)), s)

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
