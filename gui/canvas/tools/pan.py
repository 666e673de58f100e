"""Pan: the picture follows the hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from gui.canvas.tools.base import Tool, Where

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas


class Pan(Tool):
    """Middle button, or Space and left button. Escape goes back to where one was."""

    pulls = False

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._start = self._last = QPointF()

    def begin(self, at: Where) -> None:
        """Close the hand."""
        self._start = self._last = at.pixel
        self.canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, at: Where) -> None:
        """Drag the picture along."""
        self.canvas.pan(at.pixel - self._last)
        self._last = at.pixel

    def cancel(self) -> None:
        """The picture back."""
        self.canvas.pan(self._start - self._last)

    def end(self) -> None:
        """Open the hand."""
        self.canvas.show_cursor()


class Ask(Pan):
    """Right button: a click opens the menu of what is there, a drag pans."""

    def click(self, at: Where) -> bool:
        """What can be done here?"""
        self.canvas.open_menu(at.pixel)
        return False
