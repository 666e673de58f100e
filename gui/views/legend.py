"""Legend: the look, name and value of each line: colour with dashes and a mark, never colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.words import Words
from gui.i18n import say
from gui.theme.tokens import SPACE, Tokens, mix
from gui.views.plot import FAINT, PENS, Dash, colour_of

Mark = Literal["", "circle", "triangle", "square", "diamond", "hexagon", "cross", "star"]
MARKS: tuple[Mark, ...] = ("circle", "triangle", "square", "diamond", "hexagon", "cross")
SAMPLE = 22  # pixels of line that are shown


@dataclass(slots=True)
class Entry:
    """One line of a plot, or one kind of point."""

    words: Words
    colour: str  # as in plot.colour_of, or #RRGGBB
    dash: Dash | None = "solid"
    strong: bool = False
    faint: bool = False
    mark: Mark = ""
    hollow: bool = False
    value: str = ""


class Legend(QWidget):
    """Entries side by side, in as many rows as they need."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self._tokens: Tokens | None = None
        self._reserved = 1  # rows
        self._is_single = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self.update()

    def show_entries(self, entries: list[Entry]) -> None:
        """Other entries, or other values."""
        if entries != self.entries:
            self.entries = entries
            self._fit()
            self.setAccessibleName("; ".join(f"{say(e.words)} {e.value}".strip() for e in entries))
            self.update()

    def reserve(self, rows: int) -> None:
        """Be at least so many rows high."""
        if rows != self._reserved:
            self._reserved = rows
            self._fit()

    def set_single(self, single: bool) -> None:
        """One row, of those entries that fit into it; or as many rows as all of them need."""
        if single != self._is_single:
            self._is_single = single
            self._fit()
            self.update()

    def shown(self) -> list[Entry]:
        """The entries that are painted; where they are few, those drawn with strong lines."""
        if not self._is_single:
            return self.entries
        kept, left = set[int](), self.width() + SPACE[3]
        for at in sorted(range(len(self.entries)), key=lambda i: not self.entries[i].strong):
            left -= self._wide(self.entries[at])
            if left < 0 and kept:
                break
            kept.add(at)
        return [entry for at, entry in enumerate(self.entries) if at in kept]

    def sizeHint(self) -> QSize:
        return QSize(200, self._high() * self._row_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._row_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _high(self) -> int:
        """In rows."""
        return 1 if self._is_single else max(self.rows(), self._reserved)

    def _fit(self) -> None:
        self.setFixedHeight(self._high() * self._row_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tokens is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        for entry, at in zip(self.shown(), self._places(self.width()), strict=True):
            colour = QColor(entry.colour if entry.colour.startswith("#") else colour_of(entry.colour, self._tokens))
            if entry.faint:
                colour = QColor(mix(self._tokens.plot, colour.name(), FAINT))
            middle = at.y() + self._row_height() / 2
            if entry.dash is not None:
                painter.setPen(QPen(colour, 2.4 if entry.strong else 1.2, PENS[entry.dash]))
                painter.drawLine(QPointF(at.x(), middle), QPointF(at.x() + SAMPLE, middle))
            if entry.mark:
                draw_mark(painter, entry.mark, QPointF(at.x() + SAMPLE / 2, middle), 4.5, colour, hollow=entry.hollow)
            left = at.x() + SAMPLE + 5
            painter.setPen(QColor(self._tokens.text_secondary))
            room = self.width() - left - metrics.horizontalAdvance(entry.value) - 6  # the value is never cut
            name = metrics.elidedText(say(entry.words), Qt.TextElideMode.ElideRight, max(round(room), 0))
            rect = QRectF(left, at.y(), 900, self._row_height())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
            painter.setPen(QColor(self._tokens.text))
            rect.setLeft(left + metrics.horizontalAdvance(name) + 6)
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, entry.value)

    def _row_height(self) -> int:
        return self.fontMetrics().height() + 4

    def _places(self, width: int) -> list[QPointF]:
        places, x, y = [], 0.0, 0.0
        for entry in self.shown():
            wide = self._wide(entry)
            if x and x + wide - SPACE[3] > width:
                x, y = 0.0, y + self._row_height()
            places.append(QPointF(x, y))
            x += wide
        return places

    def _wide(self, entry: Entry) -> int:
        metrics = self.fontMetrics()
        value = metrics.horizontalAdvance("0.00000") if entry.value else 0  # the rows must not jump with the digits
        name = metrics.horizontalAdvance(say(entry.words))
        return SAMPLE + 5 + name + 6 + max(value, metrics.horizontalAdvance(entry.value)) + SPACE[3]

    def rows(self) -> int:
        """How many rows the entries need."""
        places = self._places(self.width())
        return int(places[-1].y() / self._row_height()) + 1 if places else 1


def shape_of(mark: Mark, at: QPointF, radius: float) -> QPolygonF:
    """The outline of a mark with corners."""
    x, y, r = at.x(), at.y(), radius
    corners = {
        "triangle": [(0, -1.2), (1.1, 0.85), (-1.1, 0.85)],
        "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
        "hexagon": [(-0.55, -0.95), (0.55, -0.95), (1.1, 0), (0.55, 0.95), (-0.55, 0.95), (-1.1, 0)],
        "cross": [
            (-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4),
            (0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4),
        ],
        "star": [
            (0, -1.5), (0.38, -0.5), (1.43, -0.46), (0.6, 0.2), (0.88, 1.21),
            (0, 0.63), (-0.88, 1.21), (-0.6, 0.2), (-1.43, -0.46), (-0.38, -0.5),
        ],
    }  # fmt: skip
    return QPolygonF([QPointF(x + dx * r, y + dy * r) for dx, dy in corners[mark]])


def draw_mark(
    painter: QPainter,
    mark: Mark,
    at: QPointF,
    radius: float,
    colour: QColor,
    *,
    hollow: bool = False,
    edge: QColor | None = None,
) -> None:
    """A point of a plot: filled, or hollow; with an edge that stands out from what lies under it."""
    painter.setPen(QPen(colour if hollow or edge is None else edge, 1.4 if hollow else 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
    if mark == "circle":
        painter.drawEllipse(at, radius, radius)
    elif mark:
        painter.drawPolygon(shape_of(mark, at, radius))
