"""Fewer and lighter calls for a plan that nobody looks into: passes over its calls that change no number.

One adds in another order: the weight gradient of a convolution in front of pooling (`correlated_behind_pooling`).
A block's `y` and `dx` are written by its own calls and only read by others (see `core/blocks/_base.py`). So a pass has to
know no more than which calls touch an array. It leaves out calls, changes others, and lets one array take another's place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.blocks._base import Buffers
from core.kernels import conv_into_pool, conv_pictures, conv_pooled
from core.kernels.activation import relu_backward, relu_forward
from core.kernels.call import Call
from core.kernels.conv_direct import convolve
from core.kernels.conv_geometry import Geometry
from core.kernels.conv_gradients import correlate, fold
from core.kernels.conv_pictures import convolve_pictures
from core.kernels.matmul import NONE, RELU, add_sums, multiply
from core.kernels.merge import add, add_relu, place
from core.kernels.norm import batch_norm_forward, batch_norm_relu_forward
from core.kernels.pool import max_pool_backward, max_pool_forward
from core.kernels.winograd import winograd_convolve
from core.plan.buffers import Array, aligned, each, moved, owner
from core.plan.plan import Entry, Plan

ACTIVATING = {
    multiply,
    convolve,
    convolve_pictures,
    winograd_convolve,
    max_pool_forward,
}  # kernels that are told to do ReLU to `y` before they store it
JOINED = {  # convolutions, and how a call that pools besides is made of them
    convolve: conv_into_pool.joined,
    convolve_pictures: conv_pictures.joined,
}
TWINS: dict[Any, Any] = {  # kernels, and those that do the same and ReLU besides
    add: add_relu,
    batch_norm_forward: batch_norm_relu_forward,
}


def fused(plan: Plan) -> Plan:
    """The same numbers from fewer calls. What a block put out before the ReLU behind it is no longer to be seen."""
    for fuse in (
        relu_behind_pooling,
        relu_with_what_is_before,
        correlated_behind_pooling,
        convolved_into_pooling,
        copies,
    ):
        plan = fuse(_Uses(plan)).apply(plan)
    return plan


@dataclass(frozen=True, slots=True)
class Change:
    """What a pass wants done."""

    left_out: set[Entry] = field(default_factory=set)
    instead: dict[Entry, Call] = field(default_factory=dict)
    stand_ins: dict[int, tuple[Array, Array]] = field(default_factory=dict)  # owner -> the array, and the one for it
    scratch: dict[str, list[Array]] = field(default_factory=dict)  # block -> what new calls need beside its own

    def take_for(self, array: Array, other: Array) -> None:
        """From now on `other` is meant where `array` is written."""
        self.stand_ins[owner(array)] = array, other

    def space(self, block: str) -> Callable[[tuple[int, ...], npt.DTypeLike], Array]:
        """Makes scratch for a block."""

        def empty(shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
            array = aligned(shape, dtype)
            self.scratch.setdefault(block, []).append(array)
            return array

        return empty

    def apply(self, plan: Plan) -> Plan:
        """The plan with this done."""
        entries = [
            replace(e, call=self._renamed(self.instead.get(e, e.call))) for e in plan.entries if e not in self.left_out
        ]
        buffers = {name: each(self._with_scratch(name, b), self._place) for name, b in plan.buffers.items()}
        return replace(plan, entries=tuple(entries), buffers=buffers)

    def _with_scratch(self, block: str, b: Buffers) -> Buffers:
        more = {f"fused {len(b.scratch) + i}": array for i, array in enumerate(self.scratch.get(block, ()))}
        return replace(b, scratch={**b.scratch, **more})

    def _renamed(self, call: Call) -> Call:
        return replace(call, args=tuple(self._place(a) if isinstance(a, np.ndarray) else a for a in call.args))

    def _place(self, array: Array) -> Array:
        while (key := owner(array)) in self.stand_ins:
            array = moved(array, *self.stand_ins[key])
        return array


class _Uses:
    """Which calls touch an array."""

    def __init__(self, plan: Plan) -> None:
        self.entries = plan.entries
        self.outside = {owner(a) for n in (*plan.inputs, *plan.outputs) for a in plan.buffers[n].y}
        self._touching: dict[int, list[Entry]] = defaultdict(list)
        for entry in plan.entries:
            for key in {owner(a) for a in entry.call.args if isinstance(a, np.ndarray)}:
                self._touching[key].append(entry)

    def of(self, array: Array) -> list[Entry]:
        """All calls that touch the array."""
        return self._touching[owner(array)]

    def running(self, kernel: Any, array: Array | None = None, name: str = "") -> list[Entry]:
        """The calls of a kernel: all, those that touch the array, or those that know it by this name."""
        found = [e for e in (self.entries if array is None else self.of(array)) if e.call.kernel is kernel]
        return [e for e in found if array is None or not name or owner(e.call.array(name)) == owner(array)]

    def only(self, array: Array, *entries: Entry) -> bool:
        """Whether nobody else, in the plan or outside, touches the array."""
        return owner(array) not in self.outside and set(self.of(array)) == set(entries)


def relu_behind_pooling(uses: _Uses) -> Change:
    """ReLU, then the largest of a window -> the largest, then ReLU: the same, on a fraction of the numbers.

    A window without a positive number sends no gradient back, so ReLU has nothing left to do in either direction.
    """
    change = Change()
    for pool in uses.running(max_pool_forward):
        x = pool.call.array("x")
        before, masks = uses.running(relu_forward, x, "y"), uses.running(relu_backward, x, "y")
        backs = uses.running(max_pool_backward, pool.call.array("which"))
        if len(before) != 1 or len(masks) != len(backs) or not uses.only(x, pool, *before, *masks):
            continue
        if masks:
            (mask,) = masks
            if not uses.only(mask.call.array("dy"), *backs, mask):
                continue
            change.take_for(mask.call.array("dy"), mask.call.array("dx"))
        change.take_for(x, before[0].call.array("x"))
        change.instead[pool] = pool.call.but(activation=RELU)
        change.left_out.update(before, masks)
    return change


def relu_with_what_is_before(uses: _Uses) -> Change:
    """A product, convolution, sum, … that only a ReLU reads -> the kernel does the ReLU before it stores."""
    change = Change()
    for relu in uses.running(relu_forward):
        x = relu.call.array("x")
        before = [e for e in uses.of(x) if e is not relu]
        if len(before) != 1 or not uses.only(x, relu, *before):
            continue
        call = _with_relu(before[0].call, x)
        if call is not None:
            change.instead[before[0]] = call
            change.take_for(x, relu.call.array("y"))
            change.left_out.add(relu)
    return change


def _with_relu(call: Call, y: Array) -> Call | None:
    """The call with ReLU done to its result y, where there is a way."""
    if "y" not in call.names or owner(call.array("y")) != owner(y) or call.array("y").size != y.size:
        return None
    if call.kernel in TWINS:
        return replace(call, kernel=TWINS[call.kernel])
    return call.but(activation=RELU) if call.kernel in ACTIVATING and call.argument("activation") == NONE else None


def correlated_behind_pooling(uses: _Uses) -> Change:
    """A gradient sent back through max pooling that only a convolution's weights read -> from the pooled gradient at once."""
    change = Change()
    for entry in uses.running(correlate):
        dy = entry.call.array("dy")
        backs = uses.running(max_pool_backward, dy, "dx")
        readers = [e for e in uses.of(entry.call.array("sums")) if e is not entry]
        if len(backs) != 1 or not uses.only(dy, backs[0], entry):
            continue
        dw, db = _sums_go_to(readers)
        found = None if dw is None else _behind_pooling(entry.call, backs[0].call, dw, db, change.space(entry.block))
        if found is not None:
            change.instead[entry], change.instead[readers[0]] = found
            change.left_out.update(backs, readers[1:])
    return change


def _sums_go_to(readers: list[Entry]) -> tuple[Array | None, Array | None]:
    """Where `fold`, or one or two `add_sums`, put the gradients of weights and bias."""
    if [e.call.kernel for e in readers] == [fold]:
        (call,) = (e.call for e in readers)
        return call.array("dw"), call.array("db") if call.argument("biased") else None
    if any(e.call.kernel is not add_sums for e in readers):
        return None, None
    ends = {bool(e.call.argument("at")): e.call.array("y") for e in readers}
    return ends.get(False), ends.get(True)


def _behind_pooling(
    correlating: Call, back: Call, dw: Array, db: Array | None, empty: Callable[[tuple[int, ...], npt.DTypeLike], Array]
) -> tuple[Call, Call] | None:
    """The two calls of `conv_pooled` for these, where they suit; `empty` makes scratch."""

    def numbers(call: Call, *names: str) -> list[int]:
        return [int(number) for name in names if isinstance(number := call.argument(name), int)]

    n, oh, ow, o = back.array("dx").shape
    h, w, c, top, left, sy, sx, dilation, kh, rows, columns, outputs = numbers(
        correlating, "h", "w", "c", "top", "left", "sy", "sx", "step_y", "taps", "oh", "ow", "columns"
    )
    widen = outputs // o
    height, width, stride, *before = numbers(back, "height", "width", "stride", "before_rows", "before_columns")
    g = Geometry(
        n, h, w, c, kh, dw.size // (kh * c * o), o, oh, ow, top, left,
        (sy, sx // widen), (dilation, numbers(correlating, "step_x")[0]),
    )  # fmt: skip
    pooling = conv_pooled.Pooling(height, width, stride, *back.array("dy").shape[1:3])
    if any(before) or (rows, columns * widen) != (oh, ow) or not conv_pooled.suits(g, pooling):
        return None
    scratch = {name: empty(shape, dw.dtype) for name, shape in conv_pooled.space(g).items()}
    x, dy, which = correlating.array("x"), back.array("dy"), back.array("which")
    first, second = conv_pooled.calls(g, pooling, x, dy, which, dw, db, scratch)
    return first, second


def convolved_into_pooling(uses: _Uses) -> Change:
    """A convolution whose result only max pooling reads -> one call that pools it line by line and keeps none of it."""
    change = Change()
    for pool in uses.running(max_pool_forward):
        x = pool.call.array("x")
        before = [e for kernel in JOINED for e in uses.running(kernel, x, "y")]
        if len(before) != 1 or not uses.only(x, pool, *before):
            continue
        call = JOINED[before[0].call.kernel](before[0].call, pool.call, change.space(pool.block))
        if call is not None:
            change.instead[pool] = call
            change.left_out.update(before)
    return change


def copies(uses: _Uses) -> Change:
    """A copy of a whole array -> the array itself, because nobody writes to either of them any more."""
    change = Change()
    for entry in uses.running(place):
        x, y = entry.call.array("x"), entry.call.array("y")
        whole = x.shape == y.shape and entry.call.argument("width") == x.shape[1]
        owns = [e for e in uses.of(y) if (e.phase, e.block) == (entry.phase, entry.block)]
        if whole and owns == [entry] and owner(y) not in uses.outside:
            change.take_for(y, x)
            change.left_out.add(entry)
    return change
