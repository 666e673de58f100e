"""One vector of channels of a pooling window: the largest numbers of the window, and the way back to where they stood.

Channels are often too few to fill a vector, and numba's loops over them are then slow: 6 channels took five times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir

from core.kernels._jit import cgutils, intrinsic, types
from core.kernels.vectors import I1, I32, I64, LANES, Vectors

if TYPE_CHECKING:
    from collections.abc import Callable

_PLACES = ir.VectorType(I32, LANES)


class _Window(Vectors):
    """Writes vectors beside the places they came from, which are int32 or uint8 in memory."""

    def __init__(self, builder: ir.IRBuilder, element: ir.Type, bits: int, place: ir.IntType) -> None:
        super().__init__(builder, element, bits)
        self.place = place
        self.narrow = ir.VectorType(place, LANES)

    def load_places(self, pointer: ir.Value, mask: ir.Value | None) -> ir.Value:
        """The places from here on, as int32."""
        pointer = self.builder.bitcast(pointer, self.narrow.as_pointer())
        if mask is None:
            value = self.builder.load(pointer, align=1)
        else:
            kind = ir.FunctionType(self.narrow, [pointer.type, I32, ir.VectorType(I1, LANES), self.narrow])
            name = f"llvm.masked.load.v{LANES}i{self.place.width}.p0"
            function = cgutils.get_or_insert_function(self.builder.module, kind, name)
            value = self.builder.call(function, [pointer, I32(1), mask, ir.Constant(self.narrow, None)])
        return self.builder.zext(value, _PLACES) if self.place.width < I32.width else value

    def store_places(self, value: ir.Value, pointer: ir.Value, mask: ir.Value | None) -> None:
        """Write int32 places from here on."""
        value = self.builder.trunc(value, self.narrow) if self.place.width < I32.width else value
        pointer = self.builder.bitcast(pointer, self.narrow.as_pointer())
        if mask is None:
            self.builder.store(value, pointer, align=1)
        else:
            kind = ir.FunctionType(ir.VoidType(), [self.narrow, pointer.type, I32, ir.VectorType(I1, LANES)])
            name = f"llvm.masked.store.v{LANES}i{self.place.width}.p0"
            self.builder.call(
                cgutils.get_or_insert_function(self.builder.module, kind, name), [value, pointer, I32(1), mask]
            )


def _begin(context: Any, builder: ir.IRBuilder, signature: Any, args: Any, floats: int, places: int) -> Any:
    """The writer for these arrays, and two functions: the address of an element of one of them, a number as vector of int32."""
    element = context.get_value_type(signature.args[floats].dtype)
    place = context.get_value_type(signature.args[places].dtype)
    write = _Window(builder, element, signature.args[floats].dtype.bitwidth, place)

    def address(array: int, at: ir.Value) -> ir.Value:
        return write.at(context.make_array(signature.args[array])(context, builder, args[array]).data, at)

    return write, address, lambda number: write.splat(builder.trunc(number, I32))


class _Search:
    """Writes the search for the largest pixel of a window, and for where it stands, lane by lane."""

    def __init__(self, write: Vectors) -> None:
        self.write, self.builder = write, write.builder
        self.best, self.place = (cgutils.alloca_once(self.builder, kind) for kind in (write.vector, _PLACES))

    def number(self, number: ir.Value) -> ir.Value:
        """A whole number in every lane."""
        return self.write.splat(self.builder.trunc(number, I32))

    def over(
        self, pixel: Callable[[ir.Value, ir.Value], ir.Value], size: tuple[ir.Value, ir.Value], width: ir.Value
    ) -> None:
        """Look at all pixel(i, j) of a window; place (i, j) has the number i * width + j."""
        builder = self.builder

        def look(i: ir.Value, j: ir.Value) -> None:
            new, top = pixel(i, j), builder.load(self.best)
            # a NaN wins, and nothing wins against it
            wins = builder.or_(builder.fcmp_ordered(">", new, top), builder.fcmp_unordered("uno", new, new))
            here = self.number(builder.add(builder.mul(i, width), j))
            builder.store(builder.select(wins, new, top), self.best)
            builder.store(builder.select(wins, here, builder.load(self.place)), self.place)

        builder.store(pixel(I64(0), I64(0)), self.best)
        builder.store(ir.Constant(_PLACES, None), self.place)
        square = builder.and_(*(builder.icmp_signed("==", n, I64(2)) for n in size))
        with builder.if_else(square) as (of_four, of_any):
            with of_four:  # written out: a loop of two rounds costs five times as much as what is done in it
                for i, j in ((0, 1), (1, 0), (1, 1)):
                    look(I64(i), I64(j))
            with of_any, cgutils.for_range(builder, size[0]) as i, cgutils.for_range(builder, size[1]) as j:
                look(i.index, j.index)

    def found(self, relu: ir.Value, nowhere: ir.Value) -> tuple[ir.Value, ir.Value]:
        """The largest and its place; with relu it is at least 0, and stands `nowhere` where it is 0."""
        builder, zero, top = self.builder, self.write.constant(0), self.builder.load(self.best)
        low = builder.and_(builder.fcmp_ordered("<=", top, zero), self.write.splat(relu))
        here = builder.select(low, self.number(nowhere), builder.load(self.place))
        return builder.select(low, zero, top), here


@intrinsic
def largest(
    typingctx: Any, x: Any, at: Any, row: Any, column: Any, rows: Any, columns: Any, width: Any, some: Any,
    y: Any, which: Any, to: Any, room: Any, relu: Any, nowhere: Any,
) -> Any:  # fmt: skip
    """y[to + l] = the largest x[at + i * row + j * column + l], which[to + l] = the first i * width + j where it stands.

    For all lanes l < some with l < room; lanes from `some` on get numbers without a meaning where there is room.
    With relu, y is at least 0, and `which` is `nowhere` where it is 0.
    """

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        write, address, _ = _begin(context, builder, signature, args, 0, 9)
        _, at, row, column, rows, columns, width, some, _, _, to, room, relu, nowhere = args
        search = _Search(write)
        for (inside,) in write.either(builder.icmp_signed(">=", some, I64(LANES)), write.below(some)):
            pixel = lambda i, j, inside=inside: write.load(address(0, _off(builder, at, (i, row), (j, column))), inside)  # noqa: E731
            search.over(pixel, (rows, columns), width)
        top, here = search.found(relu, nowhere)
        for (mask,) in write.either(builder.icmp_signed(">=", room, I64(LANES)), write.below(room)):
            write.store(top, address(8, to), mask)
            write.store_places(here, address(9, to), mask)
        return context.get_dummy_value()

    whole = types.int64
    return types.void(x, *[whole] * 7, y, which, whole, whole, types.boolean, whole), codegen


@intrinsic
def largest_in_place(
    typingctx: Any,
    lines: Any,
    at: Any,
    row: Any,
    column: Any,
    rows: Any,
    columns: Any,
    to: Any,
    place_to: Any,
    relu: Any,
) -> Any:
    """lines[to + l] = the largest lines[at + i * row + j * column + l], lines[place_to + l] = the first i * columns + j.

    What `largest` does, with all lanes and a place that is a number like the others.
    """

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        write = Vectors(builder, context.get_value_type(signature.args[0].dtype), signature.args[0].dtype.bitwidth)
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        _, at, row, column, rows, columns, to, place_to, relu = args
        search = _Search(write)
        pixel = lambda i, j: write.load(write.at(data, _off(builder, at, (i, row), (j, column))))  # noqa: E731
        search.over(pixel, (rows, columns), columns)
        top, here = search.found(relu, builder.mul(rows, columns))
        write.store(top, write.at(data, to))
        write.store(builder.sitofp(here, write.vector), write.at(data, place_to))
        return context.get_dummy_value()

    whole = types.int64
    return types.void(lines, *[whole] * 7, types.boolean), codegen


def _off(builder: ir.IRBuilder, at: ir.Value, *moves: tuple[ir.Value, ir.Value]) -> ir.Value:
    """So many steps of each length on."""
    for count, step in moves:
        at = builder.add(at, builder.mul(count, step))
    return at


def _send_back(*, adding: bool) -> Any:
    """An intrinsic that sends a window's gradient to one of its pixels."""

    @intrinsic
    def send_back(
        typingctx: Any, dy: Any, which: Any, at: Any, some: Any, place: Any, dx: Any, to: Any, room: Any
    ) -> Any:
        def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
            write, address, lanes = _begin(context, builder, signature, args, 0, 1)
            _, _, at, some, place, _, to, room = args
            least = builder.select(builder.icmp_signed("<", some, room), some, room)
            masks = write.below(some), write.below(room)
            for mask, inside in write.either(builder.icmp_signed(">=", least, I64(LANES)), *masks):
                slope, stood = write.load(address(0, at), mask), write.load_places(address(1, at), mask)
                here = builder.icmp_signed("==", stood, lanes(place))
                value = builder.select(here, slope, write.constant(0))
                if adding:
                    value = builder.fadd(value, write.load(address(5, to), inside))
                write.store(value, address(5, to), inside)
            return context.get_dummy_value()

        whole = types.int64
        return types.void(dy, which, whole, whole, whole, dx, whole, whole), codegen

    return send_back


send_back = _send_back(adding=False)  # dx[to + l] = dy[at + l] where which[at + l] = place, else 0; l < some, l < room
add_back = _send_back(adding=True)  # the same, with += for =
