"""Views of a network that a person comes back to, by number; kept for each project file on this machine."""

from __future__ import annotations

from hashlib import sha256

from PySide6.QtCore import QObject, QSettings

from gui.canvas.view import Place
from gui.document.store import Store


class Bookmarks(QObject):
    """Places by number. Those of a project without a file last as long as it is open, or until it gets one."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._store = store
        self._settings: QSettings | None = None
        self._places: dict[str, Place] = {}
        store.opened.connect(self._opened)

    def remember_in(self, settings: QSettings) -> None:
        """Keep them from one start of the program to the next."""
        self._settings = settings

    def keep(self, number: str, place: Place) -> None:
        """Remember a place."""
        self._places[number] = place
        self.save()

    def find(self, number: str) -> Place | None:
        """The place under a number."""
        return self._places.get(number)

    def save(self) -> None:
        """Write them down; called when the project gets a file, too."""
        if self._settings is None or self._store.path is None:
            return
        for number, ((x, y), scale) in self._places.items():
            self._settings.setValue(f"{self._key()}/{number}", f"{x:.1f} {y:.1f} {scale:.4f}")

    def _opened(self, *_: object) -> None:
        self._places = {}
        if self._settings is None or self._store.path is None:
            return
        self._settings.beginGroup(self._key())
        stored = {number: str(self._settings.value(number)) for number in self._settings.childKeys()}
        self._settings.endGroup()
        for number, text in stored.items():
            try:
                x, y, scale = map(float, text.split())
            except ValueError:
                continue  # somebody has been at the settings file
            if abs(x) < 1e6 and abs(y) < 1e6 and 0.0 < scale < 100.0:
                self._places[number] = ((x, y), scale)

    def _key(self) -> str:
        return "bookmarks/" + sha256(str(self._store.path).encode()).hexdigest()[:16]
