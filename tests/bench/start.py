"""From Train to the first loss, in an engine process as the window starts it: `python -m tests.bench.start [--project NAME]`.

First with an empty kernel cache, then in a new process with what the first one left there. The process is warm when Train
is pressed, as it is in the window: it has been there for three seconds.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time

from core.examples import FOLDER
from core.training import protocol, worker

DRAWING = 3.0  # seconds: nobody draws a network and presses Train sooner


def seconds_to_a_loss(text: str) -> tuple[float, float, int]:
    """Seconds from Open to ready, from Run to the first loss, and how many reports of progress came in between."""
    context = multiprocessing.get_context("spawn")
    connection, theirs = context.Pipe()
    process = context.Process(target=worker.main, args=(theirs,), daemon=True)
    process.start()
    connection.send(protocol.Run())  # refused, for there is no network: the answer says that the process is warm
    while not isinstance(connection.recv(), protocol.Failed):
        pass
    time.sleep(DRAWING)
    begin, told = time.perf_counter(), 0
    connection.send(protocol.Open(text, 1))
    while True:
        report = connection.recv()
        told += isinstance(report, protocol.Preparing)
        if isinstance(report, protocol.Failed):
            raise SystemExit(report.words.en)
        if isinstance(report, protocol.Changed) and report.state == "ready":
            break
    ready = time.perf_counter()
    connection.send(protocol.Run())
    while True:
        report = connection.recv()
        if isinstance(report, protocol.Progress) and len(report.losses):
            break
    found = time.perf_counter()
    connection.send(protocol.Quit())
    process.join()
    return ready - begin, found - ready, told


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", default="lenet5")
    options = parser.parse_args()
    text = (FOLDER / f"{options.project}.loom").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NEUROLOOM_CACHE"] = folder
        for what in ("kernels never compiled", "kernels cached"):
            ready, found, told = seconds_to_a_loss(text)
            print(
                f"{options.project}, {what}: Train to the first loss {ready + found:.2f} s "
                f"(prepared in {ready:.2f} s with {told} reports of progress, then {found:.3f} s)",
                flush=True,
            )


if __name__ == "__main__":
    main()
