"""Pan: the picture follows the hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from gui.canvas.tools.base import Tool, Where

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas


class Pan(Tool):
    """Middle button, or Space and left button."""

    pulls = False

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._last = QPointF()

    def begin(self, at: Where) -> None:
        """Close the hand."""
        self._last = at.pixel
        self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, at: Where) -> None:
        """Drag the picture along."""
        self.canvas.pan(at.pixel - self._last)
        self._last = at.pixel

    def end(self) -> None:
        """Open the hand."""
        self.canvas.show_cursor()
