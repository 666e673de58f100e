"""The minimap: the whole network in a corner, and where one is in it. Click or drag to go there, turn the wheel to zoom."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from core.blocks._base import Block
from core.words import Words
from gui.canvas.view import View
from gui.i18n import follow
from gui.theme.apply import theme
from gui.theme.tokens import RADIUS, mix

SIZE, MARGIN, INSET = QSize(208, 132), 12, 8
MILLISECONDS = 100  # ten pictures a second are enough for a map


class Minimap(QWidget):
    """One widget that paints a rectangle for each block."""

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._view = view
        self._held: QRectF | None = None  # what is shown while the map is dragged, so that it does not run away
        self.setFixedSize(SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        follow(self, self.setAccessibleName, Words("Minimap", "缩略图"))
        follow(
            self, self.setToolTip, Words("Drag to move the view, turn the wheel to zoom.", "拖动以移动视图，滚轮缩放。")
        )
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(MILLISECONDS)
        self._clock.timeout.connect(self.update)
        store = view.items_.store
        for signal in (
            store.changed, store.selection_changed, view.zoomed,
            view.horizontalScrollBar().valueChanged, view.verticalScrollBar().valueChanged,
        ):  # fmt: skip
            signal.connect(self._soon)
        self.hide()

    def place(self) -> None:
        """Into the corner, at the bottom right."""
        parent = self._view.rect()
        self.move(parent.width() - self.width() - MARGIN, parent.height() - self.height() - MARGIN)

    def area(self) -> QRectF:
        """The part of the scene that the map shows: all blocks, and where one is."""
        if self._held is not None:
            return self._held
        return self._view.items_.bounds().united(self._view.visible())

    def to_map(self, box: QRectF) -> QRectF:
        """A rectangle of the scene as it is on the map."""
        area, scale, corner = self._frame()
        return QRectF(
            corner.x() + (box.x() - area.x()) * scale,
            corner.y() + (box.y() - area.y()) * scale,
            box.width() * scale,
            box.height() * scale,
        )

    def to_scene(self, at: QPointF) -> QPointF:
        """A point of the map in the scene."""
        area, scale, corner = self._frame()
        return QPointF(area.x() + (at.x() - corner.x()) / scale, area.y() + (at.y() - corner.y()) / scale)

    def _frame(self) -> tuple[QRectF, float, QPointF]:
        area = self.area()
        room = QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)
        scale = min(room.width() / max(area.width(), 1.0), room.height() / max(area.height(), 1.0))
        corner = room.center() - QPointF(area.width(), area.height()) * scale / 2
        return area, scale, corner

    def _soon(self, *_: object) -> None:
        if self.isVisible() and not self._clock.isActive():
            self._clock.start()

    # events -----------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self.place()
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
        self._view.centerOn(self.to_scene(event.position()))
        self._view.zoom(2 ** (event.angleDelta().y() / 480))

    def _go(self, at: QPointF) -> None:
        self._view.travelling.stop()
        self._view.centerOn(self.to_scene(at))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, store = theme.tokens, self._view.items_.store
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(t.raised)
        ground.setAlpha(240)
        painter.setPen(QPen(QColor(t.stroke_control), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        for name, item in self._view.items_.nodes.items():
            block = store.document.nodes[name].block
            colour = t.group(block.group) if isinstance(block, Block) else t.text_secondary
            chosen = name in store.selection
            painter.setBrush(QColor(t.wire_selected if chosen else mix(t.raised, colour, 0.75)))
            box = self.to_map(item.rect())
            painter.drawRect(box.adjusted(0, 0, max(0.0, 2.0 - box.width()), max(0.0, 2.0 - box.height())))
        seen = QColor(t.accent)
        painter.setPen(QPen(seen, 1.4))
        seen.setAlpha(28)
        painter.setBrush(seen)
        inside = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(self.to_map(self._view.visible()).intersected(inside), 2, 2)
