"""One step of one row through an LSTM, and back, in one or two passes over vectors of units.

LLVM cannot prove that the rows do not overlap. So loops written in Python must be one for each array that is written, and
starting them and going through memory again takes longer than the arithmetic: see tests/bench/README.md.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from core.kernels._jit import intrinsic, types
from core.kernels.elementary_vectors import Elementary

GATES = 4  # i, f, g, o, side by side


class _Rows:
    """The rows an intrinsic is given, and the vectors that are read and written at one place of them."""

    def __init__(self, context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> None:
        self.write = Elementary(context, builder, signature.args[0].dtype)
        self.rows = [context.make_array(t)(context, builder, a) for t, a in zip(signature.args, args, strict=True)]
        self.units = builder.extract_value(self.rows[1].shape, 0)

    def address(self, row: int, at: ir.Value, part: int = 0) -> ir.Value:
        """Where a vector of a row, or of one of its parts of `units` numbers, lies."""
        b = self.write.builder
        return self.write.at(self.rows[row].data, b.add(at, b.mul(self.units, ir.Constant(at.type, part))))


@intrinsic
def step_forward(typingctx: Any, gates: Any, before: Any, cells: Any, state: Any, sums: Any) -> Any:
    """From gates and sums (4 units), whose sum is z: gates i, f, o = sigmoid(z), g = tanh(z); c = f c_before + i g, h = o tanh(c)."""

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature, args)
        write, address = rows.write, rows.address
        # The cells have a pass of their own: they wait for all gates, and would hold up the next.
        for at, lanes in write.over(rows.units):
            for part, act in enumerate((write.sigmoid, write.sigmoid, write.tanh, write.sigmoid)):
                z = builder.fadd(write.load(address(0, at, part), lanes), write.load(address(4, at, part), lanes))
                write.store(act(z), address(0, at, part), lanes)
        for at, lanes in write.over(rows.units):
            i, f, g, o = (write.load(address(0, at, part), lanes) for part in range(GATES))
            c = write.combine(f, write.load(address(1, at), lanes), builder.fmul(i, g))
            write.store(c, address(2, at), lanes)
            write.store(builder.fmul(o, write.tanh(c)), address(3, at), lanes)
        return context.get_dummy_value()

    return types.void(gates, before, cells, state, sums), codegen


@intrinsic
def step_backward(
    typingctx: Any, gates: Any, before: Any, cells: Any, dstate: Any, dcells: Any, dgates: Any, slopes: Any
) -> Any:
    """dgates before the activations, twice, and dcells of the step before; dstate is used up and left at 0."""

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        rows = _Rows(context, builder, signature, args)
        write, address = rows.write, rows.address
        times, less = builder.fmul, lambda x: builder.fsub(write.one, x)
        for at, lanes in write.over(rows.units):
            i, f, g, o = (write.load(address(0, at, part), lanes) for part in range(GATES))
            known, c, dh, dc = (write.load(address(row, at), lanes) for row in (1, 2, 3, 4))
            told = write.tanh(c)
            through = times(dh, o)
            dc = write.combine(through, less(times(told, told)), dc)
            slopes = (
                times(times(dc, g), times(i, less(i))),
                times(times(dc, known), times(f, less(f))),
                times(times(dc, i), less(times(g, g))),
                times(times(through, told), less(o)),
            )
            for part, slope in enumerate(slopes):
                for row in (5, 6):
                    write.store(slope, address(row, at, part), lanes)
            write.store(write.constant(0.0), address(3, at), lanes)
            write.store(times(dc, f), address(4, at), lanes)
        return context.get_dummy_value()

    return types.void(gates, before, cells, dstate, dcells, dgates, slopes), codegen
