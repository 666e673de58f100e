"""3×3 convolutions of stride 1 with a quarter of the multiplications: Winograd's F(4×4, 3×3).

A square of 4×4 outputs needs 6×6 inputs. Changed by fixed small matrices, both picture and weights become 36 numbers
that are multiplied one by one, so a layer is 36 matrix products (squares, c) (c, o), and the result is changed back:
y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A. The gradients follow by turning the formula round: that of x is the same with w turned
by half a turn, that of w is Gᵀ [sum over squares of (Bᵀ x B) ⊙ (A dy Aᵀ)] G.
Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016). Rounding: some 1e-5
of the largest result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.kernels.vectors import LANES, Vectors

# isort: split
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

Matrix = Sequence[Sequence[float]]
TO_INPUT: Matrix = (
    (4, 0, -5, 0, 1, 0), (0, -4, -4, 1, 1, 0), (0, 4, -4, -1, 1, 0),
    (0, -2, -1, 2, 1, 0), (0, 2, -1, -2, 1, 0), (0, 4, 0, -5, 0, 1),
)  # fmt: skip
TO_WEIGHTS: Matrix = (
    (1 / 4, 0, 0), (-1 / 6, -1 / 6, -1 / 6), (-1 / 6, 1 / 6, -1 / 6),
    (1 / 24, 1 / 12, 1 / 6), (1 / 24, -1 / 12, 1 / 6), (0, 0, 1),
)  # fmt: skip
TO_OUTPUT: Matrix = ((1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 1))


def turned(matrix: Matrix) -> Matrix:
    """The transposed matrix."""
    return tuple(zip(*matrix, strict=True))


class _Change(Vectors):
    """Writes m d mᵀ for a square d of vectors."""

    def weighted(self, terms: list[tuple[float, ir.Value]]) -> ir.Value:
        """The sum of factor * vector."""
        total = None
        for factor, vector in sorted(terms, key=lambda term: term[0] != 1):  # begin with a plain one, it costs nothing
            if total is None:
                total = vector if factor == 1 else self.builder.fmul(vector, self.constant(factor))
            elif abs(factor) == 1:
                total = (self.builder.fadd if factor > 0 else self.builder.fsub)(total, vector)
            else:
                total = self.builder.call(self.fma, [self.constant(factor), vector, total])
        return total

    def product(self, matrix: Matrix, vectors: list[ir.Value]) -> list[ir.Value]:
        """Matrix times vectors; what two columns or two rows have in common, but for signs, is added up once."""
        b, columns = self.builder, turned(matrix)
        inputs: list[tuple[Sequence[float], ir.Value]] = []
        while len(vectors) > 0:
            one, two = (*columns[:2], ())[:2]
            if len(two) > 0 and all(abs(p) == abs(q) for p, q in zip(one, two, strict=True)):
                both = list(zip(one, two, strict=True))
                inputs.append(([p if p == q else 0 for p, q in both], b.fadd(vectors[0], vectors[1])))
                inputs.append(([p if p != q else 0 for p, q in both], b.fsub(vectors[0], vectors[1])))
                columns, vectors = columns[2:], vectors[2:]
            else:
                inputs.append((one, vectors[0]))
                columns, vectors = columns[1:], vectors[1:]
        rows = [[(column[i], vector) for column, vector in inputs if column[i]] for i in range(len(matrix))]
        results: list[ir.Value] = []
        while len(results) < len(rows):
            first, second = (*rows[len(results) : len(results) + 2], [])[:2]
            if [(abs(f), vector) for f, vector in first] == [(abs(f), vector) for f, vector in second]:
                both_rows = list(zip(first, second, strict=True))
                same = [p for p, q in both_rows if p[0] == q[0]]
                other = [p for p, q in both_rows if p[0] != q[0]]
                if same and other:
                    even, odd = self.weighted(same), self.weighted(other)
                    results += [b.fadd(even, odd), b.fsub(even, odd)]
                    continue
            results.append(self.weighted(first))
        return results


def _change(matrix: Matrix, *, finish: bool = False, onto: bool = False) -> Any:
    """An intrinsic for b = m a mᵀ, squares of vectors of channels.

    With `finish`, b = max(floor, m a mᵀ + bias); with `onto`, b += m a mᵀ.
    """

    @intrinsic
    def change(
        typingctx: Any, a: Any, a_at: Any, a_inside: Any, b: Any, b_at: Any, b_inside: Any, room: Any,
        bias: Any, bias_at: Any, floor: Any,
    ) -> Any:  # fmt: skip
        """a_at = (at, i, j): a[i, j] is at + i * i_step + j * j_step. a_inside = (i0, i1, j0, j1): outside it, a is 0.

        b_at is alike, and outside b_inside nothing is stored. room: of a vector's lanes so many are channels.
        """

        def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            wide = lambda v: builder.sext(v, ir.IntType(64)) if v.type.width < 64 else v  # noqa: E731
            numbers = lambda i: [wide(v) for v in cgutils.unpack_tuple(builder, args[i])]  # noqa: E731
            write = _Change(builder, context.get_value_type(signature.args[0].dtype), signature.args[0].dtype.bitwidth)
            data = lambda i: context.make_array(signature.args[i])(context, builder, args[i]).data  # noqa: E731
            whole = ir.IntType(64)
            mask = write.below(wide(args[6]))
            # What lies outside is read from zeros and written to nowhere, so that no branch is needed.
            zeros = builder.gep(
                cgutils.global_constant(builder.module, "zeros", ir.Constant(ir.ArrayType(write.element, LANES), None)),
                [ir.Constant(ir.IntType(32), 0)] * 2,
            )
            nowhere = cgutils.alloca_once(builder, write.vector)
            nowhere = builder.bitcast(nowhere, write.element.as_pointer())

            def addresses(array: int, elsewhere: ir.Value, size: int) -> list[list[ir.Value]]:
                (at, i_step, j_step), (i0, i1, j0, j1) = numbers(array + 1), numbers(array + 2)
                base = builder.gep(data(array), [at])

                def within(k: int, low: ir.Value, high: ir.Value) -> ir.Value:
                    return builder.and_(
                        builder.icmp_signed(">=", whole(k), low), builder.icmp_signed("<", whole(k), high)
                    )

                def address(i: int, j: int) -> ir.Value:
                    offset = builder.add(builder.mul(whole(i), i_step), builder.mul(whole(j), j_step))
                    there = builder.gep(base, [offset])
                    return builder.select(builder.and_(rows[i], columns[j]), there, elsewhere)

                rows, columns = [within(k, i0, i1) for k in range(size)], [within(k, j0, j1) for k in range(size)]
                return [[address(i, j) for j in range(size)] for i in range(size)]

            size, result = len(matrix[0]), len(matrix)
            square = addresses(0, zeros, size)
            # Down the columns, then along the rows.
            half = [write.product(matrix, [write.load(square[i][j], mask) for i in range(size)]) for j in range(size)]
            target = addresses(3, nowhere, result)
            if finish:
                add, least = write.load(builder.gep(data(7), [args[8]]), mask), write.splat(args[9])
            for i in range(result):
                for j, value in enumerate(write.product(matrix, [half[k][i] for k in range(size)])):
                    done = builder.fadd(value, add) if finish else value
                    if finish:
                        done = builder.select(builder.fcmp_ordered("<", done, least), least, done)
                    if onto:
                        done = builder.fadd(done, write.load(target[i][j], mask))
                    write.store(done, target[i][j], mask)
            return context.get_dummy_value()

        kind, places = types.int64, types.UniTuple(types.int64, 3)
        inside = types.UniTuple(types.int64, 4)
        return types.void(a, places, inside, b, places, inside, kind, bias, kind, a.dtype), codegen

    return change


change_input = _change(TO_INPUT)  # 6×6 of x
change_weights = _change(TO_WEIGHTS)  # 3×3 of w
change_output = _change(TO_OUTPUT, finish=True)  # back to 4×4 of y
change_output_gradient = _change(turned(TO_OUTPUT))  # 4×4 of dy
change_input_gradient = _change(turned(TO_INPUT), onto=True)  # onto 6×6 of dx
change_weights_gradient = _change(turned(TO_WEIGHTS))  # back to 3×3 of dw
