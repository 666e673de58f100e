"""Select: a click on a block, a wire or nothing, and the rubber band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.words import Words
from gui.canvas.overlay_items import BandItem
from gui.canvas.tools.base import Tool, Where
from gui.canvas.wire_item import WireItem

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas

REMOVE_WIRE = Words("Remove wire", "删除连线")


class Band(Tool):
    """On empty canvas: a click selects nothing, a drag all that it touches; Shift adds, Ctrl takes away."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._item: BandItem | None = None
        self._start = (0.0, 0.0)
        self._before: frozenset[str] = frozenset()

    def click(self, at: Where) -> bool:
        """Select nothing."""
        if not (at.shift or at.ctrl):
            self.store.select(())
            self.items.select_wires(())
            self.items.boxes.choose(())
            self.items.choose_bend(None)
        return False

    def begin(self, at: Where) -> None:
        """Draw the band."""
        self._start, self._before = at.point, self.store.selection
        self._item = BandItem(self.items.style)
        self.items.graphics.addItem(self._item)
        self.items.select_wires(())

    def move(self, at: Where) -> None:
        """Stretch it; what it touches is selected at once."""
        if self._item is None:
            return
        area = self._item.span(self._start, at.point)
        inside = frozenset(item.name for item in self.items.nodes_in(area) if item.rect().intersects(area))
        if at.ctrl:
            self.store.select(self._before - inside)
        else:
            self.store.select(self._before | inside if at.shift else inside)

    def cancel(self) -> None:
        """As it was selected before."""
        self.store.select(self._before)

    def end(self) -> None:
        """Take the band away."""
        if self._item is not None:
            self.items.graphics.removeItem(self._item)
            self._item = None


class PickWire(Band):
    """On a wire: a click selects it; a drag is a band."""

    def __init__(self, canvas: Canvas, item: WireItem) -> None:
        super().__init__(canvas)
        self._wire = item.wire

    def click(self, at: Where) -> bool:
        """Select the wire; Ctrl and Shift add it, or take it away."""
        if at.ctrl or at.shift:
            self.items.select_wires(self.items.selected_wires ^ {self._wire})
        else:
            self.store.select(())
            self.items.select_wires([self._wire])
        return False
