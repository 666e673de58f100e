"""Blocks that are carried over from the palette, and dropped."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

from gui.canvas.commands import Commands
from gui.canvas.tools.drop import Drop
from gui.palette.rows import MIME


class Droppable(Commands):
    """A view that shows a block while it is carried over it."""

    _drop: Drop | None = None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        id_ = bytes(event.mimeData().data(MIME).data()).decode("utf-8", "replace")
        if id_ not in self.blocks:
            event.ignore()  # a project file, perhaps: the window takes it
            return
        event.acceptProposedAction()
        self._end_drop()
        self._drop = Drop(self, self.blocks[id_](), self.scene_point(event.position()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._drop is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self._drop.move(self.scene_point(event.position()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drop()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._drop is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self._drop.move(self.scene_point(event.position()))
        drop, self._drop = self._drop, None
        try:
            drop.drop()
        finally:
            drop.end()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end_drop(self) -> None:
        if self._drop is not None:
            self._drop.end()
            self._drop = None
