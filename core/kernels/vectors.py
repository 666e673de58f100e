"""The processor's vectors, written in LLVM's own language for the few loops that numba does not turn into good code.

`Vectors` writes instructions on `LANES` neighbouring numbers at a time; `turn`, `copy`, `fetch`, `move` and `move_onto`
are small intrinsics made with it. LLVM fits any width to the registers there are, so what is written here is right everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, SupportsFloat

import llvmlite.binding as llvm
from llvmlite import ir

from core.kernels._jit import cgutils, intrinsic, types


def _lanes() -> int:
    """float32 numbers in one vector of this processor; NEUROLOOM_LANES overrides it (tests run 4, 8 and 16)."""
    features = llvm.get_host_cpu_features()
    widest = 16 if features.get("avx512f") else 8 if features.get("avx2") else 4
    return int(os.environ.get("NEUROLOOM_LANES", widest))


LANES = _lanes()
I64, I32, I1, BYTES = ir.IntType(64), ir.IntType(32), ir.IntType(1), ir.IntType(8).as_pointer()


class Vectors:
    """Writes LLVM instructions on vectors of one element type."""

    def __init__(self, builder: ir.IRBuilder, element: ir.Type, bits: int, lanes: int = LANES) -> None:
        self.builder, self.element, self.align, self.lanes = builder, element, bits // 8, lanes
        self.vector = ir.VectorType(element, lanes)
        flags, pointer, name = ir.VectorType(I1, lanes), self.vector.as_pointer(), f"v{lanes}f{bits}"
        declare = lambda what, result, *given: cgutils.get_or_insert_function(  # noqa: E731
            builder.module, ir.FunctionType(result, given), f"llvm.{what}"
        )
        self.fma = declare(f"fmuladd.{name}", self.vector, self.vector, self.vector, self.vector)
        self.masked_load = declare(f"masked.load.{name}.p0", self.vector, pointer, I32, flags, self.vector)
        self.masked_store = declare(f"masked.store.{name}.p0", ir.VoidType(), self.vector, pointer, I32, flags)
        self.prefetch = declare("prefetch.p0", ir.VoidType(), BYTES, I32, I32, I32)

    def constant(self, x: SupportsFloat) -> ir.Value:
        """A known number in every lane."""
        return ir.Constant(self.vector, [float(x)] * self.lanes)

    def splat(self, x: ir.Value) -> ir.Value:
        """The same number in every lane."""
        vector = ir.VectorType(x.type, self.lanes)
        first = self.builder.insert_element(ir.Constant(vector, ir.Undefined), x, I32(0))
        return self.builder.shuffle_vector(first, first, ir.Constant(ir.VectorType(I32, self.lanes), [0] * self.lanes))

    def below(self, count: ir.Value) -> ir.Value:
        """The lanes whose number is less than `count`."""
        lane = ir.Constant(ir.VectorType(I64, self.lanes), list(range(self.lanes)))
        return self.builder.icmp_signed("<", lane, self.splat(count))

    def at(self, pointer: ir.Value, offset: ir.Value) -> ir.Value:
        """The address `offset` elements on."""
        return self.builder.gep(pointer, [offset])

    def load(self, pointer: ir.Value, mask: ir.Value | None = None) -> ir.Value:
        """The vector at this address; with a mask, 0 in the lanes left out, which are not read."""
        pointer = self.builder.bitcast(pointer, self.vector.as_pointer())
        if mask is None:
            return self.builder.load(pointer, align=self.align)
        return self.builder.call(self.masked_load, [pointer, I32(self.align), mask, ir.Constant(self.vector, None)])

    def store(self, value: ir.Value, pointer: ir.Value, mask: ir.Value | None = None) -> None:
        """Write the vector, or those of its lanes that the mask names."""
        pointer = self.builder.bitcast(pointer, self.vector.as_pointer())
        if mask is None:
            self.builder.store(value, pointer, align=self.align)
        else:
            self.builder.call(self.masked_store, [value, pointer, I32(self.align), mask])

    def either(self, full: ir.Value, *masks: ir.Value) -> Iterator[Any]:
        """The block of no mask (None), where all lanes count, then that of the masks; goes on behind both.

        A masked store takes a dozen cycles on AMD's AVX2.
        """
        b = self.builder
        whole, ragged, after = (b.append_basic_block(name) for name in ("whole", "ragged", "after"))
        b.cbranch(full, whole, ragged)
        for block, lanes in ((whole, [None] * len(masks)), (ragged, masks)):
            b.position_at_end(block)
            yield lanes
            b.branch(after)
        b.position_at_end(after)

    def over(self, size: ir.Value) -> Iterator[tuple[ir.Value, ir.Value | None]]:
        """The block of a loop over whole vectors of so many numbers, its place and no mask; then the rest's place and mask."""
        b, begin = self.builder, self.builder.block
        loop, after, rest, done = (b.append_basic_block(name) for name in ("loop", "after", "rest", "done"))
        whole = b.and_(size, I64(-self.lanes))
        b.cbranch(b.icmp_signed(">", whole, I64(0)), loop, after)
        b.position_at_end(loop)
        at = b.phi(I64)
        yield at, None
        later = b.add(at, I64(self.lanes))
        at.add_incoming(I64(0), begin)
        at.add_incoming(later, b.block)
        b.cbranch(b.icmp_signed("<", later, whole), loop, after)
        b.position_at_end(after)
        b.cbranch(b.icmp_signed("<", whole, size), rest, done)
        b.position_at_end(rest)
        yield whole, self.below(b.sub(size, whole))
        b.branch(done)
        b.position_at_end(done)

    def store_all(self, pairs: list[tuple[ir.Value, ir.Value]], mask: ir.Value, full: ir.Value) -> None:
        """Write vectors to addresses, whole where `full` is set."""
        for (lanes,) in self.either(full, mask):
            for value, pointer in pairs:
                self.store(value, pointer, lanes)

    def hide(self, x: ir.Value) -> ir.Value:
        """The same value, of unknown origin: LLVM would turn related addresses into one slow chain of additions."""
        return self.builder.asm(ir.FunctionType(x.type, [x.type]), "", "=r,0", [x], False)


@intrinsic
def turn(typingctx: Any, a: Any, a_at: Any, a_row: Any, b: Any, b_at: Any, b_row: Any) -> Any:
    """b[b_at + j * b_row + i] = a[a_at + i * a_row + j] for i, j < LANES: a square turned over in registers.

    Where b holds whole numbers, those of a become such.
    """

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        write = Vectors(builder, context.get_value_type(signature.args[0].dtype), signature.args[0].dtype.bitwidth)
        data = lambda i: context.make_array(signature.args[i])(context, builder, args[i]).data  # noqa: E731
        address = lambda array, i: write.at(  # noqa: E731
            data(array), builder.add(args[array + 1], builder.mul(args[array + 2], I64(i)))
        )
        rows = [write.load(address(0, i)) for i in range(LANES)]
        step = 1
        while step < LANES:  # swap the off-diagonal blocks of 1, then of 2, 4, …
            upper = [lane + LANES - step if lane & step else lane for lane in range(LANES)]
            lower = [lane + LANES if lane & step else lane + step for lane in range(LANES)]
            for i in (i for i in range(LANES) if not i & step):
                pair = rows[i], rows[i + step]
                for k, lanes in ((i, upper), (i + step, lower)):
                    rows[k] = builder.shuffle_vector(*pair, ir.Constant(ir.VectorType(I32, LANES), lanes))
            step *= 2
        kind = ir.VectorType(context.get_value_type(signature.args[3].dtype), LANES)
        for i, row in enumerate(rows):
            value = row if kind == row.type else builder.fptosi(row, kind)
            builder.store(value, builder.bitcast(address(3, i), kind.as_pointer()), align=1)
        return context.get_dummy_value()

    whole = types.int64
    return types.void(a, whole, whole, b, whole, whole), codegen


@intrinsic
def copy(typingctx: Any, a: Any, a_at: Any, b: Any, b_at: Any) -> Any:
    """b[b_at + l] = a[a_at + l] for l < LANES, with nothing asked: what `move` does where both have room."""

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        write = Vectors(builder, context.get_value_type(signature.args[0].dtype), signature.args[0].dtype.bitwidth)
        data = lambda i: context.make_array(signature.args[i])(context, builder, args[i]).data  # noqa: E731
        write.store(write.load(write.at(data(0), args[1])), write.at(data(2), args[3]))
        return context.get_dummy_value()

    return types.void(a, types.int64, b, types.int64), codegen


@intrinsic
def fetch(typingctx: Any, a: Any, a_at: Any) -> Any:
    """Wish for the cache line of a[a_at], which will be read soon and may lie outside of a."""

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        write = Vectors(builder, context.get_value_type(signature.args[0].dtype), signature.args[0].dtype.bitwidth)
        place = write.at(context.make_array(signature.args[0])(context, builder, args[0]).data, args[1])
        builder.call(write.prefetch, [builder.bitcast(place, BYTES), I32(0), I32(3), I32(1)])
        return context.get_dummy_value()

    return types.void(a, types.int64), codegen


def _one_vector(*, adding: bool) -> Any:
    """An intrinsic that moves one vector between arrays, or adds it to what is there."""

    @intrinsic
    def one_vector(typingctx: Any, a: Any, a_at: Any, some: Any, b: Any, b_at: Any, room: Any) -> Any:
        def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            element = context.get_value_type(signature.args[0].dtype)
            write = Vectors(builder, element, signature.args[0].dtype.bitwidth)
            data = lambda i: context.make_array(signature.args[i])(context, builder, args[i]).data  # noqa: E731
            found, place = write.at(data(0), args[1]), write.at(data(3), args[4])
            least = builder.select(builder.icmp_signed("<", args[2], args[5]), args[2], args[5])
            masks = write.below(args[2]), write.below(args[5])
            for read, written in write.either(builder.icmp_signed(">=", least, I64(LANES)), *masks):
                value = write.load(found, read)
                write.store(builder.fadd(value, write.load(place, written)) if adding else value, place, written)
            return context.get_dummy_value()

        whole = types.int64
        return types.void(a, whole, whole, b, whole, whole), codegen

    return one_vector


move = _one_vector(adding=False)  # b[b_at + l] = a[a_at + l] where l < some, else 0, for all l < LANES with l < room
move_onto = _one_vector(adding=True)  # the same, with += for =
