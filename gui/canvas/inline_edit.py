"""The one field that is laid over the canvas to type into: a title, a number, or a text of several lines."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

Taken = Callable[[str], object]


class InlineEdit(QObject):
    """A child of the viewport, so nothing of it lies in the scene. Enter or a click elsewhere takes the text, Esc drops it."""

    def __init__(self, viewport: QWidget, back_to: QWidget) -> None:
        super().__init__(viewport)
        self._back_to = back_to
        self.line, self.lines = QLineEdit(viewport), QPlainTextEdit(viewport)
        self._taken: Taken | None = None
        for field in (self.line, self.lines):
            field.hide()
            field.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        """Whether something is being typed."""
        return self._taken is not None

    def open_line(self, at: QRect, text: str, name: str, taken: Taken) -> None:
        """Ask for one line."""
        self._open(self.line, at, name, taken)
        self.line.setText(text)
        self.line.selectAll()

    def open_lines(self, at: QRect, text: str, name: str, taken: Taken) -> None:
        """Ask for a text; Enter begins a new line, Ctrl+Enter takes it."""
        self._open(self.lines, at, name, taken)
        self.lines.setPlainText(text)
        self.lines.selectAll()

    def close(self, *, take: bool) -> None:
        """Done: with what was typed, or without."""
        taken, self._taken = self._taken, None
        if taken is None:
            return
        text = self.line.text() if self.line.isVisible() else self.lines.toPlainText()
        for field in (self.line, self.lines):
            field.hide()
        self._back_to.setFocus(Qt.FocusReason.PopupFocusReason)
        if take:
            taken(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While one types here, no key means anything else."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key, ctrl = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if key is Qt.Key.Key_Escape:
                self.close(take=False)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (watched is self.line or ctrl):
                self.close(take=True)
                return True
        if event.type() is QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
                self.close(take=True)
        return super().eventFilter(watched, event)

    def _open(self, field: QLineEdit | QPlainTextEdit, at: QRect, name: str, taken: Taken) -> None:
        self.close(take=True)
        self._taken = taken
        field.setGeometry(at)
        field.setAccessibleName(name)
        field.show()
        field.raise_()
        field.setFocus(Qt.FocusReason.PopupFocusReason)
