"""Where a training step spends its time, call by call: `python -m tests.bench.profile NET [--threads N] [--steps N]`.

Between the calls of the real program stands one more that reads the processor's clock, so every call is timed where it
runs: with the caches as its neighbours leave them, and with all threads. The clock costs two barriers a call; it is for large nets.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
from llvmlite import ir

from core.kernels._jit import cgutils, intrinsic, kernel, types
from core.kernels.call import Call
from core.plan.plan import Entry
from core.plan.program import Program
from core.training.session import Session
from tests.bench.ours import Ours, dataset, opened
from tests.bench.rows import NETS


@intrinsic
def ticks(typingctx: Any) -> Any:
    """The processor's clock, which runs at a steady rate of its own."""

    def codegen(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(64), [])
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.readcyclecounter"), [])

    return types.int64(), codegen


@kernel
def stamp(spent, before, at, first, last):
    """spent[at] += the time since the last stamp."""
    now = ticks()
    spent[at] += now - before[0]
    before[0] = now


def profile(session: Session, batch: int, steps: int) -> tuple[list[Entry], np.ndarray[Any, Any]]:
    """The entries of a training step, and the milliseconds each takes."""
    program = session._training_program(batch)
    known = {id(e.call): e for e in session._plan("train", batch).entries}
    entries = [known.get(id(call), Entry("update", "", call)) for call in program.calls]
    spent, before = np.zeros(len(entries) + 1, np.int64), np.zeros(1, np.int64)
    calls = [Call(stamp, (spent, before, len(entries)))]
    for at, entry in enumerate(entries):
        calls += [entry.call, Call(stamp, (spent, before, at))]
    timed = Program(calls, session.team.threads, session.state.halt)
    rounds = max(1, min(steps, session.rows // batch))
    lap = 0.0
    for run in range(1 + -(-steps // rounds)):  # the first is a warm-up
        if run == 1:
            spent[:], lap = 0, -time.perf_counter()
        session.state.cursor[0] = 0
        session.team.run(timed, rounds)
    lap += time.perf_counter()
    return entries, spent[:-1] * (lap / spent.sum()) / (-(-steps // rounds) * rounds) * 1000


def main() -> None:
    """Print the table of each net that is meant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("net", nargs="?", default="", help="only nets whose name holds this")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=50)
    options = parser.parse_args()
    for name, net in NETS.items():
        if options.net.lower() not in f"{name} {net.name}".lower():
            continue
        document = opened(name, net.batch, net.optimizer, net.rate)
        session = Ours(document, dataset(*net.rows()), options.threads).session
        entries, times = profile(session, net.batch, options.steps)
        print(f"{net.name}: {times.sum():.3f} ms a step with the clock")
        for entry, ms in zip(entries, times, strict=True):
            call = entry.call
            rate = f"{call.flops / ms / 1e6:7.1f} GFLOP/s" if call.flops else f"{call.bytes / ms / 1e6:7.1f} GB/s   "
            print(f"{ms:9.4f} ms {ms / times.sum():4.0%} {rate} {entry.phase:<8} {entry.block:<14} {str(call)[:90]}")
        session.close()


if __name__ == "__main__":
    main()
