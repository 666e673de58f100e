"""A question with answers of its own; what is asked about is told as plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from core.words import Words
from gui.i18n import say

CANCEL = Words("Cancel", "取消")


def ask(parent: QWidget, title: Words, text: Words, answers: Mapping[str, Words], more: Sequence[Words] = ()) -> str:
    """The key of the answer that was chosen, or "" for none of them. The first is what Return says."""
    box = QMessageBox(QMessageBox.Icon.Warning, say(title), say(text), parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText("\n".join(say(line) for line in more))
    buttons = {}
    for key, words in answers.items():
        button = box.addButton(say(words), QMessageBox.ButtonRole.AcceptRole)
        button.setObjectName(key)
        buttons[button] = key
    box.setDefaultButton(next(iter(buttons)))
    box.setEscapeButton(box.addButton(say(CANCEL), QMessageBox.ButtonRole.RejectRole))
    box.exec()
    chosen = box.clickedButton()
    box.deleteLater()
    return next((key for button, key in buttons.items() if button is chosen), "")
