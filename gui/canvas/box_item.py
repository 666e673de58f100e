"""A frame or a note on the canvas: a rectangle behind the blocks, with a title band or a text."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.graph.document import Frame, Note, Rect
from core.words import Words
from gui.canvas.geometry import HEADER, MARGIN, Point, bar_of
from gui.canvas.style import BOXES_ONLY, Style
from gui.i18n import say
from gui.theme import icons
from gui.theme.tokens import mix

RADIUS, CORNER = 8.0, 14.0
Part = Literal["body", "corner", "sign", ""]
SIGN = QRectF(MARGIN - 4, (HEADER - 14) / 2, 14, 14)  # before the title of a frame: a click collapses it or opens it
HELD = Words("{} blocks", "{} 个模块"), Words("1 block", "1 个模块")


class BoxItem(QGraphicsItem):
    """Shows a frame or a note; what a hand may take it by is `part_at`."""

    def __init__(self, name: str, style: Style, shown: Frame | Note) -> None:
        super().__init__()
        self.name, self.style, self.shown = name, style, shown
        self.chosen, self.held = False, 0
        self.setZValue(-2 if isinstance(shown, Frame) else -1)
        self._place()

    def show_box(self, shown: Frame | Note) -> None:
        """Show it as it is now."""
        if shown is not self.shown:
            self.shown = shown
            self._place()

    def choose(self, *, chosen: bool) -> None:
        """Chosen or not."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

    def hold(self, blocks: int) -> None:
        """So many blocks are out of sight in it."""
        if blocks != self.held:
            self.held = blocks
            self.update()

    @property
    def rect(self) -> Rect:
        """Where it is, as far as it is seen."""
        return bar_of(self.shown.rect) if self._is_bar() else self.shown.rect

    def _is_bar(self) -> bool:
        return isinstance(self.shown, Frame) and self.shown.collapsed

    def part_at(self, at: Point) -> Part:
        """What of it is at a point: the corner that sizes it, the sign that collapses it, the body that is dragged, or nothing.

        The body of a frame is its title: inside it one works as if it were not there.
        """
        x, y = at[0] - self.pos().x(), at[1] - self.pos().y()
        _, _, width, height = self.rect
        if not (0 <= x <= width and 0 <= y <= height):
            return ""
        if width - x + height - y <= CORNER and not self._is_bar():
            return "corner"
        if isinstance(self.shown, Frame) and y <= HEADER and x <= SIGN.right() + 4:
            return "sign"
        return "body" if isinstance(self.shown, Note) or y <= HEADER else ""

    def ground(self) -> QBrush:
        """What it is filled with."""
        colour, t = self._colour(), self.style.tokens
        ground = mix(t.canvas, colour, 0.10) if isinstance(self.shown, Frame) else mix(t.node, colour, 0.12)
        return QBrush(QColor(ground))

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        near = painter.worldTransform().m11() * painter.device().devicePixelRatioF() >= BOXES_ONLY
        box = QRectF(0, 0, *self.rect[2:])
        colour, t = self._colour(), self.style.tokens
        painter.setPen(
            QPen(QColor(t.wire_selected if self.chosen else mix(t.canvas, colour, 0.55)), 2.0 if self.chosen else 1.2)
        )
        painter.setBrush(self.ground())
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if isinstance(self.shown, Frame):
            self._paint_title(painter, box, colour, near=near)
        elif near:
            painter.setPen(self.style.text)
            painter.setFont(self.style.small_font)
            painter.setClipRect(box)
            painter.drawText(box.adjusted(MARGIN, 8, -MARGIN, -8), Qt.TextFlag.TextWordWrap.value, self.shown.text)
            painter.setClipping(False)
        if near and not self._is_bar():
            painter.setPen(QPen(QColor(mix(t.canvas, colour, 0.7)), 1.4))
            for far in (5.0, 9.0):
                painter.drawLine(box.bottomRight() - QPointF(far, 3), box.bottomRight() - QPointF(3, far))

    def _paint_title(self, painter: QPainter, box: QRectF, colour: str, *, near: bool) -> None:
        band = QRectF(0, 0, box.width(), HEADER)
        below = 1 if self._is_bar() else 0
        painter.setPen(self.style.none)
        painter.setBrush(QBrush(QColor(mix(self.style.tokens.canvas, colour, 0.30))))
        painter.drawRoundedRect(band.adjusted(1, 1, -1, -below), RADIUS - 1, RADIUS - 1)
        if near and isinstance(self.shown, Frame):
            face, metrics = self.style.title_fonts[0]
            if self.shown.locked:
                pin = QRectF(box.width() - MARGIN - 14, (HEADER - 14) / 2, 14, 14)
                icons.draw(painter, pin, "pin", self.style.tokens.text_secondary)
            sign = "chevron-right" if self.shown.collapsed else "chevron-down"
            icons.draw(painter, SIGN, sign, self.style.tokens.text_secondary)
            line = band.adjusted(SIGN.right() + 4, 0, -MARGIN - 18 * self.shown.locked, 0)
            if self.shown.collapsed:
                held = say(HELD[self.held == 1]).format(self.held)
                painter.setFont(self.style.small_font)
                painter.setPen(self.style.text_secondary)
                painter.drawText(line, (Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight).value, held)
                line.adjust(0, 0, -self.style.small_metrics.horizontalAdvance(held) - 8, 0)
            title = metrics.elidedText(self.shown.title, Qt.TextElideMode.ElideRight, line.width())
            painter.setFont(face)
            painter.setPen(self.style.text)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, title)

    def _colour(self) -> str:
        t = self.style.tokens
        return t.curves[self.shown.colour % len(t.curves)] if isinstance(self.shown, Frame) else t.warning

    def _place(self) -> None:
        x, y, width, height = self.rect
        self.prepareGeometryChange()
        self._bounds = QRectF(0, 0, width, height).adjusted(-2, -2, 2, 2)
        self.setPos(x, y)
        self.update()
