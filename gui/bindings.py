"""Which keys call which entries: as the table has them, or as a person wants them."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from gui.entries import BY_ID, ENTRIES, Entry

_FREE = ("Ctrl+", "Alt+", "Meta+")  # with one of these, or a function key, a key works everywhere
_SPACE = " "  # between keys in the settings file; no key is written with it


class Bindings(QObject):
    """The keys of every entry. What differs from the table is kept in the settings, under `keys/`."""

    changed = Signal()

    def __init__(self, settings: QSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._own: dict[str, tuple[str, ...]] = {}
        for entry in ENTRIES:
            stored = settings.value(f"keys/{entry.id}") if settings is not None else None
            if isinstance(stored, str):
                self._own[entry.id] = tuple(key for key in map(plain, stored.split(_SPACE)) if key)

    def keys(self, id_: str) -> tuple[str, ...]:
        """The keys of an entry, as the table writes them: `Ctrl+Shift+Z`."""
        return self._own.get(id_, BY_ID[id_].keys)

    def is_own(self, id_: str) -> bool:
        """Whether a person has chosen the keys of an entry."""
        return id_ in self._own

    def holder(self, key: str, *, several: bool) -> Entry | None:
        """The entry that a key calls, with or without several blocks selected."""
        found = [entry for entry in ENTRIES if key in self.keys(entry.id)]
        fits = [entry for entry in found if entry.when == "" or several]
        return max(fits, key=lambda entry: entry.when != "", default=None)

    def conflicts(self, id_: str, key: str) -> list[Entry]:
        """Other entries that have this key already, at the same time."""
        when = BY_ID[id_].when
        return [e for e in ENTRIES if e.id != id_ and e.when == when and key in self.keys(e.id)]

    def bind(self, id_: str, keys: tuple[str, ...]) -> None:
        """Call an entry by these keys alone; whoever had one of them loses it."""
        for key in keys:
            for other in self.conflicts(id_, key):
                self._store(other.id, tuple(k for k in self.keys(other.id) if k != key))
        self._store(id_, keys)
        self.changed.emit()

    def reset(self, id_: str | None = None) -> None:
        """Back to the table: one entry, which takes its keys back from others, or all of them."""
        if id_ is not None:
            self.bind(id_, BY_ID[id_].keys)
            return
        for entry in ENTRIES:
            self._store(entry.id, entry.keys)
        self.changed.emit()

    def _store(self, id_: str, keys: tuple[str, ...]) -> None:
        same = keys == BY_ID[id_].keys
        if same:
            self._own.pop(id_, None)
        else:
            self._own[id_] = keys
        if self._settings is not None:
            if same:
                self._settings.remove(f"keys/{id_}")
            else:
                self._settings.setValue(f"keys/{id_}", _SPACE.join(keys))


def works_everywhere(key: str) -> bool:
    """Whether a key may act while something else than the canvas has the focus: nobody types with it."""
    name = key.rpartition("+")[2]
    return key.startswith(_FREE) or (name[:1] == "F" and name[1:].isdigit())


def plain(key: str) -> str:
    """A key in one way of writing, or "" if it is none."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def key_of(event: QKeyEvent) -> str:
    """A key that was pressed, written as in the table. Keys of the number pad count as the others.

    Shift is left out of signs that are typed with it: `?` and not `Shift+?`.
    """
    keys = event.keyCombination().keyboardModifiers()
    keys &= ~keys.KeypadModifier
    sign = 0x21 <= event.key() <= 0x7E and not chr(event.key()).isalnum()
    if sign and not keys & (keys.ControlModifier | keys.AltModifier | keys.MetaModifier):
        keys &= ~keys.ShiftModifier
    return QKeySequence(event.key() | keys.value).toString(QKeySequence.SequenceFormat.PortableText)
