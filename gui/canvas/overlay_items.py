"""What is drawn over the blocks while a gesture lasts: a wire in the hand, a word beside the cursor, a band, a cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.graph.document import Flow
from gui.canvas.geometry import PORT, Point, along, course
from gui.canvas.guides import Guide
from gui.canvas.style import Style
from gui.canvas.wire_item import path_of

Answer = Literal["open", "accepts", "refuses"]
TIP_WIDTH = 320.0


class ThreadItem(QGraphicsItem):
    """The wire in the hand: neutral in the open, green where it may end, red and dashed where it may not."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style, self._path, self._end = style, QPainterPath(), QPointF()
        self._answer: Answer = "open"
        self.setZValue(10)

    def show_between(self, a: Point, b: Point, end: Point, answer: Answer, flow: Flow) -> None:
        """Run from an output at a to an input at b; `end` is the one of the two that is in the hand."""
        self.prepareGeometryChange()
        self._path, self._end, self._answer = (
            path_of(course(along(a, flow), along(b, flow)).along(flow)),
            QPointF(*end),
            answer,
        )

    def boundingRect(self) -> QRectF:
        return self._path.controlPointRect().adjusted(-8, -8, 8, 8)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        style = self._style
        pens = {"open": style.wire_hover, "accepts": style.wire_accepts, "refuses": style.wire_refuses}
        painter.setPen(pens[self._answer])
        painter.setBrush(style.hollow)
        painter.drawPath(self._path)
        painter.setPen(style.none)
        painter.setBrush(pens[self._answer].color())
        painter.drawEllipse(self._end, PORT - 1, PORT - 1)


class TipItem(QGraphicsItem):
    """A word beside the cursor, of the same size at any zoom: the shape that fits, or why it does not."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style, self._box = style, QRectF()
        self.text = ""
        self.answer: Answer = "open"
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(20)
        self.hide()

    def say(self, text: str, answer: Answer, at: Point, limits: QRectF) -> None:
        """Show a text near a point, inside the limits (the visible part of the scene); hide for an empty one."""
        self.setVisible(bool(text))
        if (text, answer) != (self.text, self.answer):
            self.prepareGeometryChange()
            self.text, self.answer = text, answer
            room = QRectF(0, 0, TIP_WIDTH, 400)
            words = self._style.small_metrics.boundingRect(room, Qt.TextFlag.TextWordWrap.value, text)
            self._box = QRectF(16, 14, words.width() + 22 + 12, words.height() + 14)
            self.update()
        zoom = self.scene().views()[0].transform().m11() if self.scene() and self.scene().views() else 1.0
        width, height = self._box.right() / zoom, self._box.bottom() / zoom
        x = min(at[0], max(limits.left(), limits.right() - width))
        y = at[1] if at[1] + height <= limits.bottom() else at[1] - height - 14 / zoom
        self.setPos(x, y)

    def boundingRect(self) -> QRectF:
        return self._box.adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        style, box = self._style, self._box
        painter.setPen(style.tip_edge)
        painter.setBrush(style.tip)
        painter.drawRoundedRect(box, 6, 6)
        mark = QPointF(box.left() + 14, box.top() + 7 + style.small_metrics.height() / 2)
        self._paint_mark(painter, mark)
        painter.setFont(style.small_font)
        painter.setPen(style.text)
        painter.drawText(box.adjusted(26, 7, -8, -7), Qt.TextFlag.TextWordWrap.value, self.text)

    def _paint_mark(self, painter: QPainter, at: QPointF) -> None:
        """A tick, a cross or a dot, so that red and green are not the only sign."""
        style = self._style
        if self.answer == "open":
            painter.setPen(style.none)
            painter.setBrush(style.text_secondary.color())
            painter.drawEllipse(at, 2.5, 2.5)
            return
        painter.setBrush(style.hollow)
        painter.setPen(style.accepts if self.answer == "accepts" else style.error)
        lines = [(-4, 0, -1, 3), (-1, 3, 4, -3)] if self.answer == "accepts" else [(-3, -3, 3, 3), (-3, 3, 3, -3)]
        for x1, y1, x2, y2 in lines:
            painter.drawLine(at + QPointF(x1, y1), at + QPointF(x2, y2))


class BandItem(QGraphicsItem):
    """The rubber band of a selection."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style, self._rect = style, QRectF()
        self.setZValue(10)

    def span(self, a: Point, b: Point) -> QRectF:
        """Stretch between two points; the rectangle between them."""
        self.prepareGeometryChange()
        self._rect = QRectF(QPointF(*a), QPointF(*b)).normalized()
        return self._rect

    def boundingRect(self) -> QRectF:
        return self._rect.adjusted(-2, -2, 2, 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(self._style.band_edge)
        painter.setBrush(self._style.band)
        painter.drawRect(self._rect)


class CutItem(QGraphicsItem):
    """The line of the knife."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style, self._a, self._b = style, QPointF(), QPointF()
        self.setZValue(10)

    def span(self, a: Point, b: Point) -> None:
        """Cut from a to b."""
        self.prepareGeometryChange()
        self._a, self._b = QPointF(*a), QPointF(*b)

    def boundingRect(self) -> QRectF:
        return QRectF(self._a, self._b).normalized().adjusted(-4, -4, 4, 4)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(self._style.knife)
        painter.drawLine(self._a, self._b)


class GuideItem(QGraphicsItem):
    """The lines that a block in the hand lies on."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._lines: list[QLineF] = []
        self.setZValue(9)

    def show_lines(self, guides: Sequence[Guide]) -> None:
        """Draw these and no others."""
        lines = [QLineF(*guide.a, *guide.b) for guide in guides]
        if lines != self._lines:
            self.prepareGeometryChange()
            self._lines = lines

    def boundingRect(self) -> QRectF:
        box = QRectF()
        for line in self._lines:
            box = box.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-14, -14, 14, 14))
        return box

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(self._style.guide)
        for line in self._lines:
            along = line.unitVector()
            out = QPointF(along.dx(), along.dy()) * 12 if line.length() else QPointF()
            painter.drawLine(line.p1() - out, line.p2() + out)
