"""A training run told in a terminal: one JSON object an epoch, or a progress bar and a table a person likes to read."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from core.errors import NotFiniteError
from core.training.events import EpochEnded, Finished
from core.training.session import Session

Say = Callable[[dict[str, object]], None]
WIDTH = 24


def follow(session: Session, *, as_json: bool, say: Say) -> None:
    """Train to the end and tell of it. Raises NotFiniteError where values blow up."""
    table = None if as_json else _Table(session)
    session.prepare(table.preparing if table is not None else lambda *_: None)
    try:
        while session.epoch < session.training.epochs:
            event = session.advance(seconds=0.1)
            if table is not None:
                table.progress()
            if event is None:
                continue
            if table is None:
                say({"event": "epoch", "epoch": event.epoch, **event.measures, "seconds": round(event.seconds, 4)})
            else:
                table.row(event)
            if session.must_stop_early():
                session.take_best()
                if table is not None:
                    table.end(session.finished("early"))
                return
    except NotFiniteError:
        if table is not None:
            table.clear()
        raise
    if table is not None:
        table.end(session.finished("epochs"))


class _Table:
    """Header, a line an epoch, and on a terminal a bar beneath that is drawn over."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.begin = time.perf_counter()
        self.columns: list[str] = []
        self.live = sys.stdout.isatty()
        rows, held_out = session.rows, len(session.held_out or ())
        print(f"{session.document.title or 'Network'}: {session.parameters.count:,} parameters, {rows:,} rows", end="")
        print(f", {held_out:,} held out" if held_out else "")
        for note in session.notes():
            print(f"  {note.en}")

    def preparing(self, done: int, total: int) -> None:
        """What happens once on a machine, for each kernel."""
        if self.live and done < total:
            print(f"\rCompiling for this machine: {done} of {total} ", end="\x1b[K", flush=True)
        if done == total:
            self.clear()
            self.begin = time.perf_counter()

    def row(self, event: EpochEnded) -> None:
        self.clear()
        if not self.columns:
            self.columns = list(event.measures)
            print("  ".join(["epoch", *(f"{c:>12}" for c in self.columns), " seconds"]))
        cells = [f"{event.epoch:>5}", *(f"{event.measures[c]:>12.4f}" for c in self.columns), f"{event.seconds:>8.2f}"]
        print("  ".join(cells) + ("  *" if event.best else ""), flush=True)

    def progress(self) -> None:
        if not self.live:
            return
        session = self.session
        whole = session.rows * session.training.epochs
        done = session.rows * session.epoch + int(session.state.cursor[0])
        seconds = time.perf_counter() - self.begin
        rate = done / seconds
        left = (whole - done) / rate if rate else 0
        filled = round(WIDTH * done / whole)
        bar = "█" * filled + "░" * (WIDTH - filled)
        print(
            f"\r{bar} {100 * done / whole:3.0f} %  {rate:,.0f} rows/s  {_clock(left)} left ", end="\x1b[K", flush=True
        )

    def clear(self) -> None:
        if self.live:
            print("\r\x1b[K", end="")

    def end(self, event: Finished) -> None:
        self.clear()
        early = f"; stopped early, weights of epoch {event.best_epoch} kept" if event.reason == "early" else ""
        print(f"{event.epoch} epochs, {event.step:,} steps in {_clock(time.perf_counter() - self.begin)}{early}")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
