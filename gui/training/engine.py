"""The window's side of the engine process: starts it, keeps it warm, sends commands, and turns reports into signals."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from core.insight._base import Frame, Request
from core.training import protocol, worker
from core.training.mailbox import Mailbox
from core.words import Words

PUMP_MS = 8  # one frame a tick: several drawn at once would hold the window up
FRAME_BYTES = 4 << 20  # of one answer; pages that are never written cost nothing
MOST_REPORTS = 50  # taken at one tick, so that a flood cannot hold the window up
WRITING_SECONDS = 10.0  # for weights that are on their way to the disk when the window closes


class Engine(QObject):
    """`reported` carries every report of the process, `framed` every frame, `died` tells that it is gone."""

    reported = Signal(object)
    framed = Signal(object)
    died = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._boxes: dict[Request, Mailbox] = {}
        self._spare: list[Mailbox] = []
        self._snapshots: Mailbox | None = None
        self._writing = False  # weights that a person asked for are not in their file yet
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PUMP_MS)
        self._timer.timeout.connect(self._pump)

    def start(self) -> None:
        """Start the process, if it is not running."""
        if self._process is not None:
            return
        context = multiprocessing.get_context("spawn")  # a fork of a process with Qt and kernel threads is unsafe
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=worker.main, args=(theirs,), name="neuroloom-engine", daemon=True)
        self._process.start()
        theirs.close()
        self._timer.start()

    @property
    def pid(self) -> int | None:
        """The process, for tests that kill it."""
        return self._process.pid if self._process is not None else None

    def send(self, command: protocol.Command) -> None:
        """Tell the process; starts it where it is not running."""
        self.start()
        assert self._connection is not None
        self._writing = self._writing or isinstance(command, protocol.Export)
        with suppress(OSError, BrokenPipeError):  # it has just died; the next tick of the pump says so
            self._connection.send(command)

    def watch(self, requests: Sequence[Request]) -> None:
        """What is visible from now on. Frames of anything else stop."""
        wanted = list(dict.fromkeys(requests))
        for request in [r for r in self._boxes if r not in wanted]:
            self._spare.append(self._boxes.pop(request))
        for request in wanted:
            if request not in self._boxes:
                box = self._spare.pop() if self._spare else Mailbox(FRAME_BYTES)
                self._boxes[request] = box
        self.send(protocol.Watch(tuple((r, b.name, b.capacity) for r, b in self._boxes.items())))

    def keep_snapshots(self, size: int) -> None:
        """Give the process room for snapshots that outlive it. Those of an earlier network are forgotten."""
        if self._snapshots is not None:
            self._snapshots.close()
        self._snapshots = Mailbox(size)
        self._give_snapshots()

    def resume(self) -> None:
        """After `died` and a new Open: go on from the newest snapshot."""
        self._give_snapshots(keep=True)
        self.send(protocol.Resume())

    def has_snapshot(self) -> bool:
        """Whether there is something to go on from."""
        return self._snapshots is not None and self._snapshots.receive(again=True) is not None

    def stop(self) -> None:
        """End the process, whatever it is busy with but writing weights, and give the memory back."""
        self._timer.stop()
        if self._process is not None and self._connection is not None:
            if self._writing:
                with suppress(OSError, BrokenPipeError):
                    self._connection.send(protocol.Quit())
                self._process.join(WRITING_SECONDS)
            self._process.kill()
            self._process.join()
        self._forget_process()
        for box in (*self._boxes.values(), *self._spare, *([self._snapshots] if self._snapshots else [])):
            box.close()
        self._boxes, self._spare, self._snapshots = {}, [], None

    def _give_snapshots(self, *, keep: bool = False) -> None:
        if self._snapshots is not None:
            self.send(protocol.Keep(self._snapshots.name, self._snapshots.capacity, fresh=not keep))

    def _forget_process(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None
        self._writing = False

    def _pump(self) -> None:
        try:
            for _ in range(MOST_REPORTS):
                if self._connection is None or not self._connection.poll():
                    break
                report = self._connection.recv()
                self._writing = self._writing and not isinstance(report, protocol.Exported | protocol.Failed)
                self.reported.emit(report)
        except (EOFError, OSError):
            self._lost()
            return
        if self._process is not None and not self._process.is_alive():
            self._lost()
            return
        for request, box in list(self._boxes.items()):
            letter = box.receive()
            if letter is not None and letter[1]["request"] == list(astuple(request)):
                self._boxes[request] = self._boxes.pop(request)  # the others come first the next time
                self.framed.emit(Frame(request, letter[1]["step"], letter[0]))
                break

    def _lost(self) -> None:
        if self._process is not None:
            self._process.join(0.2)
        self._forget_process()
        self._timer.stop()
        for box in self._boxes.values():
            box.empty()
        self.died.emit()


DIED = Words(
    "The engine process stopped unexpectedly. Your network is untouched. Resume goes on from the last snapshot.",
    "引擎进程意外停止。网络没有受影响。点击“恢复”从最近的快照继续。",
)
