"""The micro-kernel under every matrix product and convolution: a small tile of the result, kept in registers.

The processor reaches its peak only when some twenty vector accumulators stay in registers over the whole depth, which
no loop written in Python does through numba. So the tile is written in LLVM's own language: vectors of neighbouring
columns, one fused multiply-add for each row and vector, a loop of its own for each tile size.

On 2.6 GHz Sapphire Rapids one core reaches 190 GFLOP/s with 12 rows by 2 vectors, 150 with 12 by 1 (bound by loads).
See Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), for why tiles.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from llvmlite import ir

from core.kernels._jit import cgutils, exact, exports, helper, intrinsic, types
from core.kernels.vectors import BYTES, I32, I64, LANES, Vectors

# Rows of the largest tile for 1, 2 and 4 vectors of columns: accumulators, one row of B and a broadcast must fit into
# the 32 vector registers of AVX-512, or the 16 of AVX2. float64 has two registers a vector: right, but not fast.
ROWS = {1: 12, 2: 12, 4: 6} if LANES == 16 else {1: 8, 2: 6, 4: 2}

_GROUP = 4  # rows that share one moving pointer: 12 pointers would spill, one would be a chain of additions


class _Tile(Vectors):
    """Writes one tile size."""

    def write(self, rows: int, vectors: int, given: dict[str, Any]) -> None:
        """One tile size: load the start, three nested loops over the depth, store."""
        b, cells = self.builder, [(r, v) for r in range(rows) for v in range(vectors)]
        entry = b.block

        def address(start: str, row: str, r: int, v: int) -> ir.Value:
            return self.at(self.at(given[start], b.mul(I64(r), given[row])), I64(v * LANES))

        for r, v in cells:  # fetch the result's lines meanwhile: 10 % on results larger than the cache
            b.call(self.prefetch, [b.bitcast(address("c", "c_row", r, v), BYTES), I32(1), I32(3), I32(1)])
        mask = [None] * (vectors - 1) + [given["mask"]]
        acc = {(r, v): self.load(address("start", "start_row", r, v), mask[v]) for r, v in cells}

        # One level of the depth: a header with the loop's variables, and a latch that the inner level falls into.
        levels, source = [], entry
        variables = [given["a"], given["b"], *acc.values()]
        for level in range(3):
            header = b.append_basic_block(f"depth{level}")
            b.branch(header)
            b.position_at_end(header)
            left = b.phi(I64)
            left.add_incoming(given["depth"][level], source)
            if level == 2:  # the innermost level moves a few row pointers instead of one
                first, count = variables[0], range(0, rows, _GROUP)
                b.position_at_end(source)
                terminator = source.terminator
                b.position_before(terminator)
                heads = [self.hide(self.at(first, b.mul(I64(r), given["a_row"]))) for r in count]
                b.position_at_end(header)
                variables = [*heads, *variables[1:]]
            phis = [b.phi(value.type) for value in variables]
            for phi, value in zip(phis, variables, strict=True):
                phi.add_incoming(value, source)
            levels.append((header, left, phis))
            variables, source = phis, header

        heads, second, sums = variables[: -len(cells) - 1], variables[-len(cells) - 1], variables[-len(cells) :]
        bs = [self.load(self.at(second, I64(v * LANES))) for v in range(vectors)]
        for r in range(rows):
            x = b.load(self.at(heads[r // _GROUP], given["offsets"][r % _GROUP]))
            x = self.splat(x)
            for v in range(vectors):
                sums[r * vectors + v] = b.call(self.fma, [x, bs[v], sums[r * vectors + v]])

        for level in (2, 1, 0):
            header, left, phis = levels[level]
            moved = [self.at(p, given["a_step"][level]) for p in phis[: -len(cells) - 1]]
            moved.append(self.at(phis[-len(cells) - 1], given["b_step"][level]))
            remaining = b.sub(left, I64(1))
            left.add_incoming(remaining, b.block)
            for phi, value in zip(phis, [*moved, *sums], strict=True):
                phi.add_incoming(value, b.block)
            after = b.append_basic_block(f"after{level}")
            b.cbranch(b.icmp_signed(">", remaining, I64(0)), header, after)
            b.position_at_end(after)

        for (r, v), total in zip(cells, sums, strict=True):
            low = b.fcmp_ordered("<", total, given["floor"])  # false for NaN, which stays
            acc[r, v] = b.select(low, given["floor"], total)
        # Only a last vector may be ragged, and a masked store is slow. In a run of whole rows what is written too far is
        # the next row's, which comes later; at the very end nothing is.
        last = vectors - 1, rows - 1
        for (lanes,) in self.either(b.or_(given["full"], given["run"]), given["mask"]):
            for r, v in cells:
                if (v, r) != last:
                    self.store(acc[r, v], address("c", "c_row", r, v), lanes if v == last[0] else None)
        self.store_all([(acc[cells[-1]], address("c", "c_row", *cells[-1]))], given["mask"], given["full"])
        b.branch(given["done"])


@intrinsic
def _fma_tile(typingctx: Any, given: Any) -> Any:
    """All tile sizes, and the switch between them; `floor`, the last number given, has the type of the tile."""

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        a, a_row, a0, a1, a2, b, b0, b1, b2, d0, d1, d2, start, start_row, c, c_row, rows, columns, floor = (
            cgutils.unpack_tuple(builder, args[0])
        )
        write = _Tile(builder, floor.type, given[-1].bitwidth)
        address = lambda v: builder.inttoptr(v, floor.type.as_pointer())  # noqa: E731
        # Without a start the sums begin at a row of zeros, so no branch is needed.
        zeros = cgutils.global_constant(builder.module, "zeros", ir.Constant(ir.ArrayType(floor.type, 4 * LANES), None))
        started = builder.icmp_signed("!=", start, I64(0))
        vectors = builder.sdiv(builder.add(columns, I64(LANES - 1)), I64(LANES))
        left = builder.sub(columns, builder.mul(builder.sub(vectors, I64(1)), I64(LANES)))
        known = {
            "a": address(a), "a_row": a_row, "a_step": (a0, a1, a2), "b": address(b), "b_step": (b0, b1, b2),
            "start": builder.select(started, address(start), builder.gep(zeros, [I32(0), I32(0)])),
            "depth": (d0, d1, d2), "start_row": builder.select(started, start_row, I64(0)),
            "c": address(c), "c_row": c_row,
            "floor": write.splat(floor), "mask": write.below(left),
            "full": builder.icmp_signed("==", left, I64(LANES)), "done": builder.append_basic_block("done"),
            "run": builder.and_(
                builder.icmp_signed("==", c_row, columns),
                builder.icmp_signed(">=", builder.add(columns, left), I64(LANES)),  # not as far as the row after the next
            ),
            "offsets": [I64(0), *(write.hide(builder.mul(I64(r), a_row)) for r in range(1, _GROUP))],
        }  # fmt: skip
        size = builder.switch(builder.add(builder.mul(vectors, I64(16)), rows), known["done"])
        for width, most in ROWS.items():
            for height in range(1, most + 1):
                case = builder.append_basic_block(f"tile{height}x{width}")
                size.add_case(I64(16 * width + height), case)
                builder.position_at_end(case)
                write.write(height, width, known)
        builder.position_at_end(known["done"])
        return context.get_dummy_value()

    return types.void(given), codegen


@exact
def _tile(a, a_row, a0, a1, a2, b, b0, b1, b2, d0, d1, d2, start, start_row, c, c_row, rows, columns, floor):
    """The tile as a function over plain addresses."""
    _fma_tile((a, a_row, a0, a1, a2, b, b0, b1, b2, d0, d1, d2, start, start_row, c, c_row, rows, columns, floor))


# Kernels call one machine function by name: were it a numba helper, each would compile all tile sizes again.
exports |= {f"neuroloom_tile_{real}": (_tile, (*["int64"] * 18, real)) for real in ("float32", "float64")}


@intrinsic
def tile(
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
            return builder.sext(v, I64) if v.type.width < 64 else v

        def numbers(i: int) -> list[ir.Value]:
            return [wide(v) for v in cgutils.unpack_tuple(builder, args[i])]

        def address(i: int, at: ir.Value) -> ir.Value:
            data = context.make_array(signature.args[i])(context, builder, args[i]).data
            return builder.ptrtoint(builder.gep(data, [at]), I64)

        (a_at, *a_steps), (b_at, *b_steps), depth = numbers(1), numbers(3), numbers(4)
        (start_at, start_row, begin), (c_at, c_row) = numbers(6), numbers(8)
        begun = builder.icmp_signed("!=", begin, I64(0))
        given = [
            address(0, a_at), *a_steps, address(2, b_at), *b_steps, *depth,
            builder.select(begun, address(5, start_at), I64(0)), start_row,
            address(7, c_at), c_row, wide(args[9]), wide(args[10]), args[11],
        ]  # fmt: skip
        nothing = cgutils.alloca_once(builder, BYTES)  # where it puts its result, None, and no exception
        given = [nothing, nothing, *given]
        kind = ir.FunctionType(I32, [v.type for v in given])
        function = cgutils.get_or_insert_function(builder.module, kind, f"neuroloom_tile_{signature.args[0].dtype}")
        builder.call(function, given)
        return context.get_dummy_value()

    return signature, codegen


Space = dict[str, tuple[int, ...]]


def shared_space(*spaces: Space) -> Space:
    """Scratch that several schedules of one block may use one after the other: for each name the largest size."""
    return {name: max(space[name] for space in spaces if name in space) for name in dict.fromkeys(chain(*spaces))}


def tile_shape(rows: int, columns: int) -> tuple[int, int]:
    """(rows, columns) of the tiles that cover a result: few, and in even parts, so that none is a thin rest."""
    # With 32 registers four vectors are best: fewer loads for each multiply-add, longer runs of columns.
    four = columns % (4 * LANES) == 0 and (LANES == 16 or rows <= ROWS[4])
    vectors = 1 if columns <= LANES else 4 if four else 2
    tiles = -(-rows // ROWS[vectors])
    return -(-rows // tiles), vectors * LANES


@helper
def evenly(count, rows):
    """(tiles, low, tall): so many rows in tiles of at most `rows`, the first `tall` of them of low + 1, the others of low.

    A tile of two rows, which waits for its sums, takes two thirds of the time of one of six.
    """
    tiles = (count + rows - 1) // rows
    return tiles, count // tiles, count % tiles
