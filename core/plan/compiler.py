"""Kernels that this machine has never compiled, compiled by two processes at once. They meet on the disk.

numba holds the interpreter lock while it compiles, so a thread would not help, and it keeps 60 MB that training has no use
for. So the engine compiles nothing itself: each of the two is `python -m core.plan.compiler`, which reads kernels from its
stdin, says a line for each that it is done with, and ends when its stdin closes, whatever it is doing. So it does not
outlive whoever started it, even one that was killed.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from core.kernels import machine_code
from core.kernels._jit import Kernel
from core.kernels.machine_code import Signature

PROCESSES = 2  # each takes 100 MB, and a third would find little left to do
WORTH = 3  # kernels to a process: it takes as long to start as they take to compile
ROOT = Path(__file__).parents[2]
_waiting: list[subprocess.Popen[bytes]] = []  # started before there was anything to compile


def start_ahead(processes: int) -> None:
    """On a machine that has compiled nothing yet: start what takes long before the first kernel, while a person still draws."""
    if not machine_code.folder().exists():
        _waiting.extend(_start() for _ in range(min(processes, PROCESSES)))


def get_ready(signatures: Iterable[Signature], report: Callable[[int, int], None], processes: int) -> None:
    """Load each kernel, after those not on the disk are compiled; tell how far it is: (kernels ready, kernels in all).

    Raises what numba says of a kernel that cannot be compiled.
    """
    wanted = list(dict.fromkeys(signatures))
    missing = [s for s in wanted if not machine_code.is_there(*s)]
    total, done = len(wanted), len(wanted) - len(missing)
    report(done, total)
    left = dict.fromkeys(missing)
    for signature in _compiled(missing, processes):
        if signature in left and machine_code.is_there(*signature):
            del left[signature]
            done += 1
            report(done, total)
    for signature in left:  # a kernel that no other process could make
        machine_code.address(*signature)
        done += 1
        report(done, total)
    for signature in wanted:
        machine_code.address(*signature)


def _compiled(missing: Iterable[Signature], processes: int) -> Iterator[Signature]:
    """Kernels and what they need, as one process or the other is done with each; the longest come first."""
    jobs = deque(sorted(missing, key=lambda signature: -_length(signature[0])))
    told: SimpleQueue[Signature | None] = SimpleQueue()
    with ExitStack() as stack:
        started = [stack.enter_context(process) for process in _waiting]
        _waiting.clear()
        while len(started) < min(processes, PROCESSES, -(-len(jobs) // WORTH)):
            started.append(stack.enter_context(_start()))
        for process in started:
            Thread(target=_feed, args=(process, jobs, told), daemon=True).start()
        running = len(started)
        while running:
            signature = told.get()
            if signature is None:
                running -= 1
            else:
                yield signature


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "core.plan.compiler"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
        stderr=subprocess.DEVNULL, cwd=ROOT, creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )  # fmt: skip


def _feed(process: subprocess.Popen[bytes], jobs: deque[Signature], told: SimpleQueue[Signature | None]) -> None:
    """Give a process one kernel after the other, to the last of them or until it is gone; None says so."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        while jobs:
            kernel, kinds = signature = jobs.popleft()
            process.stdin.write(json.dumps([kernel.__module__, kernel.__name__, kinds]).encode() + b"\n")
            if not process.stdout.readline():
                break
            jobs.extendleft(s for s in machine_code.needs(*signature) if not machine_code.is_there(*s))
            told.put(signature)
    except (OSError, ValueError, IndexError):  # it is gone, or let go, or the other has taken the last one
        pass
    finally:
        told.put(None)


def _length(kernel: Kernel, above: tuple[Kernel, ...] = ()) -> int:
    """Bytes of Python in a kernel and its helpers: how long it takes to compile, as far as can be told before."""
    code, names = kernel.py_func.__code__, kernel.py_func.__globals__
    helpers = (names.get(name) for name in dict.fromkeys(code.co_names))
    return len(code.co_code) + sum(
        _length(h, (*above, kernel)) for h in helpers if isinstance(h, Kernel) and h not in above
    )


def main() -> None:
    """Compile what is asked for on stdin, to the end of it."""
    jobs: SimpleQueue[str] = SimpleQueue()
    Thread(target=_read, args=(jobs,), daemon=True).start()
    from core.kernels import _compile

    if jobs.empty():
        _compile.warm_up()
    gc.freeze()  # numba's own objects stay; looking through them again and again is a tenth of the time
    gc.set_threshold(50_000, 20, 50)
    while True:
        module, name, kinds = json.loads(jobs.get())
        with suppress(Exception):  # whoever asked will meet the same error, and tell it
            machine_code.make(getattr(import_module(module), name), tuple(kinds))
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()


def _read(jobs: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        jobs.put(line)
    os._exit(0)  # in the middle of a kernel too: files come to the disk whole


if __name__ == "__main__":
    main()
