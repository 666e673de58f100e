"""The file of the open project: claimed against other windows, and watched for what other programs do to it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLockFile

from core.graph.document import Document
from core.project import load

Look = tuple[int, int, int]  # of a file: time of the last change, size, number on the disk


class OnDisk:
    """One file, or none. `document` is what this window last read from it or wrote to it.

    The claim is a lock in a folder of this person's settings; one whose process died is nobody's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path: Path | None = None
        self.document: Document | None = None
        self._look: Look | None = None  # of the file as `document` has it
        self._noticed: Look | None = None  # when somebody last looked
        self._lock: QLockFile | None = None

    def follow(self, path: Path | None, document: Document) -> None:
        """This file holds this document now, and is this window's unless another has it."""
        if path is None or not self._is_mine(path):
            self.let_go()
        self.path, self.document = path, document
        if path is not None:
            self._look = self._noticed = _look(path)
            if self._lock is None:
                lock = self._lock_of(path)
                self._lock = lock if lock.tryLock(0) else None

    def let_go(self) -> None:
        """Another window may have it."""
        if self._lock is not None:
            self._lock.unlock()
        self.path = self.document = self._look = self._noticed = self._lock = None

    def is_elsewhere(self, path: Path) -> bool:
        """Whether another window has this file open."""
        if self._is_mine(path):
            return False
        lock = self._lock_of(path)
        if lock.tryLock(0):
            lock.unlock()
            return False
        return lock.error() is QLockFile.LockError.LockFailedError  # not where the folder cannot be written

    def is_followed(self, path: Path) -> bool:
        """Whether this is the file, whatever it is called."""
        return self.path is not None and _place(path) == _place(self.path)

    def has_changed(self) -> bool:
        """Whether somebody else touched the file; it may hold the same as before."""
        return self.path is not None and _look(self.path) != self._look

    def has_news(self) -> bool:
        """Whether somebody touched the file since it was last looked at."""
        if self.path is None:
            return False
        before, self._noticed = self._noticed, _look(self.path)
        return self._noticed not in (before, self._look)

    def theirs(self) -> Document:
        """What the file holds now. Raises ProjectFileError."""
        assert self.path is not None
        return load(self.path)

    def accept(self, theirs: Document | None) -> None:
        """What somebody else wrote is known; None where nothing can be read."""
        assert self.path is not None
        self.document = theirs
        self._look = self._noticed = _look(self.path)

    def _is_mine(self, path: Path) -> bool:
        return self._lock is not None and self.is_followed(path)

    def _lock_of(self, path: Path) -> QLockFile:
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(str(_place(path)).encode("utf-8", "surrogateescape")).hexdigest()[:32]
        lock = QLockFile(str(self.folder / f"{name}.lock"))
        lock.setStaleLockTime(0)
        return lock


def _place(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _look(path: Path) -> Look | None:
    try:
        seen = path.stat()
    except (OSError, ValueError):
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino
