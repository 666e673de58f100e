"""Seeing: ways to find one's way in a large network. Bookmarks, the minimap, the find bar; and a bar to type in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from core.words import Words
from gui.canvas.bookmarks import Bookmarks
from gui.canvas.find_bar import FindBar
from gui.canvas.line_bar import LineBar
from gui.canvas.minimap import Minimap
from gui.canvas.scene import SceneController
from gui.canvas.view import View


class Seeing(View):
    """A view that knows where it has been. `told` carries what there is to say."""

    told = Signal(object)  # Words

    def __init__(self, items: SceneController, parent: QWidget | None = None) -> None:
        super().__init__(items, parent)
        self.bookmarks = Bookmarks(items.store)
        self.minimap = Minimap(self)
        self.find_bar = FindBar(self)
        self.find_bar.closed.connect(self._found)
        self.line_bar = LineBar(self)
        self.line_bar.closed.connect(self._found)

    def look_for(self) -> None:
        """Look for blocks of this network."""
        self.find_bar.open()

    def type_net(self) -> None:
        """Type a network in one line, or what comes behind the selected block."""
        self.line_bar.open()

    def keep_view(self, number: str) -> None:
        """Remember where one looks."""
        self.bookmarks.keep(number, self.place())
        self.told.emit(
            Words(
                f"View {number} is kept. Ctrl+{number} comes back to it.",
                f"已保存视图 {number}，按 Ctrl+{number} 返回。",
            )
        )

    def go_to_view(self, number: str) -> None:
        """Look again where one looked when the view was kept."""
        place = self.bookmarks.find(number)
        if place is not None:
            self.look_at(*place)
        else:
            self.told.emit(
                Words(
                    f"No view is kept under {number}. Ctrl+Shift+{number} keeps this one.",
                    f"尚未保存视图 {number}，按 Ctrl+Shift+{number} 保存当前视图。",
                )
            )

    def toggle_minimap(self) -> None:
        """Show the map, or hide it."""
        self.minimap.setVisible(not self.minimap.isVisibleTo(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.minimap.place()
        self.find_bar.place()
        self.line_bar.place()

    def _found(self) -> None:
        self.setFocus(Qt.FocusReason.PopupFocusReason)
