"""Weights that outlive an edit: what a changed network takes over from the runs before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from core.training.session import Session

Array = npt.NDArray[Any]
MOST_BYTES = 1 << 29  # of weights that are remembered; the oldest go first


class Memory:
    """The last trained value of every weight, by block, name and shape: so undoing an edit brings its weights back."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, tuple[int, ...]], tuple[Array, object]] = {}

    def forget(self) -> None:
        """Nothing is taken over."""
        self._known.clear()

    def rename(self, names: Mapping[str, str]) -> None:
        """Blocks are called otherwise now, old name -> new; what lies in a composite goes with it."""
        if names:
            self._known = {(_now(block, names), *key): value for (block, *key), value in self._known.items()}  # type: ignore[misc]

    def remember(self, session: Session) -> None:
        """Keep the weights of a run that has made a step."""
        if not session.step:
            return
        for (block, name), array in session.parameters.w.items():
            by_hand = session.document.nodes[block].weights.get(name)
            self._known.pop((block, name, array.shape), None)
            self._known[block, name, array.shape] = array.copy(), by_hand
        while sum(array.nbytes for array, _ in self._known.values()) > MOST_BYTES:
            del self._known[next(iter(self._known))]

    def hand_over(self, session: Session) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give a fresh run every weight that fits it; names of the blocks that kept all of theirs, and of those that begin anew.

        A weight that a person has set by hand since begins as it was set.
        """
        blocks = dict.fromkeys(block for block, _ in session.parameters.w)
        anew: set[str] = set()
        for (block, name), array in session.parameters.w.items():
            value, by_hand = self._known.get((block, name, array.shape), (None, None))
            if value is None or by_hand != session.document.nodes[block].weights.get(name):
                anew.add(block)
            else:
                array[...] = value
        return tuple(b for b in blocks if b not in anew), tuple(b for b in blocks if b in anew)


def _now(block: str, names: Mapping[str, str]) -> str:
    """The name of a block after a renaming of it, or of a composite that it lies in."""
    parts = block.split("/")
    for end in range(len(parts), 0, -1):
        if (new := names.get("/".join(parts[:end]))) is not None:
            return "/".join([new, *parts[end:]])
    return block
