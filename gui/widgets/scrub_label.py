"""The label of a field: drag it sideways to change a number, double-click it to have the default back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from core.words import Words
from gui.i18n import say
from gui.widgets.label import Label
from gui.widgets.number_field import NumberField


class ScrubLabel(Label):
    """A label that takes part in the field beside it. `reset` asks for the default value."""

    reset = Signal()

    def __init__(self, words: Words, field: QWidget) -> None:
        super().__init__(words, "body", "secondary")
        self._number = field if isinstance(field, NumberField) else None
        self._pressed_at: int | None = None  # x on the screen
        self._start: int | float = 0
        self._drags = False
        self.setBuddy(field)
        if self._number is not None:
            self.setCursor(Qt.CursorShape.SizeHorCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.buddy().isEnabled():
            self.buddy().setFocus(Qt.FocusReason.MouseFocusReason)  # so that Esc reaches the field
            self._pressed_at, self._drags = round(event.globalPosition().x()), False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._number is None or self._pressed_at is None:
            return
        moved = round(event.globalPosition().x()) - self._pressed_at
        if not self._drags and abs(moved) >= QApplication.startDragDistance() // 2:
            self._drags, self._start = True, self._number.value()
            self._number.begin_gesture()
        if self._drags:
            self._number.scrub(self._start, moved, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._number is not None and self._drags:
            self._number.end_gesture()
        self._pressed_at, self._drags = None, False
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = QAction(say(Words("Reset to default", "恢复默认值")), menu)
        action.triggered.connect(self._ask_reset)
        menu.addAction(action)
        menu.popup(event.globalPos())

    def _ask_reset(self, _checked: bool = False) -> None:
        self.reset.emit()
