"""Strips over the steps of a sequence, one below the other on the same time axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.fonts import font
from gui.theme.tokens import Tokens
from gui.views.colours import Scale, colour_table, to_bytes, to_image
from gui.views.keys import moved

Array = npt.NDArray[Any]
LEFT, BELOW, GAP = 92, 18, 6  # pixels for the titles, the names of the steps, and between strips
LEAST = 26  # pixels of a strip: two lines of its title


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Values (units, time), from 0 or −limit to limit."""

    title: str
    values: Array
    scale: Scale
    limit: float = 1.0


class Strips(QWidget):
    """Pictures that fill the width. `pointed` tells (strip, unit, step), or None."""

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.strips: list[Strip] = []
        self.steps: list[str] = []
        self.at: tuple[int, int, int] | None = None
        self._images: list[QImage] = []
        self._tokens: Tokens | None = None

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self._rebuild()

    def show_strips(self, strips: list[Strip], steps: list[str]) -> None:
        """Other strips over steps with these names."""
        if [s.values.shape for s in strips] != [s.values.shape for s in self.strips]:
            self.at = None
        grows = len(strips) != len(self.strips)
        self.strips, self.steps = strips, steps
        if grows:
            self.updateGeometry()
        self._rebuild()

    def _rebuild(self) -> None:
        if self._tokens is not None:
            self._images = [
                to_image(to_bytes(s.values, s.limit, s.scale), colour_table(s.scale, self._tokens)) for s in self.strips
            ]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, max(120, len(self.strips) * (LEAST + GAP) + BELOW))

    def area(self, strip: int) -> QRectF:
        """Where a strip is."""
        count = len(self.strips)
        high = (self.height() - BELOW - GAP * (count - 1)) / count
        return QRectF(LEFT, strip * (high + GAP), max(1, self.width() - LEFT - 1), high)

    def cell_at(self, at: QPointF) -> tuple[int, int, int] | None:
        """The strip, unit and step under a point of the widget."""
        for i, strip in enumerate(self.strips):
            area = self.area(i)
            if area.left() <= at.x() < area.right() and area.top() <= at.y() < area.bottom():
                units, time = strip.values.shape
                unit = int((at.y() - area.top()) / area.height() * units)
                return i, unit, int((at.x() - area.left()) / area.width() * time)
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tokens is None or not self._images:
            return
        tokens, painter = self._tokens, QPainter(self)
        painter.setFont(font("small"))
        wrap = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        for i, (strip, image) in enumerate(zip(self.strips, self._images, strict=True)):
            area = self.area(i)
            painter.setPen(QColor(tokens.text))
            painter.drawText(QRectF(0, area.top(), LEFT - 8, area.height()), wrap, strip.title)
            painter.drawImage(area, image)
            painter.setPen(QColor(tokens.stroke_control))
            painter.drawRect(area)
        area, time = self.area(len(self.strips) - 1), len(self.steps)
        wide = area.width() / max(1, time)
        longest = max((painter.fontMetrics().horizontalAdvance(n) for n in self.steps), default=0) + 8
        every = max(1, int(-(-longest // wide)))
        for i in range(0, time, every):
            lit = self.at is not None and self.at[2] == i
            painter.setPen(QColor(tokens.accent_text if lit else tokens.text_secondary))
            place = QRectF(area.left() + (i + 0.5) * wide - 40, area.bottom() + 1, 80, BELOW - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.steps[i])
        if self.at is not None:
            self._outline(painter, tokens)

    def _outline(self, painter: QPainter, tokens: Tokens) -> None:
        """The step in all strips, and the cell in its own."""
        assert self.at is not None
        strip, unit, step = self.at
        painter.setPen(QPen(QColor(tokens.focus), 1))
        for i in range(len(self.strips)):
            area = self.area(i)
            wide = area.width() / len(self.steps)
            painter.drawRect(QRectF(area.left() + step * wide, area.top(), wide, area.height()))
        area = self.area(strip)
        wide, high = area.width() / len(self.steps), area.height() / len(self.strips[strip].values)
        painter.setPen(QPen(QColor(tokens.focus), 2))
        painter.drawRect(QRectF(area.left() + step * wide, area.top() + unit * high, wide, high))

    def point_at(self, at: tuple[int, int, int] | None) -> None:
        """Mark a cell and say so."""
        if at != self.at:
            self.at = at
            self.pointed.emit(at)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from cell to cell, Page Up and Page Down from strip to strip."""
        units, time = self.strips[0].values.shape if self.strips else (0, 0)
        if (to := moved(self.at, event.key(), (len(self.strips), units, time))) is not None:
            self.point_at(to)
        else:
            super().keyPressEvent(event)
