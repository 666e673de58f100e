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
# Rows of the largest tile for 1 to 4 vectors of columns: accumulators, one row of B and a broadcast must fit into the
# 32 vector registers of AVX-512, or the 16 of AVX2. float64 uses the same tiles over two registers a vector: right, not fast.
ROWS = {1: 12, 2: 12, 3: 8, 4: 6} if LANES == 16 else {1: 8, 2: 6, 3: 4, 4: 3}

_I64, _I32, _I1 = ir.IntType(64), ir.IntType(32), ir.IntType(1)
_GROUP = 4  # rows that share one moving pointer: 12 pointers would spill, one would be a chain of additions


class _Tile:
    """Writes the LLVM instructions of all tile sizes for one element type."""

    def __init__(self, builder: ir.IRBuilder, element: ir.Type, bits: int) -> None:
        self.builder, self.element, self.align = builder, element, bits // 8
        self.vector = ir.VectorType(element, LANES)
        self.flags = ir.VectorType(_I1, LANES)
        name, pointer = f"v{LANES}f{bits}", self.vector.as_pointer()
        declare = lambda what, result, *given: cgutils.get_or_insert_function(  # noqa: E731
            builder.module, ir.FunctionType(result, given), f"llvm.{what}.{name}" + (".p0" if "masked" in what else "")
        )
        self.fma = declare("fmuladd", self.vector, self.vector, self.vector, self.vector)
        self.masked_load = declare("masked.load", self.vector, pointer, _I32, self.flags, self.vector)
        self.masked_store = declare("masked.store", ir.VoidType(), self.vector, pointer, _I32, self.flags)

    def splat(self, x: ir.Value) -> ir.Value:
        """The same number in every lane."""
        vector = ir.VectorType(x.type, LANES)
        first = self.builder.insert_element(ir.Constant(vector, ir.Undefined), x, _I32(0))
        return self.builder.shuffle_vector(first, first, ir.Constant(ir.VectorType(_I32, LANES), [0] * LANES))

    def at(self, pointer: ir.Value, offset: ir.Value) -> ir.Value:
        """The address `offset` elements on."""
        return self.builder.gep(pointer, [offset])

    def vector_at(self, pointer: ir.Value, v: int) -> ir.Value:
        """The address of the v-th vector from here."""
        return self.builder.bitcast(self.at(pointer, _I64(v * LANES)), self.vector.as_pointer())

    def hide(self, x: ir.Value) -> ir.Value:
        """The same value, of unknown origin: LLVM would turn related addresses into one slow chain of additions."""
        return self.builder.asm(ir.FunctionType(x.type, [x.type]), "", "=r,0", [x], False)

    def write(self, rows: int, vectors: int, given: dict[str, Any]) -> None:
        """One tile size: load the start, three nested loops over the depth, store."""
        b, cells = self.builder, [(r, v) for r in range(rows) for v in range(vectors)]
        entry = b.block
        acc: dict[tuple[int, int], ir.Value] = {}
        for r, v in cells:
            address = self.vector_at(self.at(given["start"], b.mul(_I64(r), given["start_row"])), v)
            if v < vectors - 1:
                acc[r, v] = b.load(address, align=self.align)
            else:
                zero = ir.Constant(self.vector, None)
                acc[r, v] = b.call(self.masked_load, [address, _I32(self.align), given["mask"], zero])

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
        bs = [b.load(self.vector_at(second, v), align=self.align) for v in range(vectors)]
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
                address = self.vector_at(self.at(given["c"], b.mul(_I64(r), given["c_row"])), v)
                if block is whole or v < vectors - 1:
                    b.store(acc[r, v], address, align=self.align)
                else:
                    b.call(self.masked_store, [acc[r, v], address, _I32(self.align), given["mask"]])
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
        lane = ir.Constant(ir.VectorType(_I64, LANES), list(range(LANES)))
        known = {
            "a": address(a), "a_row": a_row, "a_step": (a0, a1, a2), "b": address(b), "b_step": (b0, b1, b2),
            "depth": (d0, d1, d2), "start": builder.select(started, address(start), builder.gep(zeros, [_I32(0), _I32(0)])),
            "start_row": builder.select(started, start_row, _I64(0)), "c": address(c), "c_row": c_row,
            "floor": write.splat(floor), "mask": builder.icmp_signed("<", lane, write.splat(left)),
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
    1 <= rows <= ROWS[vectors], where vectors = ceil(columns / LANES) is at most 4; each depth >= 1.
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


Space = dict[str, tuple[int, ...]]


def shared_space(*spaces: Space) -> Space:
    """Scratch that several schedules of one block may use one after the other: for each name the largest size."""
    return {name: max(space[name] for space in spaces if name in space) for name in dict.fromkeys(chain(*spaces))}


def tile_shape(rows: int, columns: int) -> tuple[int, int]:
    """(rows, columns) of the tiles that cover a result: as few as can be, in even parts, so that none is a thin rest."""
    vectors = 1 if columns <= LANES else 4 if rows <= ROWS[4] and columns > 2 * LANES else 2
    tiles = -(-rows // ROWS[vectors])
    return -(-rows // tiles), vectors * LANES
