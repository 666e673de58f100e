"""The threads that run programs together: this one and its helpers, which sleep between runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from core.errors import TrainingError
from core.plan.program import Program
from core.words import Words

MOST_THREADS = 256


def default_threads() -> int:
    """How many threads kernels use: all processors this process may use, or NEUROLOOM_THREADS."""
    if chosen := os.environ.get("NEUROLOOM_THREADS"):
        if not chosen.isdecimal() or not 1 <= int(chosen) <= MOST_THREADS:
            raise TrainingError(
                Words(
                    f"NEUROLOOM_THREADS must be a whole number from 1 to {MOST_THREADS}, and it is {chosen[:40]!r}.",
                    f"NEUROLOOM_THREADS 应为 1 到 {MOST_THREADS} 的整数，而给出的是 {chosen[:40]!r}。",
                )
            )
        return int(chosen)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Team:
    """`threads` threads. A program compiled for as many is run by all of them at once; used by one caller at a time."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._job: tuple[list[Callable[[int], None]], int] | None = None
        self._go = [threading.Semaphore(0) for _ in range(threads - 1)]
        self._done = threading.Semaphore(0)
        self._helpers = [
            threading.Thread(target=self._help, args=(i,), daemon=True, name=f"kernel-{i + 1}")
            for i in range(threads - 1)
        ]
        for helper in self._helpers:
            helper.start()

    def run(self, program: Program, steps: int = 1) -> None:
        """Run a program so many times. Returns early where it halts."""
        program.reset()
        # Looked up here, once: were they made anew by each thread, some would go while others are in them.
        functions = program.functions
        if program.threads == 1:
            functions[0](steps)
            return
        if program.threads != self.threads:
            raise ValueError(f"a program for {program.threads} threads was given to a team of {self.threads}")
        self._job = functions, steps
        for semaphore in self._go:
            semaphore.release()
        functions[0](steps)
        for _ in self._go:
            self._done.acquire()

    def close(self) -> None:
        """Let the helpers go."""
        self._job = None
        for semaphore in self._go:
            semaphore.release()
        for helper in self._helpers:
            helper.join()
        self._go = []

    def _help(self, index: int) -> None:
        while True:
            self._go[index].acquire()
            if self._job is None:
                return
            functions, steps = self._job
            functions[index + 1](steps)
            self._done.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
