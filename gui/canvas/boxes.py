"""The frames and notes of the document as items, and which of them are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QGraphicsScene

from core.graph.document import Delta, Frame, Note
from core.graph.markings import folds
from gui.canvas.box_item import BoxItem, Part
from gui.canvas.geometry import Point
from gui.canvas.style import Style
from gui.document.store import Store


class Boxes(QObject):
    """Kept true by the same deltas as the blocks. What is chosen is the canvas's own business."""

    def __init__(self, store: Store, graphics: QGraphicsScene, style: Style, parent: QObject) -> None:
        super().__init__(parent)
        self.store, self.graphics, self.style = store, graphics, style
        self.items: dict[str, BoxItem] = {}
        self.chosen: frozenset[str] = frozenset()

    def take(self, delta: Delta) -> None:
        """Show what changed."""
        if (
            not delta.drawn
            and self.items.keys() == self.store.document.frames.keys() | self.store.document.notes.keys()
        ):
            return
        shown: dict[str, Frame | Note] = {**self.store.document.frames, **self.store.document.notes}
        for name in [n for n, i in self.items.items() if n not in shown or type(shown[n]) is not type(i.shown)]:
            self.graphics.removeItem(self.items.pop(name))
        for name, box in shown.items():
            if name in self.items:
                self.items[name].show_box(box)
            else:
                self.items[name] = BoxItem(name, self.style, box)
                self.graphics.addItem(self.items[name])
            self.items[name].setVisible(not folds(self.store.document, box))
        self.choose(n for n in self.chosen if n in self.items and self.items[n].isVisible())

    def hold(self, counts: Mapping[str, int]) -> None:
        """So many blocks are out of sight in each of these frames, and none in the others."""
        for name, item in self.items.items():
            item.hold(counts.get(name, 0))

    def choose(self, names: Iterable[str]) -> None:
        """Choose these and no others."""
        self.chosen = frozenset(n for n in names if n in self.items)
        for name, item in self.items.items():
            item.choose(chosen=name in self.chosen)

    def at(self, point: Point) -> tuple[BoxItem, Part] | None:
        """The smallest frame or note that a hand would take at a point, and by what."""
        found = [(i, part) for i in self.items.values() if (part := i.part_at(point)) and i.isVisible()]
        return min(found, key=lambda pair: (not isinstance(pair[0].shown, Note), pair[0].rect[2]), default=None)

    def restyle(self, style: Style) -> None:
        """Paint in the theme of now."""
        self.style = style
        for item in self.items.values():
            item.style = style
            item.update()
