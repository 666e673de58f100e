"""A wire on the canvas: a curve in the colour of what it carries, with the shape written on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.graph.document import Wire
from gui.canvas.geometry import Course, Kind, Point, course
from gui.canvas.style import BOXES_ONLY, NO_DETAILS, Style

REACH = 7.0  # how far beside a wire a click still takes it
LABEL = (160.0, 17.0)  # the most room a label takes: kept free in the bounds, so that a new shape moves nothing


class WireItem(QGraphicsItem):
    """One wire. `text` is the shape it carries, empty where that is not known."""

    def __init__(self, wire: Wire, style: Style) -> None:
        super().__init__()
        self.wire, self.style = wire, style
        self.course: Course = course((0, 0), (0, 0))
        self.text = ""
        self.kind: Kind = "unknown"
        self.is_long = False  # so it may have to go round blocks
        self.faulty = self.selected = self.hovered = self.dimmed = self.accepts = self.cut = False
        self._laid: tuple[Point, Point, float | None] | None = None
        self._path = QPainterPath()
        self._shape: QPainterPath | None = None
        self._bounds = QRectF()
        self._length: float | None = None  # of the course, measured when a label first asks
        self.setZValue(0)

    def lay(self, a: Point, b: Point, lane: float | None = None) -> None:
        """Run from an output at a to an input at b, by a lane where there is one."""
        self.setPos(0, 0)  # it may have been carried along with its blocks
        if (a, b, lane) == self._laid:
            return
        self.prepareGeometryChange()
        self._laid, self.course = (a, b, lane), course(a, b, lane)
        self._path, self._shape, self._length = path_of(self.course), None, None
        x, y = self.course.middle
        room = QRectF(x - LABEL[0] / 2, y - LABEL[1] / 2, *LABEL).adjusted(-1, -1, 1, 1)
        self._bounds = self._path.controlPointRect().adjusted(-REACH, -REACH, REACH, REACH).united(room)

    def show_shape(self, text: str, kind: Kind, *, faulty: bool) -> None:
        """What it carries, and whether what it ends at takes that."""
        if (text, kind, faulty) == (self.text, self.kind, self.faulty):
            return
        self.text, self.kind, self.faulty = text, kind, faulty
        self.update()

    def set_state(self, **state: bool) -> None:
        """Change some of selected, hovered, dimmed, accepts, cut."""
        changed = {name: value for name, value in state.items() if getattr(self, name) != value}
        for name, value in changed.items():
            setattr(self, name, value)
        if changed:
            self.setZValue(3 if self.accepts else 0.5 if self.selected or self.hovered or self.cut else 0)
            self.update()

    def label(self) -> QRectF:
        """Where its shape is written; empty where the course is too short for it."""
        if self._length is None:
            self._length = self.course.length()
        width, (x, y) = self.style.shape_width(self.text) + 12, self.course.middle
        if not self.text or width > min(LABEL[0], self._length - 14):
            return QRectF()
        return QRectF(x - width / 2, y - LABEL[1] / 2, width, LABEL[1])

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        if self._shape is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(2 * REACH)
            self._shape = stroker.createStroke(self._path)
        return self._shape

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        style, zoom = self.style, painter.worldTransform().m11() * painter.device().devicePixelRatioF()
        if self.dimmed:
            painter.setOpacity(0.35)
        painter.setBrush(style.hollow)
        if self.cut:
            painter.setPen(style.wire_cut)
        elif self.accepts:
            painter.setPen(style.wire_accepts)
        elif self.selected:
            painter.setPen(style.wire_selected)
        elif self.faulty:
            painter.setPen(style.wire_fault)
        elif self.hovered:
            painter.setPen(style.wire_hover)
        elif zoom < BOXES_ONLY:
            painter.setPen(style.far_wires[self.kind])
        else:
            painter.setPen(style.wires[self.kind])
        painter.drawPath(self._path)
        if zoom >= NO_DETAILS and not (label := self.label()).isEmpty():
            painter.setPen(style.label_edge)
            painter.setBrush(style.label)
            painter.drawRoundedRect(label, 8.5, 8.5)
            painter.setFont(style.shape_font)
            painter.setPen(style.error if self.faulty else style.text_secondary)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self.text)


def path_of(line: Course) -> QPainterPath:
    """A course as Qt draws it."""
    path = QPainterPath(QPointF(*line.start))
    for control, second, end in line.pieces:
        path.cubicTo(QPointF(*control), QPointF(*second), QPointF(*end))
    return path
