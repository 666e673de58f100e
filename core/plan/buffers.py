"""Allocation: the arrays of one block, from its declarations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.blocks._base import Buffers, Space

Array = npt.NDArray[Any]
ALIGNMENT = 64  # one cache line, and the widest vector there is


def aligned(shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
    """An uninitialised C-contiguous array that begins on a cache line."""
    dtype = np.dtype(dtype)
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    raw = np.empty(size + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + size].view(dtype).reshape(shape)


def scratch_arrays(spaces: dict[str, Space], dtype: npt.DTypeLike) -> dict[str, Array]:
    """The scratch of one block."""
    return {name: aligned(s.shape, dtype if s.type == "float" else s.type) for name, s in spaces.items()}


def owner(array: Array) -> int:
    """What memory an array is a view of: the same number for all views of one allocation."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return id(array)


def each(b: Buffers, change: Callable[[Array], Array]) -> Buffers:
    """The buffers with every array changed that is theirs alone: not weights, not the clock."""
    return replace(
        b,
        x=tuple(map(change, b.x)),
        y=tuple(map(change, b.y)),
        dy=tuple(map(change, b.dy)),
        dx=tuple(None if a is None else change(a) for a in b.dx),
        scratch={name: change(a) for name, a in b.scratch.items()},
        target=None if b.target is None else change(b.target),
        measures=None if b.measures is None else change(b.measures),
    )


def moved(view: Array, old: Array, new: Array) -> Array:
    """The view of `new` that lies in it as `view` lies in `old`."""
    start = view.ctypes.data - old.ctypes.data
    raw = new.reshape(-1).view(np.uint8)[start : start + view.nbytes]
    return raw.view(view.dtype).reshape(view.shape)
