"""A recurrent block that reads a sequence from both ends: two layers of one way, and their results beside one another.

Of the second layer's arrays, weights end in `_back` and scratch begins with `back.`; it is given everything reversed in
time, and does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.blocks._base import Array, Block, Buffers, Shapes, Space, seen
from core.blocks._mask import MASK
from core.initializers import Weight
from core.kernels.call import Call, Calls
from core.kernels.merge import columns
from core.kernels.rearrange import reversed_columns, reversed_sum

END = "_back"
WAY_BACK = "back."
WHOLE = ("x", MASK)  # what both ways read all of; of anything else each has a half


def both_weights(way: Mapping[str, Weight]) -> dict[str, Weight]:
    """The weights of one way, and those of the other."""
    return {**way, **{name + END: weight for name, weight in way.items()}}


def both_space(way: Block, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
    """What each way needs, and its share of the inputs and outputs."""
    own = way.scratch(ins, batch, train=train)
    space = own | {f"{WAY_BACK}{name}": s for name, s in own.items()}
    for letter, ports, shapes in (("x", way.input_ports(), ins), ("y", way.output_ports(), way.out_shapes(ins))):
        for port, shape in zip(ports, shapes, strict=True):
            for side in ("back",) if port in WHOLE else ("forth", "back"):
                for d in ("", "d") if train else ("",):
                    space[f"{side}.{d}{letter}.{port}"] = Space((batch, *shape))
    return space


def both_forward(way: Block, b: Buffers, *, train: bool) -> Calls:
    """Each way on its own, then y = [forth, back]."""
    forth, back = _ways(way, b)
    calls: list[Call] = []
    for port, whole, first, second in zip(way.input_ports(), b.x, forth.x, back.x, strict=True):
        if port in WHOLE:
            calls += reversed_columns(_steps(whole), _steps(second), _steps(whole).shape[-1])
        elif seen(whole):
            calls += _split(whole, first, second)
    calls += [*way.forward(forth, train=train), *way.forward(back, train=train)]
    for first, second, whole in zip(forth.y, back.y, b.y, strict=True):
        calls += _join(first, second, whole)
    return calls


def both_backward(way: Block, b: Buffers) -> Calls:
    """dy is cut in two, each way goes back on its own, and x gets the sum of both."""
    forth, back = _ways(way, b)
    calls: list[Call] = []
    for whole, first, second in zip(b.dy, forth.dy, back.dy, strict=True):
        if seen(whole):
            calls += _split(whole, first, second)
    calls += [*way.backward(forth), *way.backward(back)]
    for port, wanted, (mine, other) in zip(way.input_ports(), b.dx, zip(forth.dx, back.dx, strict=True), strict=True):
        if wanted is not None and mine is not None and other is not None:
            calls += reversed_sum(other, wanted) if port == "x" else _join(mine, other, wanted)
    return calls


def _ways(way: Block, b: Buffers) -> tuple[Buffers, Buffers]:
    """Both layers' arrays. The first reads x and the mask where they are, and leaves dx where it is wanted."""
    s, ins, outs = b.scratch, way.input_ports(), way.output_ports()

    def own(side: str, arrays: tuple[Any, ...], ports: tuple[str, ...], letters: str) -> tuple[Any, ...]:
        return tuple(
            s.get(f"{side}.{letters}.{p}", a) if a is not None and seen(a) else a
            for p, a in zip(ports, arrays, strict=False)  # without training there is no dy
        )

    forth, back = (
        replace(b, x=own(side, b.x, ins, "x"), y=own(side, b.y, outs, "y"),
                dy=own(side, b.dy, outs, "dy"), dx=own(side, b.dx, ins, "dx"))
        for side in ("forth", "back")
    )  # fmt: skip
    back = replace(
        back,
        w={n.removesuffix(END): a for n, a in b.w.items() if n.endswith(END)},
        dw={n.removesuffix(END): a for n, a in b.dw.items() if n.endswith(END)},
        scratch={n.removeprefix(WAY_BACK): a for n, a in s.items() if n.startswith(WAY_BACK)},
    )
    return forth, back


def _steps(array: Array) -> Array:
    """(batch, time, features), one feature for a mask."""
    return array.reshape(*array.shape[:2], -1)


def _split(wanted: Array, forth: Array, back: Array) -> Calls:
    """The first half of each row, or step, goes to the first way; the second half to the other, reversed in time."""
    half = forth.shape[-1]
    turned = reversed_columns if wanted.ndim == 3 else columns
    return (*columns(wanted, forth, half), *turned(wanted, back, half, x_start=half))


def _join(forth: Array, back: Array, wanted: Array) -> Calls:
    """The other direction of `_split`."""
    half = forth.shape[-1]
    turned = reversed_columns if wanted.ndim == 3 else columns
    return (*columns(forth, wanted, half), *turned(back, wanted, half, y_start=half))
