"""A plan as a list that machine code walks over, shared out among threads.

From Python a kernel call costs microseconds, and a small network has dozens a step. So the list of calls is written once as
rows of numbers, for each thread: the address of the compiled kernel, where its arguments lie, and the thread's own share of
the items. Threads meet at a spinning barrier wherever a call was or will be shared out; a call too small to share is
done by the first thread alone. Since items are independent, the number of threads cannot change a bit of the result.

    run(steps)  =  for each step: for each call: kernel(arguments, first, last)

After the first `check_after` calls of a step it looks at `halt`, and leaves where that is not 0: a loss that is not finite
stops the run before the weights are touched. `walk.py` has the machine code of this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial

import numpy as np

from core.kernels.call import Array, Call
from core.kernels.machine_code import Signature, address, kinds_of, words_of
from core.plan import walk

WORTH_SHARING = 200_000  # flops, or bytes / 2: below this a barrier costs more than the second thread saves

Row = tuple[int, int, int, int]  # entry, address of its words, first and last item


class Program:
    """Calls to run. `functions[t](steps)` runs the share of thread t; all of them must run at once."""

    def __init__(
        self, calls: Sequence[Call], threads: int = 1, halt: Array | None = None, check_after: int | None = None
    ) -> None:
        self.calls = tuple(calls)  # keeps the arrays alive
        self.threads = threads if any(is_shared(c, threads) for c in self.calls) else 1  # a small net waits for nobody
        self.halt = np.zeros(1, np.int64) if halt is None else halt
        self._check_after = check_after
        self._arrivals = np.zeros(16, np.int64)  # counts threads at barriers; alone on its cache line
        self._meetings = np.zeros((self.threads, 16), np.int64)  # words of the threads' barriers, each on its own line
        self._meetings[:, :4] = self._arrivals.ctypes.data, self.threads, 0, walk.yield_address()
        self._look = np.array([self.halt.ctypes.data])

    @cached_property
    def functions(self) -> list[Callable[[int], None]]:
        """One for each thread; kernels are looked up when the first is asked for."""
        words = [words_of(c.args) for c in self.calls]
        self._words = np.concatenate([np.zeros(0, np.int64), *words])
        starts = self._words.ctypes.data + 8 * np.cumsum([0, *(w.size for w in words)])
        entries = [(entry_point(c), int(at)) for c, at in zip(self.calls, starts, strict=False)]
        self._rows = [np.array(self._rows_of(t, entries), np.int64).reshape(-1, 4) for t in range(self.threads)]
        run = walk.WALK(walk.function("walk"))
        return [partial(run, rows.ctypes.data, len(rows)) for rows in self._rows]

    def reset(self) -> None:
        """Before the threads of a run set off."""
        self._arrivals[0] = 0
        self._meetings[:, 2] = 0

    def _rows_of(self, thread: int, entries: Sequence[tuple[int, int]]) -> list[Row]:
        barrier: Row = (walk.function("meet"), self._meetings[thread].ctypes.data, 0, 0)
        meeting = [barrier] if self.threads > 1 else []
        rows: list[Row] = []
        met = True  # whether all threads have met since the last call
        for at, (call, entry) in enumerate(zip(self.calls, entries, strict=True)):
            if at == self._check_after:
                rows += [] if met else meeting
                rows.append((walk.function("look"), self._look.ctypes.data, 0, 0))
                met = True
            is_one_shared = is_shared(call, self.threads)
            if is_one_shared and not met:
                rows += meeting
            whole = (0, call.items if thread == 0 else 0)
            first, last = shares(call.items, self.threads)[thread] if is_one_shared else whole
            if last > first:
                rows.append((*entry, first, last))
            if is_one_shared:
                rows += meeting
            met = is_one_shared
        if not met:
            rows += meeting  # and no look at `halt` here: the first thread may already be setting it in the next step
        return rows


def entry_point(call: Call) -> int:
    """Address of the kernel compiled for the types of a call's arguments."""
    return address(*signature_of(call))


def signature_of(call: Call) -> Signature:
    """A kernel and the kinds it is called with: what is compiled once."""
    return call.kernel, (*kinds_of(call.args), "int64", "int64")


def shares(items: int, threads: int) -> list[tuple[int, int]]:
    """First and last item of each thread."""
    return [(items * t // threads, items * (t + 1) // threads) for t in range(threads)]


def is_shared(call: Call, threads: int) -> bool:
    """Whether a call is large enough to be worth two barriers."""
    return threads > 1 and call.items > 1 and max(call.flops, call.bytes // 2) >= WORTH_SHARING
