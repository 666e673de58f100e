"""The engine process: obeys commands, trains in between, and reports. It never sees a window.

It is started once and kept warm. Control comes and goes by pipe, pictures and snapshots leave through mailboxes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, assert_never

from core import project
from core.blocks import registry as blocks
from core.data import registry as sources
from core.errors import FaultyNetworkError, NeuroloomError, NotFiniteError, TrainingError
from core.exchange import take_home
from core.insight import registry as insights
from core.insight._base import Request
from core.losses import registry as losses
from core.metrics import registry as metrics
from core.optimizers import registry as optimizers
from core.plan import compiler
from core.plan.team import default_threads
from core.schedules import registry as schedules
from core.training import protocol
from core.training.carry import Memory
from core.training.mailbox import Mailbox
from core.training.pace import pace
from core.training.session import Session
from core.training.snapshot import Snapshot
from core.words import Words

SLICE = 0.02  # seconds of training between looks at the pipe
REPORT_EVERY = 1 / 30
SNAPSHOT_EVERY = 2.0
LOOKING_SHARE = 0.03  # of the time may go into what views show


def main(connection: Connection) -> None:
    """Serve until told to quit or until the window is gone."""
    with suppress(OSError, AttributeError):
        os.nice(10)  # the window comes first
    get_ready()
    Engine(connection).serve()


def get_ready() -> None:
    """Import what opening any project needs, while the person still draws, and on a new machine what compiling needs."""
    compiler.start_ahead(default_threads())
    for registry in (blocks, sources, losses, optimizers, schedules, metrics, insights):
        registry()


class Engine:
    """State of the process: one session, what is watched, and when what was last told."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.session: Session | None = None
        self.memory = Memory()  # the weights of earlier runs of this project
        self.revision = 0
        self.state: protocol.State = "empty"
        self.one_epoch = False
        self.watched: list[tuple[Request, Mailbox]] = []
        self.boxes: dict[str, Mailbox] = {}
        self.snapshots: Mailbox | None = None
        self.shown = -1  # the step that the views have seen
        self.told = 0  # steps whose losses have been reported
        self.next_report = self.next_snapshot = self.next_look = 0.0
        self.rate = _Rate()

    def serve(self) -> None:
        """Take commands as they come; train while there are none."""
        while True:
            busy = self.state == "training" or self._still_to_show()
            try:
                if self.connection.poll(0 if self.state == "training" else 0.02 if busy else None):
                    command = self.connection.recv()
                    if isinstance(command, protocol.Quit):
                        return
                    self._guard(self._obey, command)
                    continue
            except (EOFError, OSError):
                return  # the window is gone
            if self.state == "training":
                self._guard(self._train)
            self._guard(self._look)

    # commands ---------------------------------------------------------------------------------------------------------

    def _obey(self, command: protocol.Command) -> None:
        match command:
            case protocol.Open():
                self._open(command)
            case protocol.Keep():
                self.snapshots = Mailbox(command.capacity, command.name)
                if command.fresh:
                    self._snapshot()
            case protocol.Watch():
                names = {name for _, name, _ in command.requests}
                for name in [n for n in self.boxes if n not in names]:
                    self.boxes.pop(name).close()
                for _, name, capacity in command.requests:
                    if name not in self.boxes:
                        self.boxes[name] = Mailbox(capacity, name)
                self.watched = [(request, self.boxes[name]) for request, name, _ in command.requests]
                self.next_look = 0.0
                self.shown = -1
            case protocol.Run():
                self.one_epoch = False
                self._go()
            case protocol.Pause():
                if self.state == "training":
                    self._pause()
            case protocol.Stop():
                if self.state in {"training", "paused"}:
                    self._tell_progress()
                    self._needed().take_best()
                    self._finish("stopped")
                    self._snapshot()
            case protocol.Step(unit="epoch"):
                self.one_epoch = True
                self._go()
            case protocol.Step():
                self._needed().advance(steps=1) if self._more() else None
                self._pause()
            case protocol.Reset():
                self.memory.forget()
                self._needed().reset(command.seed)
                self._jumped()
                self._change("ready")
            case protocol.Resume():
                self._resume()
            case protocol.Tune():
                self._tune(command)
            case protocol.Export():
                take_home.write(self._needed(), Path(command.path))
                self._report(protocol.Exported(command.path))
            case protocol.Quit():
                pass
            case _:
                assert_never(command)

    def _open(self, command: protocol.Open) -> None:
        if not command.keeps:
            self.memory.forget()
        elif self.session is not None:
            self.memory.remember(self.session)
        self.memory.rename(command.names)
        if self.session is not None:
            self.session.close()
            self.session = None
        self.watched, self.revision = [], command.revision
        self._change("preparing")
        session = Session(project.loads(command.project, "the window"))
        try:
            session.prepare(lambda done, total: self._report(protocol.Preparing(done, total)))
        except BaseException:
            session.close()
            raise
        self.session, self.told = session, 0
        kept, anew = self.memory.hand_over(session)
        self._report(
            protocol.Ready(
                command.revision, session.parameters.count, session.rows, len(session.held_out or ()),
                session.snapshot().room, session.notes(), kept, anew if kept else (),
            )
        )  # fmt: skip
        self._change("ready")
        if not self.connection.poll():
            self._tell_taking()
        if not self.connection.poll() and (seconds := pace(session)) is not None:  # while nobody waits
            self._report(protocol.Paced(seconds))

    def _tune(self, command: protocol.Tune) -> None:
        session = self._needed()
        if command.learning_rate is not None:
            session.set_learning_rate(command.learning_rate)
        if command.batch_size is not None:
            session.set_batch_size(command.batch_size)
            self._tell_taking()
        if command.epochs is not None:
            session.set_epochs(command.epochs)

    def _resume(self) -> None:
        letter = self.snapshots.receive(again=True) if self.snapshots is not None else None
        if letter is None:
            raise TrainingError(
                Words(
                    "There is no snapshot to go on from. Start the training anew.",
                    "没有可以继续的快照。请重新开始训练。",
                )
            )
        self._needed().restore(Snapshot.from_letter(*letter))
        self._jumped()
        self._change("paused")

    def _needed(self) -> Session:
        if self.session is None:
            raise TrainingError(Words("No network is ready to train.", "没有可以训练的网络。"))
        return self.session

    # training ---------------------------------------------------------------------------------------------------------

    def _more(self) -> bool:
        return self._needed().epoch < self._needed().training.epochs

    def _go(self) -> None:
        if not self._more():
            raise TrainingError(
                Words(
                    "All epochs are done. Raise the number of epochs to go on.",
                    "全部轮次已完成。请增加轮数以继续训练。",
                )
            )
        self.rate = _Rate()
        self.next_snapshot = time.monotonic() + SNAPSHOT_EVERY
        self._change("training")

    def _train(self) -> None:
        session = self._needed()
        event = session.advance(seconds=SLICE)
        now = time.monotonic()
        if event is not None:
            self._tell_progress()
            self._report(protocol.Ended(event))
            if session.must_stop_early():
                session.take_best()
                self._finish("early")
            elif not self._more():
                self._finish("epochs")
            elif self.one_epoch:
                self._pause()
            self._snapshot()
            self.next_snapshot = now + SNAPSHOT_EVERY
        elif now >= self.next_report:
            self._tell_progress()
            self.next_report = now + REPORT_EVERY
        if now >= self.next_snapshot:
            self._snapshot()
            self.next_snapshot = time.monotonic() + SNAPSHOT_EVERY

    def _finish(self, reason: str) -> None:
        self._report(protocol.Ended(self._needed().finished(reason)))
        self._change("finished")

    def _pause(self) -> None:
        self._tell_progress()
        self._change("paused" if self._more() else "finished")
        self._snapshot()

    def _snapshot(self) -> None:
        if self.snapshots is None or self.session is None:
            return
        snapshot = self.session.snapshot()
        self.snapshots.send(snapshot.arrays, snapshot.note())

    # reports ----------------------------------------------------------------------------------------------------------

    def _still_to_show(self) -> bool:
        return bool(self.watched) and self.session is not None and self.shown != self.session.step

    def _look(self) -> None:
        """Answer what is watched, within its share of the time."""
        now = time.monotonic()
        if self.session is None or now < self.next_look or not self._still_to_show():
            return
        document, inference = self.session.document, self.session.inference
        for request, box in self.watched:
            insight = insights()[request.insight]
            if not insight.suits(document, inference, request.block):
                continue  # asked about another network than this one
            with suppress(NotFiniteError):
                arrays = insight.look(self.session, request)
                box.send(arrays, {"step": self.session.step, "request": list(astuple(request))})
        self.shown = self.session.step
        spent = time.monotonic() - now
        self.next_look = now + max(REPORT_EVERY, spent / LOOKING_SHARE if self.state == "training" else 0.0)

    def _tell_progress(self) -> None:
        session = self._needed()
        first, losses = session.losses(self.told)
        done = int(session.state.cursor[0])
        rate = self.rate.of(session.epoch * session.rows + done)
        self._report(
            protocol.Progress(
                session.epoch, session.training.epochs, session.step, done, session.rows, rate, first, losses
            )
        )
        self.told = session.step

    def _tell_taking(self) -> None:
        session = self._needed()
        self._report(protocol.Taking(session.takes, session.batch_size))

    def _jumped(self) -> None:
        session = self._needed()
        self.told = session.step
        self.shown = -1
        self._report(protocol.Jumped(session.step, session.epoch))

    def _change(self, state: protocol.State) -> None:
        self.state = state
        if state != "training":
            self.next_look = 0.0  # a look that was slow need not be made up for: nobody is held up by the next
        self._report(protocol.Changed(state, self.revision))

    def _report(self, report: protocol.Report) -> None:
        try:
            self.connection.send(report)
        except OSError:
            raise SystemExit from None  # the window is gone

    def _guard(self, act: Callable[..., None], *args: Any) -> None:
        """Do something; what goes wrong is a report, and the process lives on."""
        try:
            act(*args)
        except NotFiniteError as error:
            self._tell_progress()
            self._report(protocol.Failed(error.words, error.block, error.step))
            self._change("failed")
        except NeuroloomError as error:
            changes = error.changes if isinstance(error, FaultyNetworkError) else ()
            self._report(protocol.Failed(error.words, changes=changes))
            if self.state in {"preparing", "training"}:
                self._change("failed" if self.session is None else "paused")
        except MemoryError:
            words = Words(
                "The network does not fit into memory. Make the batch smaller, or the network.",
                "内存放不下这个网络。请减小批大小，或缩小网络。",
            )
            self._report(protocol.Failed(words))
            self._change("failed")


class _Rate:
    """Rows per second since the run set off."""

    def __init__(self) -> None:
        self.since: tuple[float, int] | None = None

    def of(self, rows: int) -> float:
        now = time.monotonic()
        if self.since is None:
            self.since = now, rows
        seconds = now - self.since[0]
        return (rows - self.since[1]) / seconds if seconds > 0 else 0.0
