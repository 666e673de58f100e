"""Memory for a plan: arrays that are not needed at the same time lie at the same place.

An array is needed from the first call that touches it to the last: blocks write all of an array before they read it. What
comes from outside or is read there is needed throughout; what no call touches gets no memory at all. Places are given
to the largest arrays first, each as low as it fits (Pisarchyk and Lee, "Efficient memory management for deep neural net
inference", 2020). Being a rule of sizes and order alone, the same plan has the same places every time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core.kernels.call import Call
from core.plan.buffers import ALIGNMENT, Array, aligned, each, moved, owner
from core.plan.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """An array, and the first and the last call that touches it."""

    array: Array
    first: int
    last: int

    def meets(self, other: Need) -> bool:
        """Whether both are needed at some time."""
        return self.first <= other.last and other.first <= self.last


class Arena:
    """Memory that plans share which never run at the same time: as much as the largest of them needs.

    A plan that needs more than those before it gets a block of its own, which is that of the next ones.
    """

    def __init__(self) -> None:
        self._block = np.empty(0, np.uint8)

    def take(self, size: int) -> Array:
        """A block of so many bytes or more."""
        if self._block.size < size + ALIGNMENT:  # kernels read whole vectors, past the end of a last array too
            self._block = aligned((size + ALIGNMENT,), np.uint8)
        return self._block


def compact(plan: Plan, arena: Arena) -> Plan:
    """The same calls on arrays in one block of memory.

    After a run only inputs, outputs, measures and masks of outputs can be read, and until another plan there runs.
    """
    needs = _needs(plan)
    starts, size = _places(needs.values())
    memory = arena.take(size)
    nothing = np.empty(0, memory.dtype)

    def place(array: Array) -> Array:
        need = needs.get(owner(array))
        if need is None or not array.size:
            return array
        if need not in starts:
            return nothing.view(array.dtype)
        return moved(array, need.array, memory[starts[need] :])

    def with_places(call: Call) -> Call:
        return replace(call, args=tuple(place(a) if isinstance(a, np.ndarray) else a for a in call.args))

    entries = tuple(replace(e, call=with_places(e.call)) for e in plan.entries)
    buffers = {name: each(b, place) for name, b in plan.buffers.items()}
    return replace(plan, entries=entries, buffers=buffers, bytes=size)


def packed_bytes(plan: Plan) -> int:
    """How large that block of memory has to be, without taking it."""
    return _places(_needs(plan).values())[1]


def _needs(plan: Plan) -> dict[int, Need]:
    """When each array of the plan's own is needed; never, where last < first."""
    own: dict[int, Array] = {}
    for b in plan.buffers.values():
        each(b, lambda array: own.setdefault(owner(array), array))
    inside = [a for n in plan.inputs for a in plan.buffers[n].y]
    outside = [
        a
        for n in plan.outputs
        for b in [plan.buffers[n]]
        for a in (*b.x[1:], *b.scratch.values(), *b.y, b.target, b.measures)
    ]
    ends = [*inside, *outside]
    first = {owner(a): -1 for a in ends if a is not None}
    last = {key: len(plan.entries) for key in first}
    for i, call in enumerate(plan.calls()):
        for array in call.args:
            if isinstance(array, np.ndarray):
                first.setdefault(owner(array), i)
                last[owner(array)] = max(i, last.get(owner(array), i))
    return {key: Need(array, first.get(key, 0), last.get(key, -1)) for key, array in own.items()}


def _places(needs: Iterable[Need]) -> tuple[dict[Need, int], int]:
    """Where each array that is ever needed begins in bytes, on a cache line, and how many bytes that takes."""
    starts: dict[Need, int] = {}
    size = 0
    for need in sorted((n for n in needs if n.last >= n.first), key=lambda n: (-n.array.nbytes, n.first, n.last)):
        start = 0
        for there in sorted((n for n in starts if n.meets(need)), key=starts.__getitem__):
            if start + need.array.nbytes <= starts[there]:
                break
            start = max(start, _up(starts[there] + there.array.nbytes))
        starts[need] = start
        size = max(size, _up(start + need.array.nbytes))
    return starts, size


def _up(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
