"""Behind and above the curves: bands for epochs, a star at the best one, and flags where a setting was changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from core.words import Words
from gui.i18n import say
from gui.theme.fonts import font
from gui.theme.tokens import Tokens, mix
from gui.views.history import EpochHistory
from gui.views.legend import Mark, draw_mark
from gui.views.plot import Line, Plot, colour_of

Floats = npt.NDArray[np.float64]
NARROWEST = 34  # pixels of a band; shorter epochs share one
FEW = 30  # points of a line that are marked
REACH = 7  # pixels from a flag at which the mouse touches it


class Marks(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """One item for all marks of a plot. Epochs end at `ends`; the first began at step 0."""

    def __init__(self, plot: Plot, *, flags: bool) -> None:
        super().__init__()
        self.plot = plot
        self.ends: Floats = np.empty(0)
        self.epochs: Floats = np.empty(0)
        self.best: tuple[float, float] | None = None  # step and value
        self.flags: list[tuple[int, Words]] = []
        self.paints_flags = flags
        self._tokens: Tokens | None = None
        self.setZValue(-10)
        plot.addItem(self, ignoreBounds=True)
        self.dots: list[tuple[Line, Mark]] = []  # lines whose points are marked while they are few
        self._points = _Points(self)
        plot.addItem(self._points, ignoreBounds=True)

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self.repaint()

    def repaint(self) -> None:
        """In another colour, or another language."""
        self.update()
        self._points.update()

    def show(self, history: EpochHistory, best: tuple[float, float] | None, flags: list[tuple[int, Words]]) -> None:
        """Other epochs, or flags; what is shown already is not painted again."""
        ends, epochs, flags = history.steps.copy(), history.epochs.copy(), flags.copy()
        if np.array_equal(ends, self.ends) and (best, flags) == (self.best, self.flags):
            return
        self.ends, self.epochs, self.best, self.flags = ends, epochs, best, flags
        self.repaint()

    def flag_at(self, x: float | None) -> Words | None:
        """What was changed at (about) this step."""
        if x is None or not self.flags:
            return None
        reach = REACH * self.plot.pixel()
        near = [f for f in self.flags if abs(f[0] - x) <= reach]
        if not near:
            return None
        nearest = min(abs(f[0] - x) for f in near)
        notes = [f[1] for f in near if abs(f[0] - x) == nearest]
        return Words("; ".join(n.en for n in notes), "；".join(n.zh for n in notes))

    def bands(self) -> list[tuple[float, float, int]]:
        """Begin, end and last epoch of each band, so many epochs in one that it is wide enough to be seen."""
        if not len(self.ends):
            return []
        pixel = self.plot.pixel()
        width = max(float(self.ends[-1]) / len(self.ends), 1e-9)
        together = next((n for n in _ROUND if n * width / pixel >= NARROWEST), _ROUND[-1])
        edges = np.arange(int(-self.epochs[0]) % together, len(self.ends), together)
        begins = [0.0, *self.ends[edges].tolist()]
        return [(b, e, int(n)) for b, e, n in zip(begins, self.ends[edges].tolist(), self.epochs[edges], strict=False)]

    def boundingRect(self) -> QRectF:
        return QRectF(self.plot.box.viewRect())

    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        if self._tokens is None:
            return
        tokens, view = self._tokens, self.boundingRect()
        to_pixels = painter.transform()
        painter.save()
        painter.resetTransform()
        area = to_pixels.mapRect(view)
        painter.setFont(font("small"))
        faint = QColor(mix(tokens.plot, tokens.text_secondary, 0.07))
        for i, (begin, end, epoch) in enumerate(self.bands()):
            left, right = (to_pixels.map(QPointF(x, 0.0)).x() for x in (begin, end))
            if i % 2:
                painter.fillRect(QRectF(left, area.top(), right - left, area.height()), faint)
            painter.setPen(QColor(tokens.text_disabled))
            text = QRectF(left, area.top() + 1, right - left - 4, painter.fontMetrics().height())
            where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
            named = say(Words(f"epoch {epoch}", f"第 {epoch} 轮"))
            fits = i == 0 and painter.fontMetrics().horizontalAdvance(named) < text.width()
            painter.drawText(text, where, named if fits else str(epoch))
        for step, _note in self.flags:
            x = round(to_pixels.map(QPointF(step, 0.0)).x()) + 0.5
            colour = QColor(tokens.warning)
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top() + 14), QPointF(x, area.bottom()))
            if self.paints_flags:
                painter.setPen(QPen(colour, 1))
                painter.setBrush(colour)
                top = area.top() + 14
                painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + 9, top + 4), QPointF(x, top + 8)]))
        painter.restore()


class _Points(pg.GraphicsObject):  # type: ignore[misc]
    """The epochs as points, and the best one as a star: above the curves."""

    def __init__(self, marks: Marks) -> None:
        super().__init__()
        self.marks = marks
        self.setZValue(5)

    def boundingRect(self) -> QRectF:
        return QRectF(self.marks.plot.box.viewRect())

    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        tokens, plot = self.marks._tokens, self.marks.plot
        if tokens is None:
            return
        to_pixels = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for curve, mark in self.marks.dots:
            if len(curve.x) <= FEW:
                colour = QColor(colour_of(curve.colour, tokens))
                for x, y in zip(curve.x.tolist(), plot.height_of(curve.y).tolist(), strict=True):
                    draw_mark(painter, mark, to_pixels.map(QPointF(x, y)), 2.6, colour)
        if self.marks.best is not None:
            step, value = self.marks.best
            at = to_pixels.map(QPointF(step, float(plot.height_of(np.array([value]))[0])))
            draw_mark(painter, "star", at, 6.0, QColor(tokens.curves[1]), edge=QColor(tokens.text))
        painter.restore()


_ROUND = [m * 10**p for p in range(9) for m in (1, 2, 5)]
