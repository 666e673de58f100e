"""One vector of channels of a pooling window: the largest numbers of the window, and the way back to where they stood.

Channels are often too few to fill a vector, and numba's loops over them are then slow: 6 channels took five times as long.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from core.kernels._jit import cgutils, intrinsic, types
from core.kernels.vectors import I1, I32, I64, LANES, Vectors

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
        write, address, lanes = _begin(context, builder, signature, args, 0, 9)
        _, at, row, column, rows, columns, width, some, _, _, to, room, relu, nowhere = args
        best, place = (cgutils.alloca_once(builder, kind) for kind in (write.vector, _PLACES))

        def look(i: ir.Value, j: ir.Value, inside: ir.Value | None) -> None:
            offset = builder.add(builder.mul(i, row), builder.mul(j, column))
            pixel, top = write.load(address(0, builder.add(at, offset)), inside), builder.load(best)
            # a NaN wins, and nothing wins against it
            wins = builder.or_(builder.fcmp_ordered(">", pixel, top), builder.fcmp_unordered("uno", pixel, pixel))
            here = lanes(builder.add(builder.mul(i, width), j))
            builder.store(builder.select(wins, pixel, top), best)
            builder.store(builder.select(wins, here, builder.load(place)), place)

        for (inside,) in write.either(builder.icmp_signed(">=", some, I64(LANES)), write.below(some)):
            builder.store(write.load(address(0, at), inside), best)
            builder.store(ir.Constant(_PLACES, None), place)
            square = builder.and_(*(builder.icmp_signed("==", size, I64(2)) for size in (rows, columns)))
            with builder.if_else(square) as (of_four, of_any):
                with of_four:  # written out: a loop of two rounds costs five times as much as what is done in it
                    for i, j in ((0, 1), (1, 0), (1, 1)):
                        look(I64(i), I64(j), inside)
                with of_any, cgutils.for_range(builder, rows) as i, cgutils.for_range(builder, columns) as j:
                    look(i.index, j.index, inside)
        top, here = builder.load(best), builder.load(place)
        low = builder.and_(builder.fcmp_ordered("<=", top, write.constant(0)), write.splat(relu))
        top = builder.select(low, write.constant(0), top)
        here = builder.select(low, lanes(nowhere), here)
        for (mask,) in write.either(builder.icmp_signed(">=", room, I64(LANES)), write.below(room)):
            write.store(top, address(8, to), mask)
            write.store_places(here, address(9, to), mask)
        return context.get_dummy_value()

    whole = types.int64
    return types.void(x, *[whole] * 7, y, which, whole, whole, types.boolean, whole), codegen


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
