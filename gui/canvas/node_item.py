"""A block on the canvas: one flat item that paints its box, header, texts, ports, badge and picture by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPolygonF, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.blocks._base import Block
from core.graph.document import Flow, Node
from core.words import Words
from gui.canvas.geometry import HEADER, LINE, MARGIN, PORT, ROW, WIDTH, Box, Kind, Point, Port, box_of
from gui.canvas.shell import AROUND, Edge, Shell
from gui.canvas.stamp import snap, stamp
from gui.canvas.style import BOXES_ONLY, NO_DETAILS, Style
from gui.i18n import say
from gui.theme import icons

FAR_ROOM = 34.0  # pixels of a plain box in which a title is worth its place
REACH = AROUND  # what is painted outside the box: ports, glow, halo
PIN = QRectF(WIDTH - MARGIN - 11, (HEADER - 14) / 2 + 1, 14, 14)
TITLE_LEFT = MARGIN + 20
OFF = {"bypass": Words("bypassed", "已旁路"), "mute": Words("muted", "已静音")}


@dataclass(frozen=True, slots=True)
class Look:
    """What is painted of a block besides its node: worked out by the scene from the shapes and the wires."""

    ports: tuple[Port, ...] = ()
    kinds: Mapping[Port, Kind] = field(default_factory=dict)
    wired: frozenset[Port] = frozenset()
    lacking: frozenset[Port] = frozenset()  # inputs that need a wire and have none
    faulty: bool = False
    idle: bool = False  # muted, or fed by muted blocks alone
    flow: Flow = "right"
    made: Block | None = None  # inside a composite, the block with the settings of the one that is open


DIAMOND = QPolygonF([QPointF(0, -1.25), QPointF(1.25, 0), QPointF(0, 1.25), QPointF(-1.25, 0)])
TRIANGLE = QPolygonF([QPointF(-1, -1.1), QPointF(1.2, 0), QPointF(-1, 1.1)])


class NodeItem(QGraphicsItem):
    """One block. It holds no domain data of its own: the scene tells it what to show, and tools tell it its state."""

    def __init__(self, name: str, style: Style) -> None:
        super().__init__()
        self.name, self.style = name, style
        self.at: Point = (0.0, 0.0)  # the top-left corner in the scene: `pos` without a call of Qt
        self.node: Node | None = None
        self.look = Look()
        self.box: Box = box_of(())
        self.picture: QImage | None = None
        self.activity = 0.0  # 0 to 1, how hard it works at this moment
        self.selected = self.hovered = self.dimmed = self.ghost = False
        self.lit: frozenset[Port] = frozenset()  # ports that a wire being drawn may end at
        self._group = self._name = ""
        self._texts: list[tuple[QPointF, QStaticText, QFont, bool]] = []  # (where, what, font, quiet)
        self._title, self._title_font = (QPointF(), QStaticText()), style.title_fonts[0][0]
        self._bounds = QRectF(0, 0, WIDTH, HEADER + LINE).adjusted(-REACH, -REACH, REACH, REACH)
        self.setZValue(1)

    # what it shows ----------------------------------------------------------------------------------------------------

    def show_node(self, node: Node, look: Look) -> None:
        """Show this block; measured anew only where something differs."""
        if node is self.node and look == self.look:
            return
        same = (
            self.node is not None
            and node.block is self.node.block
            and (node.collapsed, node.mode, node.locked) == (self.node.collapsed, self.node.mode, self.node.locked)
            and (look.ports, look.flow, look.made) == (self.look.ports, self.look.flow, self.look.made)
        )
        self.node, self.look = node, look
        if not same:
            self.measure()
        self.update()

    def show_picture(self, picture: QImage | None) -> None:
        """Show a picture below the texts, or none."""
        resized = (picture is None) != (self.picture is None)
        self.picture = picture
        if resized:
            self._resize()
        self.update()

    def set_state(self, **state: object) -> None:
        """Change some of selected, hovered, dimmed, lit, activity, ghost."""
        changed = {name: value for name, value in state.items() if getattr(self, name) != value}
        for name, value in changed.items():
            setattr(self, name, value)
        if "selected" in changed:
            self.setZValue(2 if self.selected else 1)
        if changed:
            self.update()

    def measure(self) -> None:
        """Lay the texts out again: another block, language or theme."""
        self._resize()
        node, style = self.node, self.style
        if node is None:
            return
        block = self.look.made or node.block
        known = isinstance(block, Block)
        self._group = block.group if isinstance(block, Block) else ""
        title = say(block.title) if isinstance(block, Block) else block.type
        caption = say(OFF[node.mode]) if node.mode in OFF else block.caption() if isinstance(block, Block) else "?"
        room = WIDTH - TITLE_LEFT - 8 - (18 if self.look.faulty or not known else 0) - 16 * node.locked
        self._name = title.partition("（")[0]
        if style.title_fonts[0][1].horizontalAdvance(title) > room:
            title = self._name  # the English term in brackets is the first thing to go
        fits = (pair for pair in style.title_fonts if pair[1].horizontalAdvance(title) <= room)
        self._title_font, metrics = next(fits, style.title_fonts[-1])
        self._title = _line(title, self._title_font, metrics, TITLE_LEFT, HEADER / 2 + 1, room)
        middle = self.box.line - (2 if self.box.labelled else 0)
        space = WIDTH - 2 * MARGIN
        wanted = style.small_metrics.horizontalAdvance(caption)
        given = min(wanted, max(space - 12 - style.small_metrics.horizontalAdvance(self.name), space * 0.5))
        name = _line(
            self.name, style.small_font, style.small_metrics, MARGIN, middle, space - given - 12 * bool(caption)
        )
        note = _line(caption, style.small_font, style.small_metrics, 0, middle, given + 1)
        note[0].setX(WIDTH - MARGIN - note[1].size().width())
        self._texts = [(*name, style.small_font, True), (*note, style.small_font, False)]
        if self.box.labelled:
            sides = [port.side for port in self.box.ports]
            several = {port: at for port, at in self.box.ports.items() if sides.count(port.side) > 1}
            self._texts += [(*self._label(port, at), style.label_font, True) for port, at in several.items()]

    def _label(self, port: Port, at: Point) -> tuple[QPointF, QStaticText]:
        metrics = self.style.label_metrics
        if self.look.flow == "down":
            room = (WIDTH - 2 * MARGIN) / sum(port.side == other.side for other in self.box.ports)
            line = HEADER + ROW / 2 if port.side == "in" else self.box.height - ROW / 2 - 2
            where, text = _line(port.name, self.style.label_font, metrics, at[0], line, room)
            where.setX(at[0] - text.size().width() / 2)
            return where, text
        where, text = _line(port.name, self.style.label_font, metrics, at[0] + MARGIN, at[1], WIDTH / 2 - 2 * MARGIN)
        if port.side == "out":
            where.setX(at[0] - MARGIN - text.size().width())
        return where, text

    def _resize(self) -> None:
        folded = self.node is not None and self.node.collapsed
        self.box = box_of(self.look.ports, picture=self.picture is not None, collapsed=folded, flow=self.look.flow)
        bounds = QRectF(0, 0, WIDTH, self.box.height).adjusted(-REACH, -REACH, REACH, REACH)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds

    # where things are -------------------------------------------------------------------------------------------------

    def put(self, at: Point) -> None:
        """Be there."""
        self.at = at
        self.setPos(*at)

    def rect(self) -> QRectF:
        """The box in the scene, without ports and glow."""
        return QRectF(*self.at, WIDTH, self.box.height)

    def port_at(self, port: Port) -> Point:
        """Where a port is in the scene. One that the block does not have is in the middle of its side."""
        at = self.box.ports.get(port)
        if at is None:
            end = 0.0 if port.side == "in" else 1.0
            at = (WIDTH * end, self.box.line) if self.look.flow == "right" else (WIDTH / 2, self.box.height * end)
        x, y = at
        return self.at[0] + x, self.at[1] + y

    def port_near(self, at: Point, reach: float) -> Port | None:
        """The nearest port within reach of a point in the scene."""
        x, y = at[0] - self.at[0], at[1] - self.at[1]
        near = [((px - x) ** 2 + (py - y) ** 2, port) for port, (px, py) in self.box.ports.items()]
        best = min(near, key=lambda pair: pair[0], default=None)
        return best[1] if best is not None and best[0] <= reach * reach else None

    def shows_value_at(self, at: Point) -> bool:
        """Whether what is set, as it is written on the block, is at a point in the scene."""
        if len(self._texts) < 2 or self.box.height == HEADER:
            return False
        where, text, *_ = self._texts[1]
        x, y = at[0] - self.at[0], at[1] - self.at[1]
        return (
            bool(text.text())
            and where.x() - MARGIN / 2 <= x <= WIDTH - MARGIN / 2
            and abs(y - self.box.line) < LINE / 2
        )

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(QRectF(0, 0, WIDTH, self.box.height))
        return path

    # painting ---------------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        pixels = painter.worldTransform().m11()  # for each unit
        zoom = pixels * painter.device().devicePixelRatioF()  # what a sharp screen can show
        mode = self.node.mode if self.node is not None else "on"
        if self.dimmed or self.ghost or self.look.idle:
            painter.setOpacity(0.35 if self.dimmed else 0.5 if self.look.idle else 0.7)
        if zoom < BOXES_ONLY:
            self._paint_far(painter, pixels)
            return
        style, detailed, folded = self.style, zoom >= NO_DETAILS, self.box.height == HEADER
        snap(painter)
        if self.activity > 0.0:
            opacity = painter.opacity()
            painter.setOpacity(opacity * min(1.0, self.activity))
            stamp(painter, Shell(self.box.height, "", "edge", detailed=False, active=True), style)
            painter.setOpacity(opacity)
        edge: Edge = (
            "edge_selected" if self.selected else "edge_fault" if self.look.faulty
            else "edge_off" if mode != "on" or self.look.idle else "edge_hover" if self.hovered else "edge"
        )  # fmt: skip
        stamp(painter, Shell(self.box.height, self._group, edge, detailed), style)
        painter.setBrush(style.hollow)
        if self.node is not None and self.node.locked:
            icons.draw(painter, PIN.translated(-18 if self.look.faulty else 0, 0), "pin", style.tokens.text_secondary)
        painter.setPen(style.text)
        painter.setFont(self._title_font)
        painter.drawStaticText(*self._title)
        if detailed and not folded:
            for where, text, font, quiet in self._texts:
                painter.setPen(style.text_secondary if quiet else style.text)
                painter.setFont(font)
                painter.drawStaticText(where, text)
        if self.picture is not None:
            self._paint_picture(painter, self.picture)
        if self.look.faulty:
            self._paint_badge(painter)
        for port, (x, y) in self.box.ports.items():
            self.paint_port(painter, port, x, y)

    def far_brush(self) -> QBrush:
        """Its colour where it is drawn as a plain box."""
        return self.style.group(self._group)[2]

    def _paint_far(self, painter: QPainter, pixels: float) -> None:
        style = self.style
        painter.setPen(style.edge_selected if self.selected else style.edge_fault if self.look.faulty else style.none)
        painter.setBrush(self.far_brush())
        painter.drawRect(QRectF(0, 0, WIDTH, self.box.height))
        width = WIDTH * pixels - 6
        if width > FAR_ROOM:  # as large as it can be read, whatever the zoom
            text = style.far_metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, width)
            painter.scale(1 / pixels, 1 / pixels)
            painter.setPen(style.text)
            painter.setFont(style.far_font)
            painter.drawText(QRectF(3, 0, width, self.box.height * pixels), Qt.AlignmentFlag.AlignCenter, text)

    def paint_port(self, painter: QPainter, port: Port, x: float, y: float) -> None:
        """One port, at a place in the block."""
        style, kind = self.style, self.look.kinds.get(port, "unknown")
        radius = PORT
        if port in self.lit:
            painter.setPen(style.accepts)
            painter.setBrush(style.hollow)
            painter.drawEllipse(QPointF(x, y), PORT + 3.5, PORT + 3.5)
        if port in self.look.wired or (port.side == "out" and kind != "unknown"):
            painter.setPen(style.port_rim)
            painter.setBrush(style.ports[kind])
        else:  # hollow: nothing is wired to it
            painter.setPen(style.warning if port in self.look.lacking else style.port_pens[kind])
            painter.setBrush(style.node_brush)
            radius = PORT - 0.6
        if kind in ("unknown", "vector"):
            painter.drawEllipse(QPointF(x, y), radius, radius)
        elif kind == "image":
            painter.drawRoundedRect(QRectF(x - radius, y - radius, 2 * radius, 2 * radius), 1.5, 1.5)
        else:
            painter.translate(x, y)
            figure = DIAMOND if kind == "sequence" else TRIANGLE
            painter.drawPolygon(QPolygonF([QPointF(p.x() * radius, p.y() * radius) for p in figure.toList()]))
            painter.translate(-x, -y)

    def _paint_badge(self, painter: QPainter) -> None:
        painter.setPen(self.style.none)
        painter.setBrush(self.style.error_brush)
        centre = QPointF(WIDTH - MARGIN - 4, HEADER / 2 + 1)
        painter.drawEllipse(centre, 7.5, 7.5)
        painter.setBrush(self.style.badge_ink)
        painter.drawRoundedRect(QRectF(centre.x() - 1, centre.y() - 4.2, 2, 5), 1, 1)
        painter.drawEllipse(QPointF(centre.x(), centre.y() + 3.1), 1.2, 1.2)

    def _paint_picture(self, painter: QPainter, picture: QImage) -> None:
        if self.box.picture is None:
            return
        frame = QRectF(*self.box.picture)
        size = picture.size().scaled(frame.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(frame.center())
        painter.drawImage(place, picture)


def _line(
    text: str, font: QFont, metrics: QFontMetricsF, left: float, middle: float, room: float
) -> tuple[QPointF, QStaticText]:
    """One line of text, shortened with … where it has no room, and its top-left corner."""
    made = QStaticText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(font=font)
    return QPointF(left, middle - made.size().height() / 2), made
