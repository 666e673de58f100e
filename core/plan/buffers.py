"""Allocation: the arrays of one block, from its declarations."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from core.blocks._base import Space

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
