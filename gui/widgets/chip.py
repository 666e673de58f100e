"""A word or number in a pill: a count, a state, a kind."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from core.words import Words
from gui.i18n import follow
from gui.theme.apply import theme
from gui.theme.fonts import font

Tone = Literal["neutral", "info", "success", "warning", "error"]
_HEIGHT = 22


class Chip(QLabel):
    """A label in a tinted pill. Not a button: it is only looked at."""

    def __init__(self, words: Words, tone: Tone = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font("small"))
        self.setContentsMargins(_HEIGHT // 2 - 2, 0, _HEIGHT // 2 - 2, 0)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._tone: Tone = tone
        self.set_words(words, tone)

    def set_words(self, words: Words, tone: Tone = "neutral") -> None:
        """Show other words, in another tone."""
        self._tone = tone
        follow(self, self.setText, words)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens
        neutral = self._tone == "neutral"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.sunken if neutral else getattr(tokens, f"{self._tone}_tint")))
        painter.drawRoundedRect(QRectF(self.rect()), _HEIGHT / 2, _HEIGHT / 2)
        painter.setPen(QColor(tokens.text if neutral else getattr(tokens, self._tone)))
        painter.drawText(self.contentsRect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()
