"""The minimap: the whole network in a corner, and where one is in it. Click or drag to go there, turn the wheel to zoom."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from core.blocks._base import Block
from core.words import Words
from gui.canvas.view import View
from gui.i18n import follow
from gui.theme.apply import theme
from gui.theme.tokens import RADIUS, Colour, mix

SIZE, MARGIN, INSET = QSize(208, 132), 12, 8
MILLISECONDS = 100  # ten pictures a second are enough for a map


@dataclass(frozen=True, slots=True)
class Frame:
    """From the scene to the map and back: a point of the scene, the scale, and where that point is on the map."""

    origin: QPointF
    scale: float
    corner: QPointF

    def to_map(self, box: QRectF) -> QRectF:
        """A rectangle of the scene as it is on the map."""
        at = self.corner + (box.topLeft() - self.origin) * self.scale
        return QRectF(at.x(), at.y(), box.width() * self.scale, box.height() * self.scale)

    def to_scene(self, at: QPointF) -> QPointF:
        """A point of the map in the scene."""
        return self.origin + (at - self.corner) / self.scale


class Minimap(QWidget):
    """One widget that paints a rectangle for each block."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._view = view
        self._held: QRectF | None = None  # what is shown while the map is dragged, so that it does not run away
        self._extent: QRectF | None = None  # of all blocks, until one moves
        self._drawn: tuple[Frame, QPixmap] | None = None  # the map without the view, until something on it changes
        self._stale = False  # something has, and the clock has not struck
        self.setFixedSize(SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        follow(self, self.setAccessibleName, Words("Minimap", "缩略图"))
        follow(
            self, self.setToolTip, Words("Drag to move the view, turn the wheel to zoom.", "拖动以移动视图，滚轮缩放。")
        )
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(MILLISECONDS)
        self._clock.timeout.connect(self._tick)
        store = view.items_.store
        for signal in (view.zoomed, view.horizontalScrollBar().valueChanged, view.verticalScrollBar().valueChanged):
            signal.connect(self._soon)
        for signal in (store.changed, store.selection_changed, theme.changed):
            signal.connect(self._changed)
        self.hide()

    def place(self) -> None:
        """Into the corner, at the bottom right."""
        parent = self._view.rect()
        self.move(parent.width() - self.width() - MARGIN, parent.height() - self.height() - MARGIN)

    def area(self) -> QRectF:
        """The part of the scene that the map shows: all blocks, and where one is."""
        if self._held is not None:
            return self._held
        if self._extent is None:
            boxes = self._view.items_.rects() or [(0.0, 0.0, 0.0, 0.0)]
            left, top = min(x for x, _, _, _ in boxes), min(y for _, y, _, _ in boxes)
            right, bottom = max(x + w for x, _, w, _ in boxes), max(y + h for _, y, _, h in boxes)
            self._extent = QRectF(left, top, right - left, bottom - top)
        return self._extent.united(self._view.visible())

    def frame(self) -> Frame:
        """How the scene lies on the map now."""
        area, room = self.area(), QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)
        scale = min(room.width() / max(area.width(), 1.0), room.height() / max(area.height(), 1.0))
        return Frame(area.topLeft(), scale, room.center() - QPointF(area.width(), area.height()) * scale / 2)

    def _soon(self, *_: object) -> None:
        if self.isVisible() and not self._clock.isActive():
            self._clock.start()

    def _changed(self, *_: object) -> None:
        self._stale = True
        self._soon()

    def _tick(self) -> None:
        if self._stale:
            self._drawn, self._extent, self._stale = None, None, False
        self.update()

    # events -----------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self.place()
        self._tick()
        super().showEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = self.area()
            self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._go(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        self._view.travelling.stop()
        self._view.centerOn(self.frame().to_scene(event.position()))
        self._view.zoom(2 ** (event.angleDelta().y() / 480))

    def _go(self, at: QPointF) -> None:
        self._view.travelling.stop()
        self._view.centerOn(self.frame().to_scene(at))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, frame = theme.tokens, self.frame()
        if self._drawn is None or self._drawn[0] != frame:
            self._drawn = frame, self._draw(frame)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._drawn[1])
        seen = QColor(t.accent)
        painter.setPen(QPen(seen, 1.4))
        seen.setAlpha(28)
        painter.setBrush(seen)
        inside = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(frame.to_map(self._view.visible()).intersected(inside), 2, 2)

    def _draw(self, frame: Frame) -> QPixmap:
        """The ground, and a rectangle for each block."""
        t, sharp = theme.tokens, self.devicePixelRatioF()
        picture = QPixmap(self.size() * sharp)
        picture.setDevicePixelRatio(sharp)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(t.raised)
        ground.setAlpha(240)
        painter.setPen(QPen(QColor(t.stroke_control), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, boxes in self._boxes(frame).items():
            painter.setBrush(QColor(colour))
            painter.drawRects(boxes)
        painter.end()
        return picture

    def _boxes(self, frame: Frame) -> dict[Colour, list[QRectF]]:
        """Rectangles by colour, so that each colour is one stroke of the painter."""
        t, store = theme.tokens, self._view.items_.store
        scale = frame.scale
        left, top = frame.corner.x() - frame.origin.x() * scale, frame.corner.y() - frame.origin.y() * scale
        inks: dict[str, Colour] = {}
        boxes: dict[Colour, list[QRectF]] = {}
        for name, (x, y, width, height) in self._view.items_.cells.boxes.items():
            block = store.document.nodes[name].block
            group = block.group if isinstance(block, Block) else ""
            if group not in inks:
                inks[group] = mix(t.raised, t.group(group), 0.75)
            box = QRectF(left + x * scale, top + y * scale, max(width * scale, 2.0), max(height * scale, 2.0))
            boxes.setdefault(t.wire_selected if name in store.selection else inks[group], []).append(box)
        return boxes
