"""Histograms side by side: bars now, and an outline of how it was at first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.fonts import font
from gui.theme.tokens import SPACE, Tokens, mix
from gui.views.colours import readable

Array = npt.NDArray[Any]
HEAD, FOOT = 56, 18  # pixels of a panel for its title and its notes, and for the numbers below
NARROWEST = 190


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One histogram with its title, two lines of figures, and how it was at first."""

    title: str
    notes: tuple[str, str]
    counts: Array
    edges: Array
    first_counts: Array | None = None
    first_edges: Array | None = None


class Histograms(QWidget):
    """Panels in as many columns as fit. `pointed` tells (panel, bin), or None."""

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.panels: list[Panel] = []
        self.at: tuple[int, int] | None = None
        self._tokens: Tokens | None = None

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self.update()

    def show_panels(self, panels: list[Panel]) -> None:
        """Other histograms."""
        self.panels = panels
        if self.at is not None and self.at[0] >= len(panels):
            self.at = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, 110)

    # geometry ---------------------------------------------------------------------------------------------------------

    def area(self, panel: int) -> QRectF:
        """Where the bars of a panel are."""
        columns = max(1, min(len(self.panels), self.width() // NARROWEST))
        rows = -(-len(self.panels) // columns)
        wide, high = self.width() / columns, self.height() / rows
        row, column = divmod(panel, columns)
        inner = QRectF(column * wide, row * high, wide, high)
        return inner.adjusted(2, HEAD, -SPACE[4] if column < columns - 1 else -2, -FOOT)

    def span(self, panel: int) -> tuple[float, float]:
        """The numbers at the left and the right end of a panel: now and at first."""
        shown = self.panels[panel]
        edges = [shown.edges] + ([shown.first_edges] if shown.first_edges is not None else [])
        return min(float(e[0]) for e in edges), max(float(e[-1]) for e in edges)

    def x_of(self, panel: int, values: Array) -> Array:
        """Where numbers lie on the x axis of a panel."""
        (low, high), area = self.span(panel), self.area(panel)
        return area.left() + (values - low) / (high - low) * area.width()

    def bin_at(self, at: QPointF) -> tuple[int, int] | None:
        """The panel and the bar under a point of the widget."""
        for i, panel in enumerate(self.panels):
            if self.area(i).adjusted(0, -HEAD, 0, FOOT).contains(at):
                found = int(np.searchsorted(self.x_of(i, panel.edges), at.x(), side="right")) - 1
                return (i, found) if 0 <= found < len(panel.counts) else None
        return None

    # drawing ----------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tokens is None:
            return
        painter = QPainter(self)
        for i in range(len(self.panels)):
            self._paint_panel(painter, i, self._tokens)

    def _paint_panel(self, painter: QPainter, i: int, tokens: Tokens) -> None:
        panel, area = self.panels[i], self.area(i)
        painter.setFont(font("strong"))
        painter.setPen(QColor(tokens.text))
        painter.drawText(
            QRectF(area.left(), area.top() - HEAD, area.width(), 20), Qt.AlignmentFlag.AlignVCenter, panel.title
        )
        painter.setFont(font("small"))
        painter.setPen(QColor(tokens.text_secondary))
        for note, y in zip(panel.notes, (38, 21), strict=True):
            text = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, int(area.width()))
            painter.drawText(QRectF(area.left(), area.top() - y, area.width(), 18), Qt.AlignmentFlag.AlignVCenter, text)
        painter.fillRect(area, QColor(tokens.plot))
        top = max(int(panel.counts.max()), 1 if panel.first_counts is None else int(panel.first_counts.max()), 1) * 1.06
        x = self.x_of(i, panel.edges)
        heights = panel.counts / top * area.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(tokens.plot, tokens.curves[0], 0.75)))
        gap = 1.0 if x[1] - x[0] >= 4 else 0.0
        painter.drawRects(
            [QRectF(x[k], area.bottom() - h, x[k + 1] - x[k] - gap, h) for k, h in enumerate(heights.tolist()) if h > 0]
        )
        if panel.first_counts is not None and panel.first_edges is not None:
            self._outline(painter, i, panel.first_counts, panel.first_edges, top)
        painter.setPen(QPen(QColor(tokens.stroke_control), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        self._axis(painter, i, tokens)
        if self.at is not None and self.at[0] == i:
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            k = self.at[1]
            painter.drawRect(QRectF(x[k], area.top(), x[k + 1] - x[k], area.height()))

    def _outline(self, painter: QPainter, i: int, counts: Array, edges: Array, top: float) -> None:
        assert self._tokens is not None
        area, x = self.area(i), self.x_of(i, edges)
        points = [QPointF(x[0], area.bottom())]
        for k, count in enumerate(counts.tolist()):
            y = area.bottom() - count / top * area.height()
            points += [QPointF(x[k], y), QPointF(x[k + 1], y)]
        points.append(QPointF(x[-1], area.bottom()))
        painter.setPen(QPen(QColor(self._tokens.text_secondary), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))

    def _axis(self, painter: QPainter, i: int, tokens: Tokens) -> None:
        """The ends, and zero as a line where it is not too near to them."""
        (low, high), area = self.span(i), self.area(i)
        painter.setPen(QColor(tokens.text_secondary))
        row = QRectF(area.left(), area.bottom() + 2, area.width(), FOOT - 2)
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft, readable(low))
        painter.drawText(row, Qt.AlignmentFlag.AlignRight, readable(high))
        zero = area.left() + -low / (high - low) * area.width()
        if area.left() < zero < area.right():
            painter.setPen(QPen(QColor(tokens.text_disabled), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(zero, area.top()), QPointF(zero, area.bottom()))
            if area.left() + 44 < zero < area.right() - 44:
                painter.setPen(QColor(tokens.text_secondary))
                painter.drawText(QRectF(zero - 20, row.top(), 40, row.height()), Qt.AlignmentFlag.AlignHCenter, "0")

    # pointing ---------------------------------------------------------------------------------------------------------

    def point_at(self, at: tuple[int, int] | None) -> None:
        """Mark a bar and say so."""
        if at != self.at:
            self.at = at
            self.pointed.emit(at)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.bin_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from bar to bar, up and down from histogram to histogram."""
        key = Qt.Key(event.key())
        moves = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        if key in moves and self.panels:
            panel, bin_ = self.at if self.at is not None else (0, -1)
            panel = (panel + moves[key][0]) % len(self.panels)
            self.point_at((panel, (bin_ + moves[key][1]) % len(self.panels[panel].counts)))
        else:
            super().keyPressEvent(event)
