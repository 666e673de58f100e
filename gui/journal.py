"""The journal of one window: what is not saved yet, as text on the disk, and what windows that died have left there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from core.errors import NeuroloomError, ProjectFileError
from core.graph.document import Document
from core.project import dumps, loads
from core.project.disk import place, reading, write_whole
from core.project.text import MOST_BYTES, too_big
from core.words import Words
from gui.document.store import Store

ENDING, LOCK = ".journal", ".lock"
SOON = 300  # milliseconds from an edit to its place on the disk


class Journal(QObject):
    """Writes the project a moment after each edit, in a thread; takes it away once it is saved, or given up.

    The first line of the file is the path of the project as JSON, or null; the rest is the project file.
    A lock beside it tells other windows and other processes that its window lives.
    """

    failed = Signal(object)  # Words

    def __init__(self, store: Store, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store, self.folder = store, folder
        self.file = folder / (secrets.token_hex(8) + ENDING)
        self._lock: QLockFile | None = None
        self._writer = ThreadPoolExecutor(1, "journal")  # one, so that the last edit is written last
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.keep)
        store.history.indexChanged.connect(self._later)
        store.modified_changed.connect(self._later)
        self._is_closed = False

    def keep(self) -> None:
        """Write what is not saved; where all is, leave nothing."""
        if self.store.previewing:
            self._soon.start()
        elif self.store.modified:
            self._writer.submit(self._write, self.store.root, self.store.path)
        else:
            self._writer.submit(self.file.unlink, missing_ok=True)

    def settle(self) -> None:
        """Write now, and come back when it is on the disk."""
        self.keep()
        self._writer.submit(int).result()

    def close(self) -> None:
        """The window goes, and a person has said what becomes of the work; Qt may close a window twice."""
        if self._is_closed:
            return
        self._is_closed = True
        self.store.history.indexChanged.disconnect(self._later)
        self.store.modified_changed.disconnect(self._later)
        self._soon.stop()
        self._writer.shutdown()
        with suppress(OSError):
            self.file.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.unlock()

    def _later(self, _: object) -> None:
        if not self._soon.isActive():  # an edit that never pauses is journalled all the same
            self._soon.start()

    def _write(self, document: Document, path: Path | None) -> None:
        origin = json.dumps(str(path.resolve()) if path is not None else None)
        text = f"{origin}\n{dumps(document)}".encode("utf-8", "replace")
        try:
            if self._lock is None:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._lock = _lock(self.file)
                self._lock.tryLock(0)
            write_whole(self.file, lambda file: file.write(text), ProjectFileError)
        except NeuroloomError as error:
            self.failed.emit(error.words)
        except OSError as error:
            self.failed.emit(
                Words(
                    f"{place(self.folder)}: unsaved work cannot be kept there: {error.strerror}. Save the project.",
                    f"{place(self.folder)}：无法在此保留未保存的工作：{error.strerror}。请保存项目。",
                )
            )


@dataclass(frozen=True)
class Remains:
    """The journal of a window that died; its lock is ours, so that no other window offers it too."""

    file: Path
    lock: QLockFile
    time: float  # of the last edit, in seconds since 1970
    path: Path | None  # of the project file, None for one that was never saved
    document: Document | None  # None where it cannot be read, and `fault` says why
    fault: Words | None = None

    def discard(self) -> None:
        """Nobody wants it."""
        with suppress(OSError):
            self.file.unlink(missing_ok=True)
        self.lock.unlock()

    def leave(self) -> None:
        """It may be offered again."""
        self.lock.unlock()


def left_behind(folder: Path) -> Iterator[Remains]:
    """What windows that live no more have left, the newest first."""
    for file in sorted(folder.glob("*" + ENDING), key=_written, reverse=True):
        lock = _lock(file)
        if not lock.tryLock(0):
            continue
        time = _written(file)
        try:
            path, document = _read(file)
        except NeuroloomError as error:
            yield Remains(file, lock, time, None, None, error.words)
        else:
            yield Remains(file, lock, time, path, document)


def _read(file: Path) -> tuple[Path | None, Document]:
    with reading(file, ProjectFileError) as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ProjectFileError(too_big(place(file), len(data)))
    origin, _, text = data.decode("utf-8", "replace").partition("\n")
    try:
        path = json.loads(origin)
    except (ValueError, RecursionError):
        path = None
    return Path(path) if isinstance(path, str) and path else None, loads(text, place(file))


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _lock(file: Path) -> QLockFile:
    """A lock that is stale when its process is gone, however long that takes."""
    lock = QLockFile(str(file.with_suffix(LOCK)))
    lock.setStaleLockTime(0)
    return lock
