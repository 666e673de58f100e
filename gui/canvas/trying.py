"""Ways to go on, in a small menu at the cursor: the one that is looked at is shown on the canvas as if it were done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from core.words import Words
from gui.canvas.scene import SceneController
from gui.document.store import Edit
from gui.i18n import say


@dataclass(frozen=True, slots=True)
class Way:
    """What it is called in the menu and in the history, what it does, and what would come of it."""

    words: Words
    label: Words
    edit: Edit
    outcome: str = ""


class Trying(QMenu):
    """New blocks are ghosts and new wires glow until one way is chosen, as one step. Escape leaves all as it was."""

    def __init__(self, items: SceneController, question: Words, ways: Sequence[Way], parent: QWidget) -> None:
        super().__init__(parent)
        self._items, self._store = items, items.store
        self._names, self._wires = set(items.store.document.nodes), set(items.store.document.wires)
        self.addAction(say(question)).setEnabled(False)
        for way in ways:
            text = say(way.words).replace("&", "&&")
            action = self.addAction(f"{text}\t{way.outcome}" if way.outcome else text)
            action.setData(way)
        self.hovered.connect(self._show)
        self.aboutToHide.connect(self._store.cancel)
        self.triggered.connect(self._take)

    def look_at_first(self) -> None:
        """As if the pointer lay on the first way."""
        first = next(action for action in self.actions() if action.data() is not None)
        self.setActiveAction(first)
        self._show(first)

    def _show(self, action: QAction) -> None:
        way = action.data()
        if not isinstance(way, Way):
            return
        self._store.preview(way.edit)
        for name in self._items.nodes.keys() - self._names:
            self._items.nodes[name].set_state(ghost=True)
        for wire in self._items.wires.keys() - self._wires:
            self._items.wires[wire].set_state(accepts=True)

    def _take(self, action: QAction) -> None:
        way = action.data()
        if isinstance(way, Way) and self._store.apply(way.label, way.edit):
            fresh = [name for name in self._store.document.nodes if name not in self._names]
            self._store.select(fresh or self._store.selection)
