"""One of a few."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from core.words import Words
from gui.i18n import follow
from gui.theme.tokens import CONTROL_HEIGHT
from gui.widgets.field import MIXED, mark


class ChoiceField(QComboBox):
    """A list that opens. The value is the key of the choice, what is shown are its words."""

    previewed = Signal(object)  # never
    committed = Signal(object)
    cancelled = Signal()
    refused = Signal(str)

    def __init__(self, choices: Mapping[str, Words], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(CONTROL_HEIGHT)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not WheelFocus: scrolling past must not take the focus
        for index, (key, words) in enumerate(choices.items()):
            self.addItem("", key)
            follow(self, self.setItemText, words, index)
        self._told = self.value()
        self.activated.connect(self._tell)

    def value(self) -> str:
        """The key of the choice."""
        return str(self.currentData())

    def set_value(self, value: str) -> None:
        """Choose, silently."""
        self.setCurrentIndex(self.findData(value))
        mark(self, "mixed", on=False)
        self._told = value

    def set_mixed(self) -> None:
        """Choose none; each of them is a change then."""
        follow(self, self.setPlaceholderText, MIXED)
        self.setCurrentIndex(-1)
        mark(self, "mixed", on=True)
        self._told = ""

    def cancel(self) -> None:
        """Nothing is ever half done here."""

    def refuse(self, value: str) -> None:
        """Go back to `value`."""
        self.set_value(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _tell(self, _index: int) -> None:
        if self.value() != self._told:
            self._told = self.value()
            mark(self, "mixed", on=False)
            self.committed.emit(self._told)
