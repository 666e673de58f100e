"""A card that floats over the work: a field, what a subclass puts beside it, and every key while one types."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from gui.theme.apply import theme
from gui.theme.icons import icon
from gui.theme.tokens import RADIUS_LARGE


class FloatingCard(QFrame):
    """A child of what it floats over, not a window of its own: it goes where that goes and steals no grab. Esc closes it."""

    closed = Signal()

    def __init__(self, parent: QWidget, field: QLineEdit, drawing: str = "") -> None:
        super().__init__(parent)
        self._field = field
        field.installEventFilter(self)
        if drawing:
            field.addAction(QAction(icon(drawing), "", field), QLineEdit.ActionPosition.LeadingPosition)
        self.hide()

    def show_card(self) -> None:
        """In front of everything, ready for typing."""
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_(self, _checked: bool = False) -> None:
        """Close without a choice."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def key(self, event: QKeyEvent) -> bool:
        """A key that was pressed in the field; whether it is done with."""
        return False

    def left(self) -> None:
        """The keyboard has gone elsewhere; what is searched in, and not searched for, may stay open."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()  # while one types here, no key means anything else
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if Qt.Key(event.key()) is Qt.Key.Key_Escape:
                self.close_()
                return True
            return self.key(event)
        if event.type() is QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() is not Qt.FocusReason.PopupFocusReason:
                self.left()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A soft shadow would be cut off at the widget's edge, so a firm rim it is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.tokens.stroke_control))
        painter.setBrush(QColor(theme.tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_LARGE, RADIUS_LARGE)


def is_enter(event: QKeyEvent) -> bool:
    """Either of the two keys that take what is chosen."""
    return Qt.Key(event.key()) in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def rows_of(event: QKeyEvent, page: int) -> int:
    """By how many rows a key moves the choice in a list under the field; 0 for any other key."""
    rows = {
        Qt.Key.Key_Down: 1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Backtab: -1,
        Qt.Key.Key_PageDown: page, Qt.Key.Key_PageUp: -page,
    }  # fmt: skip
    return rows.get(Qt.Key(event.key()), 0)
