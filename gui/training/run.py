"""The run: what is being trained, in which state, and what a person may do now. Between the document and the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from core import project
from core.errors import Change
from core.graph import edits
from core.graph.document import Delta, Document, Node
from core.training import protocol
from core.words import Words
from gui.document.store import Store
from gui.training.engine import DIED, Engine

FOLLOW_AFTER_MS = 150  # steps that follow one another quickly are taken over together
PREPARE_AFTER_MS = 400  # of quiet, a network that could run is prepared, so that Train answers at once


class Run(QObject):
    """Owns the engine. `changed` says that state or message changed; `told` hands on every report for views."""

    changed = Signal()
    told = Signal(object)
    framed = Signal(object)
    restarted = Signal()  # another run begins: curves start anew
    flagged = Signal(int, object)  # step, Words: a setting was changed while training

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.engine = Engine(self)
        self.engine.reported.connect(self._report)
        self.engine.framed.connect(self.framed)
        self.engine.died.connect(self._died)
        self.state: protocol.State = "empty"
        self.ready: protocol.Ready | None = None
        self.progress: protocol.Progress | None = None
        self.preparing: protocol.Preparing | None = None
        self.problem: Words | None = None
        self.bad_block = ""
        self.changes: tuple[Change, ...] = ()  # that would mend the problem
        self.is_dead = False
        self._opened: Document | None = None  # what the engine was given last
        self._names: dict[str, str] = {}  # blocks renamed since then, old name -> new
        self._then: list[protocol.Command] = []  # to be sent once it is ready
        self._revision = 0
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(PREPARE_AFTER_MS)
        self._quiet.timeout.connect(self._prepare_if_idle)
        self._following = QTimer(self)
        self._following.setSingleShot(True)
        self._following.setInterval(FOLLOW_AFTER_MS)
        self._following.timeout.connect(self._go_on)
        store.renamed.connect(self._renamed)
        store.changed.connect(self._document_changed)
        store.opened.connect(self._document_opened)

    # what a person does -----------------------------------------------------------------------------------------------

    def can_train(self) -> bool:
        """Whether the document is without faults and has data."""
        return not self.store.whole.faults and self.store.root.data is not None

    @property
    def is_training(self) -> bool:
        """Whether steps are being made, or will be as soon as all is prepared."""
        return self.state == "training" or any(isinstance(c, protocol.Run) for c in self._then)

    @property
    def is_outdated(self) -> bool:
        """Whether the network on the canvas is no longer the one that is trained."""
        return self._opened is not None and self.ready is not None and not _alike(self._opened, self.store.root)

    @property
    def _is_due(self) -> bool:
        """Whether the engine has to be given the network: it has none, or another, or one that it could not take."""
        if self._opened is None or self.is_dead or self.is_outdated:
            return True
        return self.ready is None and self.state == "failed" and not _alike(self._opened, self.store.root)

    def train(self) -> None:
        """Train, or go on training. Where the network was changed since, a new run begins."""
        self._do(protocol.Run())

    def pause(self) -> None:
        """Hold after the current step; everything is kept."""
        self._then = []
        self.engine.send(protocol.Pause())

    def stop(self) -> None:
        """End the run here; the weights are kept, and Train goes on from them."""
        self._then = []
        self.engine.send(protocol.Stop())

    def follow(self) -> None:
        """A run that is under way goes on with the network as it is now, with the weights that fit; a moment later, if more comes."""
        if self.is_training:
            self._following.start()

    def _go_on(self) -> None:
        if self.is_training and self.is_outdated:
            self.train()

    def toggle(self) -> None:
        """Train or pause."""
        if self.is_training:
            self.pause()
        else:
            self.train()

    def step_batch(self) -> None:
        """One step of the optimiser."""
        self._do(protocol.Step("batch"))

    def step_epoch(self) -> None:
        """To the end of this epoch."""
        self._do(protocol.Step("epoch"))

    def reset(self) -> None:
        """Back to the same first weights."""
        self._do(protocol.Reset())

    def reseed(self) -> None:
        """Other first weights: the seed is part of the document, so this can be undone."""
        training = self.store.root.training
        self.store.apply(
            Words("New seed", "更换随机种子"),
            lambda d: edits.set_training(d, replace(training, seed=training.seed + 1)),
        )
        self._open()

    def resume(self) -> None:
        """After the engine died: a new one goes on from the last snapshot."""
        self._open(keep_snapshots=True)

    def export(self, path: str) -> None:
        """Write the weights of the run."""
        self.engine.send(protocol.Export(path))

    def close(self) -> None:
        """End the engine; whoever still asks for something is not answered."""
        self._quiet.stop()
        self.ready = None
        self.engine.stop()

    # the document -----------------------------------------------------------------------------------------------------

    def _document_opened(self, document: Document) -> None:
        self._opened, self.ready, self.progress, self.problem, self._names = None, None, None, None, {}
        if self.state == "training":
            self.pause()
        self.restarted.emit()
        self._quiet.start()
        self.changed.emit()

    def _renamed(self, names: dict[str, str]) -> None:
        self._names = renamed_on(self._names, names)

    def _document_changed(self, delta: Delta) -> None:
        if self.store.previewing:
            return
        self._tune()
        if self.problem is not None and self.state == "failed" and self._is_due:
            self.problem, self.changes = None, ()  # it was of the network before
        self._quiet.start()
        self.changed.emit()

    def _tune(self) -> None:
        """Learning rate, batch size and epochs of a run follow the document live."""
        if self._opened is None or self.ready is None:
            return
        old, new = self._opened, self.store.root
        if not _alike(old, new):
            return
        rate = new.optimizer.learning_rate if new.optimizer and old.optimizer else None
        changes: list[tuple[str, Words]] = []
        if rate is not None and old.optimizer and rate != old.optimizer.learning_rate:
            changes.append(("learning_rate", Words(f"learning rate {rate:g}", f"学习率 {rate:g}")))
        if new.training.batch_size != old.training.batch_size:
            size = new.training.batch_size
            changes.append(("batch_size", Words(f"batch size {size}", f"批大小 {size}")))
        if new.training.epochs != old.training.epochs:
            changes.append(("epochs", Words("", "")))
        if not changes:
            return
        self.engine.send(_tuning(new))
        self._opened = new
        step = self.progress.step if self.progress else 0
        for _, words in changes:
            if words.en and step:
                self.flagged.emit(step, words)

    def _prepare_if_idle(self) -> None:
        if self.can_train() and not self.is_training and self.progress is None and not self.is_dead and self._is_due:
            self._open()

    # the engine -------------------------------------------------------------------------------------------------------

    def _do(self, command: protocol.Command) -> None:
        if not self.can_train():
            return
        self.problem = None
        if self._is_due:
            self._open()
        if self.ready is None:
            self._then.append(command)
            self.changed.emit()
        else:
            self.engine.send(command)

    def _open(self, *, keep_snapshots: bool = False) -> None:
        self._revision += 1
        before, now = self._opened, self.store.root
        keeps = not self.is_dead and before is not None and before.data == now.data and _seed(before) == _seed(now)
        self._opened, self.ready, self.is_dead = now, None, False
        self.problem, self.bad_block, self.changes = None, "", ()
        self._then = [protocol.Resume()] if keep_snapshots else []
        if not keep_snapshots:
            self.progress = None
            self.restarted.emit()
        names, self._names = self._names, {}
        self.engine.send(protocol.Open(project.dumps(now), self._revision, keeps, names))
        self.changed.emit()

    def _report(self, report: protocol.Report) -> None:
        match report:
            case protocol.Changed():
                self.state = report.state
            case protocol.Preparing():
                self.preparing = report if report.done < report.total else None
            case protocol.Ready() if report.revision == self._revision:
                self.ready, self.preparing = report, None
                resuming = any(isinstance(c, protocol.Resume) for c in self._then)
                if resuming:
                    self.engine.resume()
                    self.engine.send(_tuning(self.store.root))  # what was changed since the snapshot was taken counts
                    self._then = [c for c in self._then if not isinstance(c, protocol.Resume)]
                else:
                    self.engine.keep_snapshots(report.snapshot_bytes)
                for command in self._then:
                    self.engine.send(command)
                self._then = []
                self._tune()  # to what was changed meanwhile
            case protocol.Progress():
                self.progress = report
            case protocol.Failed():
                self.problem, self.bad_block, self._then = report.words, report.block, []
                self.changes = report.changes
            case _:
                pass
        self.told.emit(report)
        self.changed.emit()

    def _died(self) -> None:
        self.is_dead, self.ready, self.preparing, self._then = True, None, None, []
        self.state, self.problem, self.changes = "failed", DIED, ()
        self.changed.emit()


def _tuning(document: Document) -> protocol.Tune:
    """Learning rate, batch size and epochs as the document has them."""
    rate = document.optimizer.learning_rate if document.optimizer else None
    return protocol.Tune(rate, document.training.batch_size, document.training.epochs)


def renamed_on(names: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Two renamings one after the other as one, old name -> new; what has its old name again is left out."""
    both = {old: more.get(new, new) for old, new in names.items()}
    both |= {old: new for old, new in more.items() if old not in names.values()}
    return {old: new for old, new in both.items() if old != new}


def _alike(a: Document, b: Document) -> bool:
    """Whether two documents train the same network on the same data: all but places, names of things, rate, size and epochs."""
    if a is b:
        return True
    same_training = replace(a.training, batch_size=1, epochs=1) == replace(b.training, batch_size=1, epochs=1)
    old, new = a.optimizer, b.optimizer
    same_optimizer = type(old) is type(new) and (
        old is None or new is None or replace(old, learning_rate=1.0) == replace(new, learning_rate=1.0)
    )
    return (
        same_training
        and same_optimizer
        and a.schedule == b.schedule
        and a.data == b.data
        and set(a.wires) == set(b.wires)
        and a.nodes.keys() == b.nodes.keys()
        and all(_trained(v) == _trained(b.nodes[n]) for n, v in a.nodes.items())
    )


def _seed(document: Document) -> int:
    return document.training.seed


def _trained(node: Node) -> Node:
    """A block without what is only drawn."""
    return replace(node, position=None, collapsed=False, locked=False)
