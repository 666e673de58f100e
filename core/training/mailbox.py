"""Arrays from one process to another through shared memory: the newest letter wins, and a torn one is never read.

A mailbox has three slots. The writer fills the slot after the newest one, then says that it is the newest; so the reader has
two writes' time to copy, and finds out by the slot's number if it was too slow. A writer that is killed in the middle leaves
the newest whole letter in place. Layout: int64 [number of the newest letter], then for each slot [number before, number
after, bytes of the head, bytes in all], a JSON head (names, types, shapes, and the sender's note) and the arrays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from multiprocessing import shared_memory
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
SLOTS = 3
HEADER = 8 * 16
LINE = 64


class Mailbox:
    """One sender, one reader. The process that makes it owns it and must `close` it last."""

    def __init__(self, capacity: int, name: str | None = None) -> None:
        """Make one for letters of at most `capacity` bytes, or open the one of this name and capacity."""
        self.capacity = -(-capacity // LINE) * LINE
        self._owned = name is None
        self._memory = shared_memory.SharedMemory(name, create=self._owned, size=HEADER + SLOTS * self.capacity)
        self._numbers = np.ndarray(16, np.int64, self._memory.buf)
        if self._owned:
            self._numbers[:] = 0
        self._read = 0

    @property
    def name(self) -> str:
        """What the other process opens it by."""
        return self._memory.name

    def send(self, arrays: Mapping[str, Array], note: Mapping[str, Any]) -> bool:
        """Put a letter in; False where it is too large, and nothing is sent."""
        parts = {k: np.asarray(a, order="C") for k, a in arrays.items()}  # keeps single numbers single
        head = json.dumps([note, [(k, a.dtype.str, a.shape) for k, a in parts.items()]]).encode()
        size = _round(len(head)) + sum(_round(a.nbytes) for a in parts.values())
        if size > self.capacity:
            return False
        number = int(self._numbers[0]) + 1
        slot = number % SLOTS
        marks = self._numbers[1 + slot * 4 : 5 + slot * 4]
        marks[0] = number
        marks[2], marks[3] = len(head), size
        at, memory = HEADER + slot * self.capacity, self._memory.buf
        assert memory is not None
        memory[at : at + len(head)] = head
        at += _round(len(head))
        for array in parts.values():
            np.ndarray(array.shape, array.dtype, memory, at)[...] = array
            at += _round(array.nbytes)
        marks[1] = number
        self._numbers[0] = number
        return True

    def receive(self, *, again: bool = False) -> tuple[dict[str, Array], dict[str, Any]] | None:
        """The newest letter as copies, or None where there is none since the last look (`again`: none at all)."""
        number = int(self._numbers[0])
        if number == 0 or (number == self._read and not again):
            return None
        slot = number % SLOTS
        marks = self._numbers[1 + slot * 4 : 5 + slot * 4]
        at, memory = HEADER + slot * self.capacity, self._memory.buf
        assert memory is not None
        head_size = int(marks[2])
        head = bytes(memory[at : at + head_size])
        if marks[0] != number or marks[1] != number:
            return None
        note, parts = json.loads(head)
        arrays: dict[str, Array] = {}
        at += _round(head_size)
        for key, kind, shape in parts:
            view: Array = np.ndarray(tuple(shape), np.dtype(kind), memory, at)
            arrays[key] = view.copy()
            at += _round(view.nbytes)
        if marks[0] != number:  # written over while it was copied; the next look will find the newer one
            return None
        self._read = number
        return arrays, note

    def empty(self) -> None:
        """Forget what was sent; by the owner, when nobody writes."""
        self._numbers[:] = 0
        self._read = 0

    def close(self) -> None:
        """Let go; the owner's close removes the memory."""
        del self._numbers
        self._memory.close()
        if self._owned:
            self._memory.unlink()


def _round(size: int) -> int:
    return -(-size // LINE) * LINE
