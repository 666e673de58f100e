"""Blocks that a person uses: lately, and by choice. Remembered from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal

MOST_RECENT = 8


class Habits(QObject):
    """Ids of favourite blocks, and of those that were added lately."""

    changed = Signal()

    def __init__(self, settings: QSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.favourites = self._listed("favourites")
        self.recent = self._listed("blocks_lately")

    def first(self) -> list[str]:
        """What is offered before all else: favourites, then what was used lately."""
        return [*self.favourites, *(id_ for id_ in self.recent if id_ not in self.favourites)]

    def used(self, id_: str) -> None:
        """A block was added."""
        self.recent = [id_, *(other for other in self.recent if other != id_)][:MOST_RECENT]
        self._keep("blocks_lately", self.recent)

    def favour(self, id_: str) -> None:
        """Make a block a favourite, or no longer."""
        known = id_ in self.favourites
        self.favourites = [f for f in self.favourites if f != id_] if known else [*self.favourites, id_]
        self._keep("favourites", self.favourites)
        self.changed.emit()

    def _keep(self, key: str, ids: list[str]) -> None:
        if self._settings is not None:
            self._settings.setValue(key, ids)

    def _listed(self, key: str) -> list[str]:
        stored = self._settings.value(key, []) if self._settings is not None else []
        return [stored] if isinstance(stored, str) else [str(s) for s in stored] if isinstance(stored, list) else []
