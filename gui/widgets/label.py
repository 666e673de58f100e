"""Text that is shown as it is: names and messages may hold `<` and `&`, and Qt would guess that they are HTML."""

from __future__ import annotations

import html

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from core.words import Words
from gui.i18n import follow
from gui.theme.fonts import font


class Label(QLabel):
    """Words in a step of the type scale. `tone` is text, secondary or error; long text wraps."""

    def __init__(
        self, words: Words | None = None, role: str = "body", tone: str = "text", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(role))
        self.setWordWrap(True)
        self.setProperty("tone", tone)
        if words is not None:
            self.set_words(words)

    def set_words(self, words: Words) -> None:
        """Show these words from now on, in the language of the window."""
        follow(self, self.setText, words)


def tip(text: str) -> str:
    """`text` for a tooltip: wrapped at a readable width, and no HTML of its own."""
    return f"<p style='white-space: pre-wrap'>{html.escape(text)}</p>"
