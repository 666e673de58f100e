"""A wire on the canvas: a curve in the colour of what it carries, with the shape written on it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.blocks._base import Shape
from core.graph.document import Document, Flow, Unknown, Wire
from core.graph.shapes import Inference
from gui.canvas.geometry import PORT, Course, Point, along, course, kind_of, shape_text, through
from gui.canvas.stamp import snap, stamp
from gui.canvas.style import BOXES_ONLY, NO_DETAILS, Style

REACH = 7.0  # how far beside a wire a click still takes it
LABEL = (160.0, 17.0)  # the most room a label takes: kept free in the bounds, so that a new shape moves nothing


class Carried:
    """What the wires of a document carry. A wire asks when it is painted, so an edit costs nothing for those out of sight."""

    def __init__(self) -> None:
        self.document, self.known = Document(), Inference()

    def take(self, document: Document, known: Inference) -> None:
        """From now on these shapes and faults."""
        self.document, self.known = document, known
        self._refused = {f.block for f in known.faults if f.kind == "shape"}
        self._ordered = set(known.order) if any(f.kind == "circle" for f in known.faults) else None

    def shape(self, wire: Wire) -> Shape | None:
        """The shape it carries, where that is known."""
        return self.known.shape(wire.source, wire.output)

    def is_faulty(self, wire: Wire) -> bool:
        """Whether what it ends at does not take that, or it runs in a circle."""
        circular = self._ordered is not None and not self._ordered & {wire.source, wire.target}
        return circular or wire.target in self._refused or isinstance(self.document.nodes[wire.target].block, Unknown)


class WireItem(QGraphicsItem):
    """One wire, and what it carries."""

    def __init__(self, wire: Wire, style: Style, carried: Carried) -> None:
        super().__init__()
        self.wire, self.style, self.carried = wire, style, carried
        self.course: Course = course((0, 0), (0, 0))
        self.bends: tuple[Point, ...] = ()  # that it is drawn through now
        self.is_long = False  # so it may have to go round blocks
        self.selected = self.hovered = self.dimmed = self.accepts = self.cut = False
        self.chosen_bend: int | None = None
        self._laid: tuple[object, ...] | None = None
        self._path = QPainterPath()
        self._shape: QPainterPath | None = None
        self._bounds = QRectF()
        self._length: float | None = None  # of the course, measured when a label first asks
        self.setZValue(0)

    def lay(
        self, a: Point, b: Point, lane: float | None = None, bends: tuple[Point, ...] = (), flow: Flow = "right"
    ) -> None:
        """Run from an output at a to an input at b, through bends, or by a lane (across the flow) where there is one."""
        self.setPos(0, 0)  # it may have been carried along with its blocks
        if (a, b, lane, bends, flow) == self._laid:
            return
        self.prepareGeometryChange()
        self._laid, self.bends = (a, b, lane, bends, flow), bends
        start, end = along(a, flow), along(b, flow)
        ways = tuple(along(bend, flow) for bend in bends)
        self.course = (through(start, ways, end) if bends else course(start, end, lane)).along(flow)
        self._path, self._shape, self._length = path_of(self.course), None, None
        x, y = self.course.middle
        room = QRectF(x - LABEL[0] / 2, y - LABEL[1] / 2, *LABEL).adjusted(-1, -1, 1, 1)
        self._bounds = self._path.controlPointRect().adjusted(-REACH, -REACH, REACH, REACH).united(room)

    @property
    def text(self) -> str:
        """The shape it carries, as it is written on it."""
        return shape_text(self.carried.shape(self.wire))

    @property
    def faulty(self) -> bool:
        """Whether it is drawn as one that does not fit."""
        return self.carried.is_faulty(self.wire)

    def set_state(self, **state: bool) -> None:
        """Change some of selected, hovered, dimmed, accepts, cut."""
        changed = {name: value for name, value in state.items() if getattr(self, name) != value}
        for name, value in changed.items():
            setattr(self, name, value)
        if changed:
            self.setZValue(3 if self.accepts else 0.5 if self.selected or self.hovered or self.cut else 0)
            self.update()

    def _label(self, text: str) -> QRectF:
        """Where its shape is written; empty where the course is too short for it."""
        if self._length is None:
            self._length = self.course.length()
        width, (x, y) = self.style.shape_width(text) + 12, self.course.middle
        if not text or width > min(LABEL[0], self._length - 14):
            return QRectF()
        return QRectF(x - width / 2, y - LABEL[1] / 2, width, LABEL[1])

    def far_pen(self) -> QPen:
        """What it is drawn with where blocks are plain boxes."""
        return self.style.far_wires[kind_of(self.carried.shape(self.wire))]

    def path(self) -> QPainterPath:
        """Its course in the scene."""
        return self._path if self.pos().isNull() else self._path.translated(self.pos())

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
        shape, faulty = self.carried.shape(self.wire), self.faulty
        if self.dimmed:
            painter.setOpacity(0.35)
        painter.setBrush(style.hollow)
        if self.cut:
            painter.setPen(style.wire_cut)
        elif self.accepts:
            painter.setPen(style.wire_accepts)
        elif self.selected:
            painter.setPen(style.wire_selected)
        elif faulty:
            painter.setPen(style.wire_fault)
        elif self.hovered:
            painter.setPen(style.wire_hover)
        elif zoom < BOXES_ONLY:
            painter.setPen(self.far_pen())
        else:
            painter.setPen(style.wires[kind_of(shape)])
        painter.drawPath(self._path)
        if self.bends and zoom >= BOXES_ONLY:
            self._paint_bends(painter)
        if zoom >= NO_DETAILS and not (label := self._label(shape_text(shape))).isEmpty():
            painter.translate(label.topLeft())
            snap(painter)
            stamp(painter, _Label(shape_text(shape), label.width(), faulty), style)

    def _paint_bends(self, painter: QPainter) -> None:
        for index, (x, y) in enumerate(self.bends):
            chosen = index == self.chosen_bend
            painter.setBrush(self.style.wire_selected.color() if chosen else painter.pen().color())
            painter.drawEllipse(QPointF(x, y), PORT - 1 + chosen, PORT - 1 + chosen)
        painter.setBrush(self.style.hollow)


@dataclass(frozen=True, slots=True)
class _Label:
    """A shape, written."""

    text: str
    width: float
    faulty: bool

    def bounds(self, style: Style) -> QRectF:
        """With its edge."""
        return QRectF(-1, -1, self.width + 2, LABEL[1] + 2)

    def paint(self, painter: QPainter, style: Style) -> None:
        """A pill with the text in its middle."""
        box = QRectF(0, 0, self.width, LABEL[1])
        painter.setPen(style.label_edge)
        painter.setBrush(style.label)
        painter.drawRoundedRect(box, 8.5, 8.5)
        painter.setFont(style.shape_font)
        painter.setPen(style.error if self.faulty else style.text_secondary)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)


def path_of(line: Course) -> QPainterPath:
    """A course as Qt draws it."""
    path = QPainterPath(QPointF(*line.start))
    for control, second, end in line.pieces:
        path.cubicTo(QPointF(*control), QPointF(*second), QPointF(*end))
    return path
