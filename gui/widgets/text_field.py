"""A line of text, and a list of numbers written as text."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from core.words import same
from gui.i18n import follow
from gui.theme.fonts import font
from gui.theme.tokens import CONTROL_HEIGHT
from gui.widgets.expression import evaluate, normal
from gui.widgets.field import MIXED


class TextField(QLineEdit):
    """A line of text. Enter or leaving commits, Esc goes back to what was."""

    previewed = Signal(object)  # never
    committed = Signal(object)
    cancelled = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Any = self.read("")
        self._mixed = False
        self.setMinimumHeight(CONTROL_HEIGHT)

    def read(self, text: str) -> Any:
        """The value that `text` stands for. Raises ValueError."""
        return text

    def write(self, value: Any) -> str:
        """How a value is written."""
        return str(value)

    def value(self) -> Any:
        """What was last accepted."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show another value; text that is being typed is left alone when the value is the same."""
        if value != self._value or not self.isModified():
            self._show(value)

    def set_mixed(self) -> None:
        """Show that several texts are meant; what is being typed is left alone."""
        if not self.isModified():
            self._mixed = True
            follow(self, self.setPlaceholderText, MIXED)
            self.clear()

    def refuse(self, value: Any) -> None:
        """`value` still counts; the text stays, to be mended or taken back."""
        self._value = value
        self.setModified(True)

    def cancel(self) -> None:
        """Go back to the text from before the typing."""
        self._show(self._value)
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape if self.isModified():
                self.cancel()
                self.selectAll()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._finish()
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._finish()

    def _finish(self) -> None:
        if not self.isModified():
            return
        text = self.text()
        try:
            value = self.read(text)
        except ValueError:
            self.refused.emit(text)
            return
        if value == self._value and not self._mixed:
            self.cancel()
        else:
            self._show(value)
            self.committed.emit(value)

    def _show(self, value: Any) -> None:
        self._value = value
        if self._mixed:
            self._mixed = False
            follow(self, self.setPlaceholderText, same(""))
        self.setText(self.write(value))
        self.setModified(False)


class NumbersField(TextField):
    """A list of numbers, such as `28, 28, 1`; `28×28×1`, blanks and a sum in each place are understood too."""

    def __init__(self, *, whole: bool, parent: QWidget | None = None) -> None:
        self._whole = whole
        super().__init__(parent)
        self.setFont(font("number"))

    def read(self, text: str) -> tuple[float, ...]:
        """The numbers of `text`."""
        plain = normal(re.sub(r"(?<=\d)\s*[×xX]\s*(?=\d)", ",", text)).strip("()[], ")
        parts = plain.split(",") if "," in plain else plain.split()
        values = [evaluate(part) for part in parts]
        if not self._whole:
            return tuple(map(float, values))
        if any(value != int(value) for value in values):
            raise ValueError(text)
        return tuple(int(value) for value in values)

    def write(self, value: tuple[float, ...]) -> str:
        """The numbers with commas between them."""
        return ", ".join(str(number) if self._whole else f"{number:.12g}" for number in value)
