"""3×3 convolutions of stride 1 with a quarter of the multiplications: Winograd's F(4×4, 3×3).

A square of 4×4 outputs needs 6×6 inputs. Changed by fixed small matrices, both picture and weights become 36 numbers
that are multiplied one by one, so a layer is 36 matrix products (squares, c) (c, o), and the result is changed back:
y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A. The gradients follow by turning the formula round: that of x is the same with w turned
by half a turn, that of w is Gᵀ [sum over squares of (Bᵀ x B) ⊙ (A dy Aᵀ)] G.
Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016). Rounding: some 1e-5
of the largest result.

Of the two squares of a change one lies in scratch, in whole vectors. The other lies in a picture or among the weights: where
it is not all there, or some lanes are no channels, it goes through a copy that is filled up with zeros. So no mask and no
choice of an address is in the way of the arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from llvmlite import ir

from core.kernels._jit import cgutils, intrinsic, types
from core.kernels.vectors import BYTES, I64, LANES, Vectors

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


@dataclass(frozen=True)
class _Square:
    """size×size vectors: the first one, and the steps down and right."""

    size: int
    first: ir.Value
    steps: list[ir.Value]


class _Change(Vectors):
    """Writes m d mᵀ for a square d of vectors. Of a picture's square (i0, i1, j0, j1) is there, and of its lanes `room`."""

    def __init__(
        self, builder: ir.IRBuilder, element: ir.Type, bits: int, bounds: list[ir.Value], room: ir.Value
    ) -> None:
        super().__init__(builder, element, bits)
        self.bounds, self.full, self.mask = bounds, builder.icmp_signed(">=", room, I64(LANES)), self.below(room)

    def parted(self, size: int) -> ir.Value:
        """Whether some lane of the picture's square is not there."""
        b, (i0, i1, j0, j1) = self.builder, self.bounds
        inside = [b.icmp_signed("<=", low, I64(0)) for low in (i0, j0)]
        inside += [b.icmp_signed(">=", high, I64(size)) for high in (i1, j1)]
        return b.not_(reduce(b.and_, inside, self.full))

    def copy_where(self, parted: ir.Value, s: _Square, *, filled: bool) -> _Square:
        """The square itself, or where it is parted a copy: filled with what is there and zeros, or with nothing yet."""
        b = self.builder
        room = cgutils.alloca_once(b, ir.ArrayType(self.vector, s.size**2))
        copy = _Square(s.size, b.bitcast(room, s.first.type), [I64(s.size * LANES), I64(LANES)])
        if filled:
            with b.if_then(parted):
                for k in range(s.size**2):
                    self.store(self.constant(0), self.at(copy.first, I64(k * LANES)))
                for source, target in self.there(s, copy):
                    self.store(self.load(source, self.mask), target)
        pairs = zip((copy.first, *copy.steps), (s.first, *s.steps), strict=True)
        first, *steps = (b.select(parted, one, other) for one, other in pairs)
        return _Square(s.size, first, steps)

    def there(self, *squares: _Square) -> Iterator[list[ir.Value]]:
        """A loop over the vectors that are there: their addresses in each square."""
        b, size = self.builder, squares[0].size
        i0, i1, j0, j1 = (self.clip(bound, size) for bound in self.bounds)
        with cgutils.for_range_slice(b, i0, i1, I64(1)) as (i, _), cgutils.for_range_slice(b, j0, j1, I64(1)) as (j, _):
            yield [self.at(s.first, b.add(b.mul(i, s.steps[0]), b.mul(j, s.steps[1]))) for s in squares]

    def clip(self, bound: ir.Value, size: int) -> ir.Value:
        """A number from 0 to `size`."""
        b = self.builder
        bound = b.select(b.icmp_signed("<", bound, I64(0)), I64(0), bound)
        return b.select(b.icmp_signed(">", bound, I64(size)), I64(size), bound)

    def lines(self, s: _Square, *, down: bool) -> Iterator[list[ir.Value]]:
        """The addresses of its columns or rows.

        Each has one register of its own and shares the others, so that an address is part of a load or a store.
        """
        b = self.builder
        along, across = (b.mul(step, I64(self.align)) for step in (s.steps if down else s.steps[::-1]))  # in bytes
        steps = [b.mul(along, I64(k)) for k in range(s.size)]
        steps = [self.hide(step) if k in {3, 5} else step for k, step in enumerate(steps)]  # 1, 2 and 4 times need none
        first = b.bitcast(s.first, BYTES)
        for k in range(s.size):
            line = self.hide(self.at(first, b.mul(across, I64(k))))
            yield [self.at(line, step) for step in steps]

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


def _change(matrix: Matrix, *, back: bool = False, finish: bool = False, onto: bool = False) -> Any:
    """An intrinsic for b = m a mᵀ, squares of vectors of channels, of which a lies in a picture, or with `back` b.

    With `finish`, b = max(floor, m a mᵀ + bias); with `onto`, b += m a mᵀ.
    """

    @intrinsic
    def change(
        typingctx: Any,
        a: Any,
        a_at: Any,
        b: Any,
        b_at: Any,
        bounds: Any,
        room: Any,
        bias: Any,
        bias_at: Any,
        floor: Any,
    ) -> Any:
        """a_at = (at, i, j): a[i, j] is at + i * i_step + j * j_step; b_at is alike.

        bounds = (i0, i1, j0, j1): outside, what lies in the picture is 0 and is not stored. room: of a vector's lanes so
        many are channels there.
        """

        def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            wide = lambda v: builder.sext(v, I64) if v.type.width < 64 else v  # noqa: E731
            numbers = lambda i: [wide(v) for v in cgutils.unpack_tuple(builder, args[i])]  # noqa: E731
            data = lambda i: context.make_array(signature.args[i])(context, builder, args[i]).data  # noqa: E731
            element, bits = context.get_value_type(signature.args[0].dtype), signature.args[0].dtype.bitwidth
            write = _Change(builder, element, bits, numbers(4), wide(args[5]))

            def square(array: int, size: int) -> _Square:
                at, *steps = numbers(array + 1)
                return _Square(size, write.at(data(array), at), steps)

            source, target = square(0, len(matrix[0])), square(2, len(matrix))
            parted = write.parted((target if back else source).size)
            home = target
            if back:
                target = write.copy_where(parted, target, filled=onto)
            else:
                source = write.copy_where(parted, source, filled=True)
            # Down the columns, then along the rows.
            half = [write.product(matrix, [write.load(p) for p in line]) for line in write.lines(source, down=True)]
            if finish:
                add, least = write.load(write.at(data(6), args[7]), write.mask), write.splat(args[8])
            for i, line in enumerate(write.lines(target, down=False)):
                for place, value in zip(line, write.product(matrix, [column[i] for column in half]), strict=True):
                    done = builder.fadd(value, add) if finish else value
                    if finish:
                        done = builder.select(builder.fcmp_ordered("<", done, least), least, done)
                    if onto:
                        done = builder.fadd(done, write.load(place))
                    write.store(done, place)
            if back:
                with builder.if_then(parted):
                    for one, other in write.there(target, home):
                        for (mask,) in write.either(write.full, write.mask):
                            write.store(write.load(one), other, mask)
            return context.get_dummy_value()

        kind, places = types.int64, types.UniTuple(types.int64, 3)
        return types.void(a, places, b, places, types.UniTuple(types.int64, 4), kind, bias, kind, a.dtype), codegen

    return change


change_input = _change(TO_INPUT)  # 6×6 of x
change_weights = _change(TO_WEIGHTS)  # 3×3 of w
change_output = _change(TO_OUTPUT, back=True, finish=True)  # back to 4×4 of y
change_output_gradient = _change(turned(TO_OUTPUT))  # 4×4 of dy
change_input_gradient = _change(turned(TO_INPUT), back=True, onto=True)  # onto 6×6 of dx
change_weights_gradient = _change(turned(TO_WEIGHTS), back=True)  # back to 3×3 of dw
