"""Cards in a grid, painted by one widget: a sample, what the network says about it, and what is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.fonts import font
from gui.theme.tokens import RADIUS, SPACE, Tokens, mix

ROW = 17  # pixels of a line of text
PICTURE = 64
Tone = Literal["plain", "quiet", "right", "wrong"]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line of text, with a bar behind it where it is a share, and its wrong letters underlined."""

    text: str
    share: float | None = None
    value: str = ""
    tone: Tone = "plain"
    wrong: tuple[bool, ...] = ()  # for text that is a sequence of letters


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """One sample."""

    row: int
    right: bool | None  # None where there is no right or wrong
    pictures: tuple[QImage, ...] = ()
    lines: tuple[Line, ...] = ()
    traces: tuple[np.ndarray, ...] = ()  # true and said, over the steps


class Cards(QWidget):
    """As many columns as fit. `chosen` tells the row of a card that was clicked, or chosen with Enter."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.cards: list[Card] = []
        self.at = 0
        self._tokens: Tokens | None = None

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self.update()

    def show_cards(self, cards: list[Card]) -> None:
        """Other cards."""
        before = self.card_size()
        again = len(cards) != len(self.cards)
        self.cards = cards
        self.at = min(self.at, max(0, len(cards) - 1))
        if again or self.card_size() != before:
            self._fit()
        self.update()

    # geometry ---------------------------------------------------------------------------------------------------------

    def card_size(self) -> QSize:
        """All cards are as large as the first needs to be."""
        if not self.cards:
            return QSize(176, 84)
        card = self.cards[0]
        lines = len(card.lines)
        beside = len(card.pictures) == 1
        pictures = len(card.pictures) * (PICTURE + SPACE[2]) if card.pictures else 0
        text = 112 if beside else 176 if not card.pictures else 2 * PICTURE + SPACE[2]
        wide = (pictures + text if beside else text) + 2 * SPACE[2]
        inner = max(PICTURE + 2, ROW * lines) if beside else ROW * lines + (PICTURE + SPACE[1] if card.pictures else 0)
        return QSize(wide, inner + (54 if card.traces else 0) + 2 * SPACE[2])

    def columns(self) -> int:
        """How many cards lie side by side."""
        return max(1, (self.width() + SPACE[2]) // (self.card_size().width() + SPACE[2]))

    def rect_of(self, index: int) -> QRectF:
        """Where a card is."""
        size, columns = self.card_size(), self.columns()
        wide = (self.width() - SPACE[2] * (columns - 1)) / columns
        row, column = divmod(index, columns)
        return QRectF(column * (wide + SPACE[2]), row * (size.height() + SPACE[2]), wide, size.height())

    def _fit(self) -> None:
        rows = -(-len(self.cards) // self.columns())
        self.setMinimumHeight(max(0, rows * (self.card_size().height() + SPACE[2]) - SPACE[2]))

    def sizeHint(self) -> QSize:
        return QSize(380, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    # drawing ----------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tokens is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        for i, card in enumerate(self.cards):
            rect = self.rect_of(i)
            if rect.intersects(QRectF(event.rect())):
                self._paint(painter, card, rect, self._tokens, marked=i == self.at and self.hasFocus())

    def _paint(self, painter: QPainter, card: Card, rect: QRectF, tokens: Tokens, *, marked: bool) -> None:
        edge = QPen(QColor(tokens.stroke), 1)
        if card.right is False:
            edge = QPen(QColor(tokens.error), 1.6)
        if marked:
            edge = QPen(QColor(tokens.focus), 2)
        painter.setPen(edge)
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        x, y = rect.left() + SPACE[2], rect.top() + SPACE[2]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for i, image in enumerate(card.pictures):
            painter.drawImage(QRectF(x + i * (PICTURE + SPACE[2]), y, PICTURE, PICTURE), image)
        if len(card.pictures) == 1:
            x += PICTURE + SPACE[2]
        elif card.pictures:
            y += PICTURE + SPACE[1]
        wide = rect.right() - SPACE[2] - x
        for i, line in enumerate(card.lines):
            beside = 18 if i == 0 and card.right is not None and len(card.pictures) < 2 else 0  # room for the verdict
            self._paint_line(painter, line, QRectF(x, y, wide - beside, ROW), tokens)
            y += ROW
        if card.traces:
            self._paint_traces(painter, card.traces, QRectF(x, y + 3, wide, 46), tokens)
        if card.right is not None:
            _verdict(painter, QPointF(rect.right() - 14, rect.top() + 15), right=card.right, tokens=tokens)

    def _paint_line(self, painter: QPainter, line: Line, rect: QRectF, tokens: Tokens) -> None:
        ink = {"plain": tokens.text, "quiet": tokens.text_secondary, "right": tokens.success, "wrong": tokens.error}[
            line.tone
        ]
        if line.share is not None:
            bar = rect.adjusted(0, 2, 0, -2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.sunken))
            painter.drawRoundedRect(bar, 3, 3)
            full = {"right": tokens.success, "wrong": tokens.error}.get(line.tone, tokens.text_secondary)
            painter.setBrush(QColor(mix(tokens.surface, full, 0.38)))
            if line.share > 0.01:
                painter.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * line.share, bar.height()), 3, 3)
            rect = rect.adjusted(5, 0, -5, 0)
            ink = tokens.text
        if line.value:
            painter.setPen(QColor(tokens.text_secondary if line.share is None else tokens.text))
            painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line.value)
            rect = rect.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(line.value) - 6, 0)
        painter.setPen(QColor(ink))
        if line.wrong:
            self._paint_letters(painter, line, rect, tokens)
            return
        text = painter.fontMetrics().elidedText(line.text, Qt.TextElideMode.ElideRight, int(rect.width()))
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _paint_letters(painter: QPainter, line: Line, rect: QRectF, tokens: Tokens) -> None:
        """Letter by letter; those that are wrong in red and underlined."""
        plain, wrong = painter.font(), QFont(painter.font())
        wrong.setUnderline(True)
        x = rect.left()
        for letter, is_wrong in zip(line.text, line.wrong, strict=False):
            wide = painter.fontMetrics().horizontalAdvance(letter)
            if x + wide > rect.right():
                break
            painter.setFont(wrong if is_wrong else plain)
            painter.setPen(QColor(tokens.error if is_wrong else tokens.text))
            painter.drawText(QRectF(x, rect.top(), wide + 2, rect.height()), Qt.AlignmentFlag.AlignVCenter, letter)
            x += wide
        painter.setFont(plain)

    @staticmethod
    def _paint_traces(painter: QPainter, traces: tuple[np.ndarray, ...], rect: QRectF, tokens: Tokens) -> None:
        """Two lines over the steps: what is true in dashes, what is said drawn through."""
        low = min(float(t.min()) for t in traces)
        high = max(float(t.max()) for t in traces)
        span = high - low or 1.0
        painter.fillRect(rect, QColor(tokens.plot))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        styles = (QPen(QColor(tokens.curves[0]), 1, Qt.PenStyle.DashLine), QPen(QColor(tokens.curves[1]), 1.4))
        for trace, pen in zip(traces, styles, strict=True):
            painter.setPen(pen)
            step = rect.width() / max(1, len(trace) - 1)
            y = rect.bottom() - 3 - (trace - low) / span * (rect.height() - 6)
            painter.drawPolyline(QPolygonF([QPointF(rect.left() + i * step, v) for i, v in enumerate(y.tolist())]))

    # choosing ---------------------------------------------------------------------------------------------------------

    def card_at(self, at: QPointF) -> int | None:
        """The card under a point of the widget."""
        return next((i for i in range(len(self.cards)) if self.rect_of(i).contains(at)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.card_at(event.position())
        if index is not None:
            self.at = index
            self.chosen.emit(self.cards[index].row)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from card to card, Enter chooses."""
        key, columns = Qt.Key(event.key()), self.columns()
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        if key in moves and 0 <= self.at + moves[key] < len(self.cards):
            self.at += moves[key]
            self.update()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and self.cards:
            self.chosen.emit(self.cards[self.at].row)
        else:
            super().keyPressEvent(event)


def _verdict(painter: QPainter, at: QPointF, *, right: bool, tokens: Tokens) -> None:
    """A tick or a cross in a disc: the shape says it as well as the colour."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.success if right else tokens.error))
    painter.drawEllipse(at, 7.5, 7.5)
    painter.setPen(QPen(QColor(tokens.surface), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    x, y = at.x(), at.y()
    if right:
        painter.drawPolyline(
            QPolygonF([QPointF(x - 3.2, y + 0.2), QPointF(x - 0.8, y + 2.7), QPointF(x + 3.4, y - 2.5)])
        )
    else:
        painter.drawLine(QPointF(x - 2.6, y - 2.6), QPointF(x + 2.6, y + 2.6))
        painter.drawLine(QPointF(x - 2.6, y + 2.6), QPointF(x + 2.6, y - 2.6))
