"""How much memory training takes, worked out before anything is allocated; and whether this machine has it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from core.blocks._base import Block, elements
from core.errors import TrainingError
from core.graph.document import Document
from core.graph.shapes import Inference
from core.initializers import Weight
from core.optimizers._base import Optimizer
from core.plan.parameters import Key
from core.words import Words

FLOAT = np.dtype(np.float32).itemsize
SIZES = {"float": FLOAT, "int32": 4, "uint8": 1}


def weight_bytes(declared: Mapping[Key, Weight], optimizer: Optimizer) -> int:
    """Weights, their gradients and the optimiser's state."""
    copies = ((2 + optimizer.slots) if w.trainable else 1 for w in declared.values())
    return FLOAT * sum(n * elements(w.shape) for n, w in zip(copies, declared.values(), strict=True))


def plan_bytes(document: Document, inference: Inference, batch: int, *, train: bool) -> int:
    """The most that the arrays of one plan take: each block's outputs, their gradients when training, and its scratch."""
    total = 0
    for name in inference.order:
        block = document.nodes[name].block
        if not isinstance(block, Block):
            continue
        if not block.view:
            total += FLOAT * (1 + train) * batch * sum(elements(shape) for shape in inference.outs[name])
        spaces = block.scratch(inference.ins[name], batch, train=train).values()
        total += sum(SIZES[space.type] * elements(space.shape) for space in spaces)
    return total


def check(
    document: Document, inference: Inference, declared: Mapping[Key, Weight], optimizer: Optimizer, batch: int
) -> None:
    """Raise TrainingError where training at this batch size does not fit, with what is needed and what would fit."""
    free, weights = available(), weight_bytes(declared, optimizer)

    def needed(size: int) -> int:
        return weights + plan_bytes(document, inference, size, train=True)

    if free is None or needed(batch) <= free:
        return
    fitting, too_large = 0, batch
    while too_large - fitting > 1:
        middle = (fitting + too_large) // 2
        fitting, too_large = (middle, too_large) if needed(middle) <= free else (fitting, middle)
    if fitting:
        do = Words(
            f"A batch of {fitting:,} fits: set the batch size to it", f"批大小 {fitting:,} 放得下：请把批大小改为它"
        )
    else:
        do = Words(
            f"A single row needs {size_text(needed(1))}, of which {size_text(weights)} are for the weights: make the network "
            "smaller, or choose SGD without momentum",
            f"单独一行也需要 {size_text(needed(1))}，其中权重占 {size_text(weights)}：请缩小网络，或改用无动量的 SGD",
        )
    raise TrainingError(
        Words(
            f"Training needs {size_text(needed(batch))} of memory at batch size {batch:,}, and {size_text(free)} are free. {do.en}.",
            f"批大小为 {batch:,} 时训练需要 {size_text(needed(batch))} 内存，而可用 {size_text(free)}。{do.zh}。",
        )
    )


def available() -> int | None:
    """Bytes that a program may still take on this machine; None where it does not say."""
    if sys.platform == "win32":
        return _windows()
    known = Path("/proc/meminfo")
    if known.is_file():
        line = next((r for r in known.read_text().splitlines() if r.startswith("MemAvailable:")), "")
        return int(line.split()[1]) * 1024 if line else None
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")  # all there is: macOS makes room by compressing
    except (ValueError, OSError):
        return None


class _Status(ctypes.Structure):
    """MEMORYSTATUSEX of Windows."""

    _fields_ = (
        ("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong),
        ("available", ctypes.c_ulonglong), ("rest", ctypes.c_ulonglong * 5),
    )  # fmt: skip


def _windows() -> int | None:
    status = _Status()
    status.length = ctypes.sizeof(status)
    kernel32 = ctypes.CDLL("kernel32")
    return int(status.available) if kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else None


def size_text(count: int) -> str:
    """Bytes as a person says them."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} B"
