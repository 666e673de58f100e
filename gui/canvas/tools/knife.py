"""Knife: Alt and a drag across wires removes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt

from core.graph import edits
from core.graph.document import Wire
from core.words import Words
from gui.canvas.overlay_items import CutItem
from gui.canvas.tools.base import Tool, Where
from gui.canvas.tools.select import REMOVE_WIRE
from gui.canvas.wire_item import WireItem

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas


class Knife(Tool):
    """A straight cut; what it will remove is red while one draws it. A click with it removes the wire under it."""

    def __init__(self, canvas: Canvas, under: WireItem | None = None) -> None:
        super().__init__(canvas)
        self._under = under.wire if under is not None else None
        self._item: CutItem | None = None
        self._start = (0.0, 0.0)
        self._cut: frozenset[Wire] = frozenset()

    def click(self, at: Where) -> bool:
        """Remove the wire that was clicked."""
        under = self._under
        if under is not None:
            self.store.apply(REMOVE_WIRE, lambda d: edits.disconnect(d, [under]))
        return False

    def begin(self, at: Where) -> None:
        """Take the knife."""
        self._start = at.point
        self._item = CutItem(self.items.style)
        self.items.graphics.addItem(self._item)
        self.canvas.viewport().setCursor(Qt.CursorShape.CrossCursor)

    def move(self, at: Where) -> None:
        """Draw the cut and mark the wires it crosses."""
        if self._item is None:
            return
        self._item.span(self._start, at.point)
        area = QRectF(QPointF(*self._start), QPointF(*at.point)).normalized().adjusted(-1, -1, 1, 1)
        crossed = (item.wire for item in self.items.wires_in(area) if item.course.crosses(self._start, at.point))
        self._mark(frozenset(crossed))

    def finish(self, at: Where) -> None:
        """Remove them."""
        cut = self._cut
        words = (
            Words(f"Cut {len(cut)} wires", f"切断 {len(cut)} 条连线") if len(cut) > 1 else Words("Cut wire", "切断连线")
        )
        self.store.apply(words, lambda d: edits.disconnect(d, cut))

    def end(self) -> None:
        """Put the knife away."""
        self._mark(frozenset())
        if self._item is not None:
            self.items.graphics.removeItem(self._item)
            self._item = None
        self.canvas.show_cursor()

    def _mark(self, cut: frozenset[Wire]) -> None:
        for wire in cut ^ self._cut:
            if wire in self.items.wires:
                self.items.wires[wire].set_state(cut=wire in cut)
        self._cut = cut
