"""The micro-kernel under every matrix product and convolution: a small tile of the result, kept in registers.

The processor reaches its peak only when some twenty vector accumulators stay in registers over the whole depth, which no
loop written in Python does through numba. So the tile is written in LLVM's own language: vectors of `LANES` neighbouring
columns, one fused multiply-add for each row and vector, a loop of its own for each tile size.

On 2.6 GHz Sapphire Rapids one core reaches 190 GFLOP/s with 12 rows by 2 vectors, 150 with 12 by 1 (bound by loads).
See Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), for why tiles.
"""

from __future__ import annotations

import os
from itertools import chain
from typing import Any

import llvmlite.binding as llvm
import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from core.kernels import _jit  # noqa: F401  (sets numba's cache folder before numba is imported)


def _lanes() -> int:
    """float32 numbers in one vector of this processor; NEUROLOOM_LANES overrides it (tests run 4, 8 and 16)."""
    features = llvm.get_host_cpu_features()
    widest = 16 if features.get("avx512f") else 8 if features.get("avx2") else 4
    return int(os.environ.get("NEUROLOOM_LANES", widest))


LANES = _lanes()
# Rows of the largest tile for 1, 2 and 4 vectors of columns: accumulators, one row of B and a broadcast must fit into the
# 32 vector registers of AVX-512, or the 16 of AVX2. float64 uses the same tiles over two registers a vector: right, not fast.
ROWS = {1: 12, 2: 12, 4: 6} if LANES == 16 else {1: 8, 2: 6, 4: 3}

_I64, _I32, _I1, _BYTES = ir.IntType(64), ir.IntType(32), ir.IntType(1), ir.IntType(8).as_pointer()
_GROUP = 4  # rows that share one moving pointer: 12 pointers would spill, one would be a chain of additions


class Vectors:
    """Writes LLVM instructions on vectors of one element type."""

    def __init__(self, builder: ir.IRBuilder, element: ir.Type, bits: int) -> None:
        self.builder, self.element, self.align = builder, element, bits // 8
        self.vector = ir.VectorType(element, LANES)
        flags, pointer, name = ir.VectorType(_I1, LANES), self.vector.as_pointer(), f"v{LANES}f{bits}"
        declare = lambda what, result, *given: cgutils.get_or_insert_function(  # noqa: E731
            builder.module, ir.FunctionType(result, given), f"llvm.{what}"
        )
        self.fma = declare(f"fmuladd.{name}", self.vector, self.vector, self.vector, self.vector)
        self.masked_load = declare(f"masked.load.{name}.p0", self.vector, pointer, _I32, flags, self.vector)
        self.masked_store = declare(f"masked.store.{name}.p0", ir.VoidType(), self.vector, pointer, _I32, flags)
        self.prefetch = declare("prefetch.p0", ir.VoidType(), _BYTES, _I32, _I32, _I32)

    def constant(self, x: float) -> ir.Value:
        """A known number in every lane."""
        return ir.Constant(self.vector, [x] * LANES)

    def splat(self, x: ir.Value) -> ir.Value:
        """The same number in every lane."""
        vector = ir.VectorType(x.type, LANES)
        first = self.builder.insert_element(ir.Constant(vector, ir.Undefined), x, _I32(0))
        return self.builder.shuffle_vector(first, first, ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES))

    def below(self, count: ir.Value) -> ir.Value:
        """The lanes whose number is less than `count`."""
        lane = ir.Constant(ir.VectorType(_I64, LANES), list(range(LANES)))
        return self.builder.icmp_signed("<", lane, self.splat(count))

    def at(self, pointer: ir.Value, offset: ir.Value) -> ir.Value:
        """The address `offset` elements on."""
        return self.builder.gep(pointer, [offset])

    def load(self, pointer: ir.Value, mask: ir.Value | None = None) -> ir.Value:
        """The vector at this address; with a mask, 0 in the lanes left out, which are not read."""
        pointer = self.builder.bitcast(pointer, self.vector.as_pointer())
        if mask is None:
            return self.builder.load(pointer, align=self.align)
        return self.builder.call(self.masked_load, [pointer, _I32(self.align), mask, ir.Constant(self.vector, None)])

    def store(self, value: ir.Value, pointer: ir.Value, mask: ir.Value | None = None) -> None:
        """Write the vector, or those of its lanes that the mask names."""
        pointer = self.builder.bitcast(pointer, self.vector.as_pointer())
        if mask is None:
            self.builder.store(value, pointer, align=self.align)
        else:
            self.builder.call(self.masked_store, [value, pointer, _I32(self.align), mask])

    def hide(self, x: ir.Value) -> ir.Value:
        """The same value, of unknown origin: LLVM would turn related addresses into one slow chain of additions."""
        return self.builder.asm(ir.FunctionType(x.type, [x.type]), "", "=r,0", [x], False)


class _Tile(Vectors):
    """Writes one tile size."""

    def write(self, rows: int, vectors: int, given: dict[str, Any]) -> None:
        """One tile size: load the start, three nested loops over the depth, store."""
        b, cells = self.builder, [(r, v) for r in range(rows) for v in range(vectors)]
        entry = b.block

        def address(start: str, row: str, r: int, v: int) -> ir.Value:
            return self.at(self.at(given[start], b.mul(_I64(r), given[row])), _I64(v * LANES))

        for r, v in cells:  # fetch the result's lines meanwhile: 10 % on results larger than the cache
            b.call(self.prefetch, [b.bitcast(address("c", "c_row", r, v), _BYTES), _I32(1), _I32(3), _I32(1)])
        mask = [None] * (vectors - 1) + [given["mask"]]
        acc = {(r, v): self.load(address("start", "start_row", r, v), mask[v]) for r, v in cells}

        # One level of the depth: a header with the loop's variables, and a latch that the inner level falls into.
        levels, source = [], entry
        variables = [given["a"], given["b"], *acc.values()]
        for level in range(3):
            header = b.append_basic_block(f"depth{level}")
            b.branch(header)
            b.position_at_end(header)
            left = b.phi(_I64)
            left.add_incoming(given["depth"][level], source)
            if level == 2:  # the innermost level moves a few row pointers instead of one
                first, count = variables[0], range(0, rows, _GROUP)
                b.position_at_end(source)
                terminator = source.terminator
                b.position_before(terminator)
                heads = [self.hide(self.at(first, b.mul(_I64(r), given["a_row"]))) for r in count]
                b.position_at_end(header)
                variables = [*heads, *variables[1:]]
            phis = [b.phi(value.type) for value in variables]
            for phi, value in zip(phis, variables, strict=True):
                phi.add_incoming(value, source)
            levels.append((header, left, phis))
            variables, source = phis, header

        heads, second, sums = variables[: -len(cells) - 1], variables[-len(cells) - 1], variables[-len(cells) :]
        bs = [self.load(self.at(second, _I64(v * LANES))) for v in range(vectors)]
        for r in range(rows):
            x = b.load(self.at(heads[r // _GROUP], given["offsets"][r % _GROUP]))
            x = self.splat(x)
            for v in range(vectors):
                sums[r * vectors + v] = b.call(self.fma, [x, bs[v], sums[r * vectors + v]])

        for level in (2, 1, 0):
            header, left, phis = levels[level]
            moved = [self.at(p, given["a_step"][level]) for p in phis[: -len(cells) - 1]]
            moved.append(self.at(phis[-len(cells) - 1], given["b_step"][level]))
            remaining = b.sub(left, _I64(1))
            left.add_incoming(remaining, b.block)
            for phi, value in zip(phis, [*moved, *sums], strict=True):
                phi.add_incoming(value, b.block)
            after = b.append_basic_block(f"after{level}")
            b.cbranch(b.icmp_signed(">", remaining, _I64(0)), header, after)
            b.position_at_end(after)

        for (r, v), total in zip(cells, sums, strict=True):
            acc[r, v] = b.select(b.fcmp_ordered("<", total, given["floor"]), given["floor"], total)  # a NaN stays a NaN
        whole, ragged = b.append_basic_block("whole"), b.append_basic_block("ragged")
        b.cbranch(given["full"], whole, ragged)  # a masked store is slow on some AVX2 processors
        for block in (whole, ragged):
            b.position_at_end(block)
            for r, v in cells:
                self.store(acc[r, v], address("c", "c_row", r, v), None if block is whole else mask[v])
            b.branch(given["done"])


@intrinsic  # type: ignore[untyped-decorator]
def _fma_tile(typingctx: Any, given: Any) -> Any:
    """All tile sizes, and the switch between them; the last of the numbers given is `floor`, whose type is the tile's."""

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        a, a_row, a0, a1, a2, b, b0, b1, b2, d0, d1, d2, start, start_row, c, c_row, rows, columns, floor = (
            cgutils.unpack_tuple(builder, args[0])
        )
        write = _Tile(builder, floor.type, given[-1].bitwidth)
        address = lambda v: builder.inttoptr(v, floor.type.as_pointer())  # noqa: E731
        # Without a start the sums begin at a row of zeros, so no branch is needed.
        zeros = cgutils.global_constant(builder.module, "zeros", ir.Constant(ir.ArrayType(floor.type, 4 * LANES), None))
        started = builder.icmp_signed("!=", start, _I64(0))
        vectors = builder.sdiv(builder.add(columns, _I64(LANES - 1)), _I64(LANES))
        left = builder.sub(columns, builder.mul(builder.sub(vectors, _I64(1)), _I64(LANES)))
        known = {
            "a": address(a), "a_row": a_row, "a_step": (a0, a1, a2), "b": address(b), "b_step": (b0, b1, b2),
            "depth": (d0, d1, d2), "start": builder.select(started, address(start), builder.gep(zeros, [_I32(0), _I32(0)])),
            "start_row": builder.select(started, start_row, _I64(0)), "c": address(c), "c_row": c_row,
            "floor": write.splat(floor), "mask": write.below(left),
            "full": builder.icmp_signed("==", left, _I64(LANES)), "done": builder.append_basic_block("done"),
            "offsets": [_I64(0), *(write.hide(builder.mul(_I64(r), a_row)) for r in range(1, _GROUP))],
        }  # fmt: skip
        size = builder.switch(builder.add(builder.mul(vectors, _I64(16)), rows), known["done"])
        for width, most in ROWS.items():
            for height in range(1, most + 1):
                case = builder.append_basic_block(f"tile{height}x{width}")
                size.add_case(_I64(16 * width + height), case)
                builder.position_at_end(case)
                write.write(height, width, known)
        builder.position_at_end(known["done"])
        return context.get_dummy_value()

    return types.void(given), codegen


def _tile(a, a_row, a0, a1, a2, b, b0, b1, b2, d0, d1, d2, start, start_row, c, c_row, rows, columns, floor):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202, PLR0913
    """The tile as a C function over plain addresses."""
    _fma_tile((a, a_row, a0, a1, a2, b, b0, b1, b2, d0, d1, d2, start, start_row, c, c_row, rows, columns, floor))


_READY: dict[str, Any] = {}


def ready(dtype: npt.DTypeLike) -> None:
    """Compile the tile for float32 or float64 and give the linker its name; call it before a kernel that uses `tile`.

    The kernels call one machine function by name: were it a numba helper, each of them would compile all tile sizes again.
    """
    name = np.dtype(dtype).name
    if name not in _READY:
        compiled = numba.cfunc(types.void(*[types.int64] * 18, getattr(types, name)), cache=True)(_tile)
        llvm.add_symbol(f"neuroloom_tile_{name}", compiled.address)
        _READY[name] = compiled


@intrinsic  # type: ignore[untyped-decorator]
def tile(  # noqa: PLR0913
    typingctx: Any, a: Any, a_at: Any, b: Any, b_at: Any, depth: Any, start: Any, start_at: Any, c: Any, c_at: Any,
    rows: Any, columns: Any, floor: Any,
) -> Any:  # fmt: skip
    """c[r, l] = max(floor, start[r, l] + sum over (u, v, w) < depth of a[r, u, v, w] * b[u, v, w, l]).

    The arrays are read and written at raw offsets, in elements:
    a_at = (at, row, u, v, w), b_at = (at, u, v, w), start_at = (at, row, 0 to begin at zero), c_at = (at, row).
    1 <= rows <= ROWS[vectors], where vectors = ceil(columns / LANES) is 1, 2 or 4; each depth >= 1.
    b is read in whole vectors, past a ragged last column too; start and c are not.
    """
    signature = types.void(a, a_at, b, b_at, depth, start, start_at, c, c_at, rows, columns, a.dtype)

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        def wide(v: ir.Value) -> ir.Value:
            return builder.sext(v, _I64) if v.type.width < 64 else v

        def numbers(i: int) -> list[ir.Value]:
            return [wide(v) for v in cgutils.unpack_tuple(builder, args[i])]

        def address(i: int, at: ir.Value) -> ir.Value:
            data = context.make_array(signature.args[i])(context, builder, args[i]).data
            return builder.ptrtoint(builder.gep(data, [at]), _I64)

        (a_at, *a_steps), (b_at, *b_steps), depth = numbers(1), numbers(3), numbers(4)
        (start_at, start_row, begin), (c_at, c_row) = numbers(6), numbers(8)
        begun = builder.icmp_signed("!=", begin, _I64(0))
        given = [
            address(0, a_at), *a_steps, address(2, b_at), *b_steps, *depth,
            builder.select(begun, address(5, start_at), _I64(0)), start_row,
            address(7, c_at), c_row, wide(args[9]), wide(args[10]), args[11],
        ]  # fmt: skip
        kind = ir.FunctionType(ir.VoidType(), [v.type for v in given])
        function = cgutils.get_or_insert_function(builder.module, kind, f"neuroloom_tile_{signature.args[0].dtype}")
        builder.call(function, given)
        return context.get_dummy_value()

    return signature, codegen


@intrinsic  # type: ignore[untyped-decorator]
def turn(typingctx: Any, a: Any, a_at: Any, a_row: Any, b: Any, b_at: Any, b_row: Any) -> Any:  # noqa: PLR0913
    """b[b_at + j * b_row + i] = a[a_at + i * a_row + j] for i, j < LANES: a square turned over in registers."""

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        write = Vectors(builder, context.get_value_type(signature.args[0].dtype), signature.args[0].dtype.bitwidth)
        data = lambda i: context.make_array(signature.args[i])(context, builder, args[i]).data  # noqa: E731
        address = lambda array, i: write.at(  # noqa: E731
            data(array), builder.add(args[array + 1], builder.mul(args[array + 2], _I64(i)))
        )
        rows = [write.load(address(0, i)) for i in range(LANES)]
        step = 1
        while step < LANES:  # swap the off-diagonal blocks of 1, then of 2, 4, …
            upper = [lane + LANES - step if lane & step else lane for lane in range(LANES)]
            lower = [lane + LANES if lane & step else lane + step for lane in range(LANES)]
            for i in (i for i in range(LANES) if not i & step):
                pair = rows[i], rows[i + step]
                for k, lanes in ((i, upper), (i + step, lower)):
                    rows[k] = builder.shuffle_vector(*pair, ir.Constant(ir.VectorType(_I32, LANES), lanes))
            step *= 2
        for i, row in enumerate(rows):
            write.store(row, address(3, i))
        return context.get_dummy_value()

    whole = types.int64
    return types.void(a, whole, whole, b, whole, whole), codegen


def _one_vector(*, adding: bool) -> Any:  # noqa: ANN401
    """An intrinsic that moves one vector between arrays, or adds it to what is there."""

    @intrinsic  # type: ignore[untyped-decorator]
    def one_vector(typingctx: Any, a: Any, a_at: Any, some: Any, b: Any, b_at: Any, room: Any) -> Any:  # noqa: PLR0913
        def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            element = context.get_value_type(signature.args[0].dtype)
            write = Vectors(builder, element, signature.args[0].dtype.bitwidth)
            data = lambda i: context.make_array(signature.args[i])(context, builder, args[i]).data  # noqa: E731
            found, place, inside = write.at(data(0), args[1]), write.at(data(3), args[4]), write.below(args[5])
            value = write.load(found, write.below(args[2]))
            write.store(builder.fadd(value, write.load(place, inside)) if adding else value, place, inside)
            return context.get_dummy_value()

        whole = types.int64
        return types.void(a, whole, whole, b, whole, whole), codegen

    return one_vector


move = _one_vector(adding=False)  # b[b_at + l] = a[a_at + l] where l < some, else 0, for all l < LANES with l < room
move_onto = _one_vector(adding=True)  # the same, with += for =


Space = dict[str, tuple[int, ...]]


def shared_space(*spaces: Space) -> Space:
    """Scratch that several schedules of one block may use one after the other: for each name the largest size."""
    return {name: max(space[name] for space in spaces if name in space) for name in dict.fromkeys(chain(*spaces))}


def tile_shape(rows: int, columns: int) -> tuple[int, int]:
    """(rows, columns) of the tiles that cover a result: as few as can be, in even parts, so that none is a thin rest."""
    # With 32 registers four vectors are best: fewer loads for each multiply-add, longer runs of columns.
    four = columns % (4 * LANES) == 0 and (LANES == 16 or rows <= ROWS[4])
    vectors = 1 if columns <= LANES else 4 if four else 2
    tiles = -(-rows // ROWS[vectors])
    return -(-rows // tiles), vectors * LANES
