"""The canvas: blocks as boxes, wires as curves, gestures as edits of the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QMenu,
    QStyleOptionGraphicsItem,
    QWidget,
)

from core.blocks import registry
from core.blocks._base import GROUPS, Block
from core.errors import NeuroloomError
from core.graph import edits, layout
from core.graph.document import Delta, Document, Wire
from core.graph.rules import check_wire
from core.words import Words
from gui.document.store import Store
from gui.i18n import language, say
from gui.theme.apply import theme
from gui.theme.fonts import font
from gui.theme.icons import draw as draw_icon

WIDTH, HEIGHT, RADIUS, GRID = 168.0, 64.0, 8.0, 8.0
MIME = "application/x-neuroloom-block"


class NodeItem(QGraphicsItem):
    def __init__(self, name: str, canvas: Canvas) -> None:
        super().__init__()
        self.name, self.canvas = name, canvas
        self.block = canvas.store.document.nodes[
            name
        ].block  # its own, so that it can be taken away after it is gone there
        self.picture: QImage | None = None
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setZValue(1)

    def inputs(self) -> tuple[str, ...]:
        return self.block.input_ports() if isinstance(self.block, Block) else ("x",)

    def outputs(self) -> tuple[str, ...]:
        return self.block.outputs if isinstance(self.block, Block) else ("y",)

    def height(self) -> float:
        ports = max(len(self.inputs()), len(self.outputs()))
        return max(HEIGHT, 24 + 18 * ports)

    def boundingRect(self) -> QRectF:
        return QRectF(-10, -4, WIDTH + 20, self.height() + 8)

    def port(self, side: str, name: str) -> QPointF:
        names = self.inputs() if side == "in" else self.outputs()
        at = names.index(name) if name in names else 0
        step = min(HEIGHT, self.height()) / (len(names) + 1)
        return self.pos() + QPointF(0 if side == "in" else WIDTH, step * (at + 1))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        t, block = theme.tokens, self.block
        selected = self.name in self.canvas.store.selection
        faulty = any(f.block == self.name for f in self.canvas.store.inference.faults)
        group = t.groups[block.group] if isinstance(block, Block) else t.text_disabled
        box = QRectF(0, 0, WIDTH, self.height())
        painter.setPen(
            QPen(
                QColor(t.error if faulty else t.accent if selected else t.stroke_control),
                2 if selected or faulty else 1,
            )
        )
        painter.setBrush(QColor(t.node))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        stripe = QPainterPath()
        stripe.addRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
        painter.save()
        painter.setClipPath(stripe, Qt.ClipOperation.IntersectClip)
        painter.fillRect(QRectF(0, 0, 6, box.height()), QColor(group))
        painter.restore()
        if painter.worldTransform().m11() > 0.35:
            room = WIDTH - 32 - (54 if self.picture is not None else 20 if faulty else 0)
            painter.setPen(QColor(t.text))
            painter.setFont(font("strong"))
            title = say(block.title) if isinstance(block, Block) else getattr(block, "type", "?")
            painter.drawText(QRectF(16, 10, room, 20), Qt.AlignmentFlag.AlignVCenter, _elided(painter, title, room))
            painter.setFont(font("small"))
            painter.setPen(QColor(t.text_secondary))
            caption = block.caption() if isinstance(block, Block) else ""
            painter.drawText(
                QRectF(16, 32, WIDTH - 32, 18),
                Qt.AlignmentFlag.AlignVCenter,
                self.name + (f"  ·  {caption}" if caption else ""),
            )
            if faulty:
                draw_icon(painter, QRectF(WIDTH - 26, 10, 16, 16), "error", t.error)
            if self.picture is not None:
                self._paint_picture(painter)
        painter.setPen(QPen(QColor(t.node), 1.5))
        painter.setBrush(QColor(t.wire))
        for side, names in (("in", self.inputs()), ("out", self.outputs())):
            for name in names:
                at = self.port(side, name) - self.pos()
                painter.drawEllipse(at, 5.5, 5.5)

    def _paint_picture(self, painter: QPainter) -> None:
        """What the block's units look like now, in its lower right corner, pixels kept sharp."""
        assert self.picture is not None
        side = 48.0
        high = side * min(1.0, self.picture.height() / max(self.picture.width(), 1))
        where = QRectF(WIDTH - side - 10, (self.height() - high) / 2, side, high)
        painter.drawImage(where, self.picture)
        painter.setPen(QPen(QColor(theme.tokens.stroke), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(where)


class WireItem(QGraphicsItem):
    def __init__(self, wire: Wire, canvas: Canvas) -> None:
        super().__init__()
        self.wire, self.canvas = wire, canvas
        self.path = QPainterPath()
        self.update_path()

    def update_path(self) -> None:
        self.prepareGeometryChange()
        a = self.canvas.nodes[self.wire.source].port("out", self.wire.output)
        b = self.canvas.nodes[self.wire.target].port("in", self.wire.input)
        self.path = curve(a, b)

    def boundingRect(self) -> QRectF:
        return self.path.boundingRect().adjusted(-40, -14, 40, 14)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        t = theme.tokens
        shape = self.canvas.store.inference.shape(self.wire.source, self.wire.output)
        painter.setPen(
            QPen(
                QColor(t.wire if shape else t.wire_fault), 1.8, Qt.PenStyle.SolidLine if shape else Qt.PenStyle.DashLine
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self.path)
        if shape and painter.worldTransform().m11() > 0.6:
            text = "×".join(map(str, shape))
            painter.setFont(font("number_small"))
            width = painter.fontMetrics().horizontalAdvance(text)
            box = QRectF(0, 0, width + 10, 17)
            box.moveCenter(self.path.pointAtPercent(0.5))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(t.canvas))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(t.text_secondary))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _elided(painter: QPainter, text: str, room: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room))


def curve(a: QPointF, b: QPointF) -> QPainterPath:
    """A wire: an S where it goes on to the right, a carriage return where it goes back to the left."""
    path = QPainterPath(a)
    if b.x() >= a.x() + 16:
        bend = max(24.0, (b.x() - a.x()) / 2)
        path.cubicTo(a + QPointF(bend, 0), b - QPointF(bend, 0), b)
        return path
    out, r = 22.0, 10.0
    middle = (a.y() + b.y()) / 2 if abs(b.y() - a.y()) > 4 * r else max(a.y(), b.y()) + HEIGHT
    turn = 1.0 if middle >= a.y() else -1.0
    into = 1.0 if b.y() >= middle else -1.0
    right, left = a.x() + out, b.x() - out
    path.lineTo(right - r, a.y())
    path.quadTo(right, a.y(), right, a.y() + turn * r)
    path.lineTo(right, middle - turn * r)
    path.quadTo(right, middle, right - r, middle)
    path.lineTo(left + r, middle)
    path.quadTo(left, middle, left, middle + into * r)
    path.lineTo(left, b.y() - into * r)
    path.quadTo(left, b.y(), left + r, b.y())
    path.lineTo(b)
    return path


class Canvas(QGraphicsView):
    refused = Signal(object)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self.setScene(QGraphicsScene(self))
        self.scene().setSceneRect(-50000, -50000, 100000, 100000)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("canvas")
        self._drag: str = ""
        self._from = QPointF()
        self._link: tuple[NodeItem, str, str] | None = None
        self._link_end = QPointF()
        self._hint = ""
        self._hint_ok = True
        self._band: QRectF | None = None
        store.changed.connect(self._changed)
        store.selection_changed.connect(self._redraw)
        theme.changed.connect(self._redraw)
        language.changed.connect(self._redraw)

    # the document ---------------------------------------------------------------------------------------------------

    def _changed(self, delta: Delta) -> None:
        for wire in delta.wires_removed:
            if wire in self.wires:
                self.scene().removeItem(self.wires[wire])
                del self.wires[wire]
        for name in delta.removed:
            self.scene().removeItem(self.nodes[name])
            del self.nodes[name]
        for name in (*delta.added, *delta.changed):
            item = self.nodes.get(name)
            if item is None:
                item = self.nodes[name] = NodeItem(name, self)
                self.scene().addItem(item)
            item.prepareGeometryChange()
            item.block = self.store.document.nodes[name].block
            item.setPos(*(self.store.document.nodes[name].position or (0.0, 0.0)))
        for wire in delta.wires_added:
            self.wires[wire] = WireItem(wire, self)
            self.scene().addItem(self.wires[wire])
        touched = {*delta.added, *delta.changed}
        for wire, item in self.wires.items():
            if wire.source in touched or wire.target in touched:
                item.update_path()
        self._redraw()

    def _redraw(self, *_: object) -> None:
        self.viewport().update()

    def set_pictures(self, pictures: Mapping[str, QImage]) -> None:
        """Show small pictures inside blocks, by name; blocks that are not named keep theirs."""
        for name, picture in pictures.items():
            if name in self.nodes:
                item = self.nodes[name]
                if item.picture is None:
                    item.prepareGeometryChange()
                item.picture = picture
                item.update()

    def clear_pictures(self) -> None:
        """Forget the pictures of an earlier run."""
        for item in self.nodes.values():
            if item.picture is not None:
                item.prepareGeometryChange()
                item.picture = None
                item.update()

    # what the window calls --------------------------------------------------------------------------------------------

    def fit(self) -> None:
        box = QRectF()
        for item in self.nodes.values():
            box = box.united(item.sceneBoundingRect())
        if not box.isEmpty():
            self.fitInView(box.adjusted(-40, -40, 40, 40), Qt.AspectRatioMode.KeepAspectRatio)
            if self.transform().m11() > 1:
                self.zoom_to(1.0)

    def zoom(self, by: float) -> None:
        self.zoom_to(min(4.0, max(0.1, self.transform().m11() * by)))

    def zoom_to(self, scale: float) -> None:
        by = scale / self.transform().m11()
        self.scale(by, by)

    def show_blocks(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self.nodes:
                self.centerOn(self.nodes[name])

    def arrange(self) -> None:
        document = self.store.document
        sizes = {n: (WIDTH, i.height()) for n, i in self.nodes.items()}
        places = layout.layout(document, sizes)
        self.store.apply(Words("Arrange blocks", "整理布局"), lambda d: edits.move(d, places))

    def delete(self) -> None:
        names = set(self.store.selection)
        self.store.apply(Words("Delete", "删除"), lambda d: edits.remove(d, names))

    def duplicate(self) -> None:
        self._paste_nodes(*self._selected())

    def copy(self) -> None:
        import json

        from core.project import node_to_json

        nodes, wires = self._selected()
        data = {
            "neuroloom_blocks": {n: node_to_json(v) for n, v in nodes.items()},
            "wires": [[w.source, w.output, w.target, w.input] for w in wires],
        }
        QGuiApplication.clipboard().setText(json.dumps(data, ensure_ascii=False))

    def cut(self) -> None:
        self.copy()
        self.delete()

    def paste(self) -> None:
        import json

        from core.project import node_from_json

        try:
            data = json.loads(QGuiApplication.clipboard().text())
            nodes = {str(n): node_from_json(v, str(n)) for n, v in data["neuroloom_blocks"].items()}
            wires = [Wire(*map(str, w)) for w in data["wires"]]
        except (ValueError, KeyError, TypeError, AttributeError, NeuroloomError):
            self.refused.emit(Words("The clipboard holds no blocks.", "剪贴板中没有模块。"))
            return
        self._paste_nodes(nodes, wires)

    def _selected(self) -> tuple[dict[str, object], list[Wire]]:
        document, chosen = self.store.document, self.store.selection
        return {n: document.nodes[n] for n in document.nodes if n in chosen}, [
            w for w in document.wires if w.source in chosen and w.target in chosen
        ]

    def _paste_nodes(self, nodes: dict, wires: list[Wire]) -> None:  # type: ignore[type-arg]
        names: dict[str, str] = {}

        def paste(document: Document) -> Document:
            after, new = edits.paste(document, nodes, wires, (32, 32))
            names.update(new)
            return after

        self.store.apply(Words("Paste", "粘贴"), paste)
        self.store.select(names.values())

    def add_block(self, at: QPoint | None = None) -> None:
        self._add_menu(at or self.viewport().rect().center())

    def _add_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        for group, title in GROUPS.items():
            kinds = [k for k in registry().values() if k.group == group]
            if kinds:
                sub = menu.addMenu(say(title))
                for kind in kinds:
                    action = sub.addAction(say(kind.title))
                    action.setData(kind.id)
        chosen = menu.exec(self.viewport().mapToGlobal(at))
        if chosen is not None and chosen.data():
            self.add(chosen.data(), self.mapToScene(at))

    def add(self, id: str, at: QPointF | None = None) -> str:
        at = at or self.mapToScene(self.viewport().rect().center())
        place = (round(at.x() / GRID) * GRID, round(at.y() / GRID) * GRID)
        made: list[str] = []

        def edit(document: Document) -> Document:
            after, name = edits.add(document, registry()[id](), place)
            made.append(name)
            return after

        title = registry()[id].title
        self.store.apply(Words(f"Add {title.en}", f"添加{title.zh}"), edit)
        self.store.select(made)
        return made[0]

    # gestures -------------------------------------------------------------------------------------------------------------

    def _port_at(self, at: QPointF) -> tuple[NodeItem, str, str] | None:
        best, reach = None, 20 / max(self.transform().m11(), 0.1)
        for item in self.nodes.values():
            for side, names in (("in", item.inputs()), ("out", item.outputs())):
                for name in names:
                    gap = item.port(side, name) - at
                    far = (gap.x() ** 2 + gap.y() ** 2) ** 0.5
                    if far < reach:
                        best, reach = (item, side, name), far
        return best

    def _node_at(self, at: QPointF) -> NodeItem | None:
        return next(
            (i for i in reversed(self.nodes.values()) if QRectF(0, 0, WIDTH, i.height()).contains(at - i.pos())), None
        )

    def _wire_of(self, a: tuple[NodeItem, str, str], b: tuple[NodeItem, str, str]) -> Wire | None:
        if a[1] == b[1]:
            return None
        out, into = (a, b) if a[1] == "out" else (b, a)
        return Wire(out[0].name, out[2], into[0].name, into[2])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        self._from, self._start = at, event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = "pan"
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        port = self._port_at(at)
        node = self._node_at(at)
        if port is not None:
            self._drag, self._link = "link", port
            if port[1] == "in":
                old = next(
                    (w for w in self.store.document.wires if (w.target, w.input) == (port[0].name, port[2])), None
                )
                if old is not None:
                    self._link = (self.nodes[old.source], "out", old.output)
                    self.store.preview(lambda d: edits.disconnect(d, [old]))
        elif node is not None:
            many = event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
            if many:
                self.store.select(self.store.selection ^ {node.name})
            elif node.name not in self.store.selection:
                self.store.select([node.name])
            self._drag = "move"
        else:
            self._drag = "band"
            self._band = QRectF(at, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        match self._drag:
            case "pan":
                step = event.position() - self._start
                self._start = event.position()
                self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - round(step.x()))
                self.verticalScrollBar().setValue(self.verticalScrollBar().value() - round(step.y()))
            case "move" if (event.position() - self._start).manhattanLength() >= 3:
                by, names = at - self._from, self.store.selection

                def shift(document: Document) -> Document:
                    places = {}
                    for name in names:
                        x, y = document.nodes[name].position or (0.0, 0.0)
                        places[name] = (round((x + by.x()) / GRID) * GRID, round((y + by.y()) / GRID) * GRID)
                    return edits.move(document, places)

                self.store.preview(shift)
            case "link":
                self._link_end = at
                self._judge(at)
                self._redraw()
            case "band" if self._band is not None:
                self._band = QRectF(self._from, at).normalized()
                self._redraw()

    def _judge(self, at: QPointF) -> Wire | None:
        assert self._link is not None
        self._hint, self._hint_ok = "", True
        end = self._port_at(at)
        if end is None and (node := self._node_at(at)) is not None:
            taken = {(w.target, w.input) for w in self.store.document.wires}
            free = [p for p in node.inputs() if (node.name, p) not in taken] or list(node.inputs())
            end = (node, "in", free[0]) if free and self._link[1] == "out" else None
        wire = self._wire_of(self._link, end) if end is not None else None
        if wire is None or end is None:
            return None
        refusal = check_wire(self.store.document, self.store.inference, wire)
        self._link_end = end[0].port(end[1], end[2])
        if refusal is not None:
            self._hint, self._hint_ok = say(refusal.words), False
            self.refused.emit(refusal.words)
            return None
        shape = self.store.inference.shape(wire.source, wire.output)
        self._hint = "×".join(map(str, shape)) if shape else ""
        return wire

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        drag, self._drag = self._drag, ""
        if drag == "move":
            self.store.commit(Words("Move", "移动"))
        elif drag == "link" and self._link is not None:
            wire = self._judge(at)
            detached = self.store.previewing
            if wire is not None:
                self.store.preview(lambda d: edits.connect(d, wire)) if not detached else None
                if detached:
                    before = self.store.document
                    gone = [
                        w for w in (self.store._steady.wires if self.store._steady else ()) if w not in before.wires
                    ]
                    self.store.preview(lambda d: edits.connect(edits.disconnect(d, gone), wire))
                self.store.commit(Words("Connect", "连线"))
            elif detached and not self._hint:
                self.store.commit(Words("Disconnect", "断开连线"))
            else:
                self.store.cancel()
            self._link, self._hint = None, ""
        elif drag == "band" and self._band is not None:
            inside = {n for n, i in self.nodes.items() if self._band.intersects(i.sceneBoundingRect())}
            keep = self.store.selection if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else frozenset()
            self.store.select(keep | inside if self._band.width() > 3 else keep)
            self._band = None
        self._redraw()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._node_at(self.mapToScene(event.position().toPoint())) is None:
            self._add_menu(event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (-8, 0), Qt.Key.Key_Right: (8, 0), Qt.Key.Key_Up: (0, -8), Qt.Key.Key_Down: (0, 8)}
        if event.key() == Qt.Key.Key_Escape:
            self._drag, self._link, self._band, self._hint = "", None, None, ""
            self.store.cancel()
            self._redraw()
        elif event.key() in steps and self.store.selection:
            dx, dy = steps[Qt.Key(event.key())]
            places = {
                n: (p[0] + dx, p[1] + dy) for n in self.store.selection if (p := self.store.document.nodes[n].position)
            }
            self.store.apply(Words("Move", "移动"), lambda d: edits.move(d, places))
        elif event.key() == Qt.Key.Key_F:
            self.fit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.pixelDelta().isNull() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(2 ** (event.angleDelta().y() / 480))
        else:
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - event.pixelDelta().x())
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - event.pixelDelta().y())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add(bytes(event.mimeData().data(MIME).data()).decode(), self.mapToScene(event.position().toPoint()))
        event.acceptProposedAction()

    # background and overlay -------------------------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, QColor(theme.tokens.canvas))
        if self.transform().m11() < 0.4:
            return
        step = 24
        painter.setPen(QPen(QColor(theme.tokens.grid), 2 / self.transform().m11()))
        xs = range(int(rect.left() // step) * step, int(rect.right()) + step, step)
        ys = range(int(rect.top() // step) * step, int(rect.bottom()) + step, step)
        painter.drawPoints([QPointF(x, y) for x in xs for y in ys])

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        t = theme.tokens
        if self._drag == "link" and self._link is not None:
            start = self._link[0].port(self._link[1], self._link[2])
            a, b = (start, self._link_end) if self._link[1] == "out" else (self._link_end, start)
            painter.setPen(QPen(QColor(t.wire_accepts if self._hint_ok else t.wire_refuses), 2))
            painter.drawPath(curve(a, b))
            if self._hint:
                painter.setFont(font("small"))
                box = painter.boundingRect(QRectF(0, 0, 320, 200), Qt.TextFlag.TextWordWrap, self._hint).adjusted(
                    -8, -6, 8, 6
                )
                box.moveTopLeft(self._link_end + QPointF(18, 14))
                painter.setPen(QColor(t.stroke_control))
                painter.setBrush(QColor(t.raised))
                painter.drawRoundedRect(box, 6, 6)
                painter.setPen(QColor(t.text if self._hint_ok else t.error))
                painter.drawText(box.adjusted(8, 6, -8, -6), Qt.TextFlag.TextWordWrap, self._hint)
        if self._band is not None:
            painter.setPen(QPen(QColor(t.accent), 0))
            fill = QColor(t.accent)
            fill.setAlpha(40)
            painter.setBrush(fill)
            painter.drawRect(self._band)
