"""Bars: the numbers of a vector, up for positive and down for negative."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.fonts import font
from gui.theme.tokens import Tokens
from gui.views.colours import readable, table

Array = npt.NDArray[Any]
AXIS = 46  # pixels for the numbers at the left
WIDEST = 56  # pixels of a bar
FOOT = 18  # and for the names below


class Bars(QWidget):
    """One bar per number, on a scale from the least to the greatest and always with zero."""

    pointed = Signal(object)  # index, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.values: Array = np.empty(0)
        self.names: tuple[str, ...] = ()  # under the bars, or their numbers
        self.at: int | None = None
        self._tokens: Tokens | None = None

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self.update()

    def show_values(self, values: Array, names: tuple[str, ...] = ()) -> None:
        """Other numbers, and what they are called where they have names."""
        self.values, self.names = values, names
        if self.at is not None and self.at >= len(values):
            self.at = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def area(self) -> QRectF:
        """Where the bars are."""
        wide = max(1, min(self.width() - AXIS - 4, WIDEST * len(self.values)))
        return QRectF(AXIS, 8, wide, max(1, self.height() - FOOT - 8))

    def index_at(self, at: QPointF) -> int | None:
        """The bar under a point of the widget."""
        area = self.area()
        if not len(self.values) or not area.left() <= at.x() < area.right():
            return None
        return int((at.x() - area.left()) / area.width() * len(self.values))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tokens is None or not len(self.values):
            return
        tokens, area, count = self._tokens, self.area(), len(self.values)
        painter = QPainter(self)
        painter.setFont(font("small"))
        painter.fillRect(area, QColor(tokens.plot))
        low, high = min(float(self.values.min()), 0.0), max(float(self.values.max()), 0.0)
        span = high - low or 1.0
        zero = area.bottom() + low / span * area.height()
        painter.setPen(QColor(tokens.text_secondary))
        for value, y in {readable(high): area.top(), readable(low): area.bottom(), "0": zero}.items():
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 9, AXIS - 6, 18), side, value)
        wide = area.width() / count
        gap = 1.0 if wide >= 4 else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        signed = table("signed", tokens)  # in the colours that pictures have
        for positive in (True, False):
            painter.setBrush(QColor(*(int(v) for v in signed[230 if positive else 25])))
            chosen = np.flatnonzero(self.values >= 0 if positive else self.values < 0)
            bars = [self._bar(int(i), float(self.values[i]), area, wide, gap, zero, span) for i in chosen]
            painter.drawRects(bars)
        painter.setPen(QColor(tokens.stroke_control))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        painter.setPen(QColor(tokens.text_secondary))
        every = max(1, -(-count * 26 // max(1, int(area.width()))))
        for i in range(0, count, every):
            name = self.names[i] if i < len(self.names) else str(i + 1)
            place = QRectF(area.left() + (i + 0.5) * wide - 20, area.bottom() + 1, 40, FOOT - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, name)
        if self.at is not None:
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(area.left() + self.at * wide, area.top(), wide, area.height()))

    @staticmethod
    def _bar(i: int, value: float, area: QRectF, wide: float, gap: float, zero: float, span: float) -> QRectF:
        height = value / span * area.height()
        return QRectF(area.left() + i * wide, min(zero, zero - height), max(1.0, wide - gap), abs(height))

    def point_at(self, index: int | None) -> None:
        """Mark a bar and say so."""
        if index != self.at:
            self.at = index
            self.pointed.emit(index)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from bar to bar."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right} and len(self.values):
            at = -1 if self.at is None else self.at
            self.point_at((at + (1 if key == Qt.Key.Key_Right else -1)) % len(self.values))
        else:
            super().keyPressEvent(event)
