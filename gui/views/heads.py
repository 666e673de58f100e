"""Heat maps with named rows and columns, one for each head."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.fonts import font
from gui.theme.tokens import Tokens
from gui.views.colours import colour_table, to_bytes, to_image
from gui.views.keys import moved

Array = npt.NDArray[Any]
GAP, HEAD = 14, 20  # pixels between the maps, and for the title of each
SMALLEST = 11  # a cell this large has its row and column named


class Heads(QWidget):
    """Maps (heads, rows, columns) of shares from 0 to 1. `pointed` tells (head, row, column), or None."""

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.maps: Array = np.empty((0, 1, 1))
        self.rows: list[str] = []
        self.columns: list[str] = []
        self.titles: list[str] = []
        self.at: tuple[int, int, int] | None = None
        self._images: list[QImage] = []
        self._tokens: Tokens | None = None

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self._rebuild()

    def show_maps(self, maps: Array, rows: list[str], columns: list[str], titles: list[str]) -> None:
        """Other maps."""
        if maps.shape != self.maps.shape:
            self.at = None
        self.maps, self.rows, self.columns, self.titles = maps, rows, columns, titles
        self._rebuild()

    def _rebuild(self) -> None:
        if self._tokens is not None:
            colours = colour_table("positive", self._tokens)
            self._images = [to_image(m, colours) for m in to_bytes(self.maps, 1.0, "positive")]
        self.update()

    # geometry ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(360, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 120)

    def _margin(self) -> tuple[int, int]:
        """Room for the names at the left and above."""
        metrics = self.fontMetrics()
        longest = max((metrics.horizontalAdvance(n) for n in self.rows), default=0)
        return min(longest, 72) + 6, metrics.height() + 2

    def area(self, head: int) -> QRectF:
        """Where the cells of a head are; as many columns of heads as make them largest."""
        count, (rows, columns) = len(self.maps), self.maps.shape[1:]
        left, above = self._margin()
        best, across = 0.0, 1
        for n in range(1, count + 1):
            wide = (self.width() - GAP * (n - 1)) / n - left
            down = -(-count // n)
            high = (self.height() - GAP * (down - 1)) / down - above - HEAD
            size = min(wide / columns, high / rows)
            if size > best:
                best, across = size, n
        cell = float(int(best)) if best >= 4 else best
        row, column = divmod(head, across)
        x = column * (left + columns * cell + GAP) + left
        y = row * (HEAD + above + rows * cell + GAP) + HEAD + above
        return QRectF(x, y, columns * cell, rows * cell)

    def cell_at(self, at: QPointF) -> tuple[int, int, int] | None:
        """The head, row and column under a point of the widget."""
        rows, columns = self.maps.shape[1:]
        for head in range(len(self.maps)):
            area = self.area(head)
            if area.left() <= at.x() < area.right() and area.top() <= at.y() < area.bottom():
                row = int((at.y() - area.top()) / area.height() * rows)
                return head, row, int((at.x() - area.left()) / area.width() * columns)
        return None

    # drawing ----------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tokens is None or not self._images:
            return
        painter = QPainter(self)
        painter.setFont(font("small"))
        for head, image in enumerate(self._images):
            area = self.area(head)
            painter.drawImage(area, image)
            painter.setPen(QColor(self._tokens.stroke_control))
            painter.drawRect(area)
            self._name(painter, head, area, self._tokens)
        if self.at is not None:
            self._outline(painter, self.area(self.at[0]), self._tokens)

    def _name(self, painter: QPainter, head: int, area: QRectF, tokens: Tokens) -> None:
        rows, columns = self.maps.shape[1:]
        left, above = self._margin()
        painter.setPen(QColor(tokens.text))
        title = QRectF(area.left(), area.top() - above - HEAD, max(area.width(), 60), HEAD)
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.titles[head])
        cell = area.height() / rows
        lit = self.at if self.at is not None and self.at[0] == head else None
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for i in range(rows) if cell >= SMALLEST else [lit[1]] if lit else []:
            painter.setPen(QColor(tokens.accent_text if lit and lit[1] == i else tokens.text_secondary))
            painter.drawText(
                QRectF(area.left() - left, area.top() + (i + 0.5) * cell - 8, left - 5, 16), side, self.rows[i]
            )
        cell = area.width() / columns
        for i in range(columns) if cell >= SMALLEST else [lit[2]] if lit else []:
            painter.setPen(QColor(tokens.accent_text if lit and lit[2] == i else tokens.text_secondary))
            place = QRectF(area.left() + (i + 0.5) * cell - 30, area.top() - above, 60, above)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.columns[i])

    def _outline(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        assert self.at is not None
        rows, columns = self.maps.shape[1:]
        high, wide = area.height() / rows, area.width() / columns
        painter.setPen(QPen(QColor(tokens.focus), 1))
        painter.drawRect(QRectF(area.left(), area.top() + self.at[1] * high, area.width(), high))
        painter.setPen(QPen(QColor(tokens.focus), 2))
        painter.drawRect(QRectF(area.left() + self.at[2] * wide, area.top() + self.at[1] * high, wide, high))

    # pointing ---------------------------------------------------------------------------------------------------------

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
        """Arrows go from cell to cell, Page Up and Page Down from head to head."""
        heads, rows, columns = self.maps.shape
        if (to := moved(self.at, event.key(), (heads, rows, columns))) is not None:
            self.point_at(to)
        else:
            super().keyPressEvent(event)
