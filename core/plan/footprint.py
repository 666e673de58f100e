"""How much memory training takes, worked out before anything is allocated; and whether this machine has it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from core.blocks._base import Block, elements
from core.errors import TrainingError
from core.graph.document import Document
from core.graph.shapes import Inference
from core.initializers import Weight
from core.optimizers._base import Optimizer
from core.plan.fuse import fused
from core.plan.memory import packed_bytes
from core.plan.parameters import Key, Parameters
from core.plan.plan import compile_plan
from core.words import Words

FLOAT = np.dtype(np.float32).itemsize
SIZES = {"float": FLOAT, "int32": 4, "uint8": 1}
Pass = tuple[int, bool]  # how many rows at once, and whether they are learnt from


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


def check_weights(declared: Mapping[Key, Weight], optimizer: Optimizer) -> None:
    """Raise TrainingError where the weights alone, with what training keeps of each, do not fit."""
    free, needed = available(), weight_bytes(declared, optimizer)
    if free is None or needed <= free:
        return
    raise TrainingError(
        Words(
            f"The weights, their gradients and the optimiser need {size_text(needed)} of memory, and {size_text(free)} are free. "
            "Make the network smaller, or choose SGD without momentum.",
            f"权重、梯度与优化器需要 {size_text(needed)} 内存，而可用 {size_text(free)}。请缩小网络，或改用无动量的 SGD。",
        )
    )


def check_plans(
    document: Document,
    inference: Inference,
    parameters: Parameters,
    passes: Callable[[int], Iterable[Pass]],
    batch: int,
) -> None:
    """Raise TrainingError where the plans of a batch size do not fit beside the weights, with what is needed and what would fit.

    `passes` says what is compiled at a batch size; plans share memory, so the largest of them counts.
    """
    free = available()

    def at_most(size: int) -> int:
        return max((plan_bytes(document, inference, rows, train=train) for rows, train in passes(size)), default=0)

    def needed(size: int) -> int:
        try:
            return max(
                (_packed(document, inference, parameters, rows, train) for rows, train in passes(size)), default=0
            )
        except MemoryError:  # not even addresses for it
            return at_most(size)

    if free is None or at_most(batch) <= free or needed(batch) <= free:
        return
    fitting = _largest(lambda size: at_most(size) <= free, 0, batch)
    fitting = _largest(lambda size: needed(size) <= free, fitting, batch)
    if fitting:
        do = Words(
            f"A batch of {fitting:,} fits: set the batch size to it", f"批大小 {fitting:,} 放得下：请把批大小改为它"
        )
    else:
        do = Words(
            f"A single row needs {size_text(needed(1))}: make the network smaller",
            f"单独一行也需要 {size_text(needed(1))}：请缩小网络",
        )
    raise TrainingError(
        Words(
            f"Training needs {size_text(needed(batch))} of memory at batch size {batch:,}, and {size_text(free)} are free. {do.en}.",
            f"批大小为 {batch:,} 时训练需要 {size_text(needed(batch))} 内存，而可用 {size_text(free)}。{do.zh}。",
        )
    )


def _packed(document: Document, inference: Inference, parameters: Parameters, rows: int, train: bool) -> int:
    """What a plan takes once its arrays share memory. It is compiled for that, on arrays that nobody writes to."""
    return packed_bytes(fused(compile_plan(document, inference, parameters, rows, train=train)))


def _largest(fits: Callable[[int], bool], fitting: int, too_large: int) -> int:
    """The largest size that fits, or one at most a sixty-fourth below it."""
    while too_large - fitting > 1 + fitting // 64:
        middle = (fitting + too_large) // 2
        fitting, too_large = (middle, too_large) if fits(middle) else (fitting, middle)
    return fitting


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
