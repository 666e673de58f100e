"""Bends of a wire: points that it is drawn through, put there by a double click and dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.graph import edits
from core.graph.document import Document, Wire
from core.words import Words
from gui.canvas.geometry import Point, snapped
from gui.canvas.tools.base import Tool, Where

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas

BEND, STRAIGHTEN = Words("Bend wire", "弯折连线"), Words("Remove bend", "删除弯折点")


class Bend(Tool):
    """On a bend: a click chooses it, so that Delete removes it; a drag moves it."""

    def __init__(self, canvas: Canvas, wire: Wire, index: int) -> None:
        super().__init__(canvas)
        self._wire, self._index = wire, index
        self._before = self.items.chosen_bend

    def press(self, at: Where) -> None:
        """It alone is chosen."""
        self.store.select(())
        self.items.boxes.choose(())
        self.items.select_wires(())
        self.items.choose_bend((self._wire, self._index))

    def move(self, at: Where) -> None:
        """The wire goes through where the hand is."""
        point = at.point if at.ctrl else (snapped(at.point[0]), snapped(at.point[1]))
        self.store.preview(lambda d: _moved(d, self._wire, self._index, point))

    def finish(self, at: Where) -> None:
        """Keep it."""
        self.store.commit(BEND)

    def cancel(self) -> None:
        """Back."""
        self.store.cancel()
        self.items.choose_bend(self._before)


def add_bend(document: Document, wire: Wire, at: Point, index: int) -> Document:
    """With one more point for a wire to go through, before the one that has this index."""
    return edits.bend(document, wire, (*wire.bends[:index], (snapped(at[0]), snapped(at[1])), *wire.bends[index:]))


def remove_bend(document: Document, wire: Wire, index: int) -> Document:
    """Without one of its points."""
    return edits.bend(document, wire, (*wire.bends[:index], *wire.bends[index + 1 :]))


def _moved(document: Document, wire: Wire, index: int, at: Point) -> Document:
    return edits.bend(document, wire, (*wire.bends[:index], at, *wire.bends[index + 1 :]))
