"""A plane with its colours and its points: one smooth picture, points painted once and kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.fonts import font
from gui.theme.tokens import Tokens
from gui.views.colours import Bytes, colour_table, table, to_bytes, to_image
from gui.views.legend import MARKS, draw_mark
from gui.views.plot import figure, ticks

Array = npt.NDArray[Any]
LEFT, BELOW = 40, 34  # pixels for the numbers and names of the axes
POINT = 3.6  # radius in pixels


class Plane(QWidget):
    """A square map over two axes with points on it. `pointed` tells (x, y) under the mouse or the keyboard, or None."""

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.limits = (0.0, 1.0, 0.0, 1.0)
        self.axes = ("x1", "x2")
        self.points: Array = np.empty((0, 2))
        self.kinds: Array = np.empty(0, int)  # index of the mark of each point
        self.shades: Array = np.empty(0)  # colour of each point: −1 to 1 on the signed scale, or the number of a class
        self.held_out: Array = np.empty(0, bool)
        self.at: tuple[float, float] | None = None
        self.stepped = False  # colours in a few steps instead of smoothly
        self._by_class = False
        self._bytes: Bytes | None = None
        self._image: QImage | None = None
        self._drawn: QPixmap | None = None
        self._tokens: Tokens | None = None

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self._drawn = None
        self._rebuild()

    def show_values(self, values: Array, scale: float) -> None:
        """A map (h, w) from −scale to scale, row 0 at the bottom."""
        self._by_class = False
        share = np.clip(values / scale, -1, 1)
        if self.stepped:
            share = np.sign(share)
        self._bytes = to_bytes(share, 1.0, "signed")
        self._rebuild()

    def show_classes(self, winner: Array, surety: Array) -> None:
        """A map of the likeliest class (h, w), paler where it is less sure."""
        self._by_class = True
        assert self._tokens is not None
        ground = _rgb(self._tokens.plot)
        colours = np.stack([_rgb(c) for c in self._tokens.curves])
        strength = (np.ones_like(surety) if self.stepped else surety)[..., None] * 0.8
        self._bytes = (ground + (colours[winner % len(colours)] - ground) * strength).astype(np.uint8)
        self._rebuild()

    def show_points(self, points: Array, kinds: Array, shades: Array, held_out: Array) -> None:
        """Points; those held out are hollow."""
        same = np.array_equal(points, self.points) and np.array_equal(kinds, self.kinds)
        if not same or not np.array_equal(held_out, self.held_out):
            self.points, self.kinds, self.shades, self.held_out = points, kinds, shades, held_out
            self._drawn = None
            self.update()

    def show_axes(self, limits: tuple[float, float, float, float], axes: tuple[str, str]) -> None:
        """What the edges of the map stand for."""
        if (limits, axes) != (self.limits, self.axes):
            self.limits, self.axes = limits, axes
            self._drawn = None
            self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._bytes = self._image = None
        empty = np.empty(0)
        self.show_points(np.empty((0, 2)), empty.astype(int), empty, empty.astype(bool))

    # geometry ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(300, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 150)

    def area(self) -> QRectF:
        """Where the map is: square, in the middle."""
        side = float(max(1, min(self.width() - LEFT - 6, self.height() - BELOW - 6)))
        left = LEFT + max(0.0, (self.width() - LEFT - 6 - side) / 2)
        return QRectF(int(left), 4.0, int(side), int(side))

    def place(self, x: float, y: float) -> QPointF:
        """Where a point of the plane is on the widget."""
        left, right, bottom, top = self.limits
        area = self.area()
        return QPointF(
            area.left() + (x - left) / (right - left) * area.width(),
            area.bottom() - (y - bottom) / (top - bottom) * area.height(),
        )

    def plane_at(self, at: QPointF) -> tuple[float, float] | None:
        """The point of the plane under a point of the widget."""
        area, (left, right, bottom, top) = self.area(), self.limits
        if not area.contains(at):
            return None
        x = left + (at.x() - area.left()) / area.width() * (right - left)
        return x, bottom + (area.bottom() - at.y()) / area.height() * (top - bottom)

    def nearest(self, x: float, y: float) -> int | None:
        """The point within a few pixels, if there is one."""
        if not len(self.points):
            return None
        area, (left, right, bottom, top) = self.area(), self.limits
        dx = (self.points[:, 0] - x) / (right - left) * area.width()
        dy = (self.points[:, 1] - y) / (top - bottom) * area.height()
        distance = np.hypot(dx, dy)
        found = int(distance.argmin())
        return found if distance[found] <= POINT + 3 else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._drawn = None

    # drawing ----------------------------------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        if self._bytes is not None and self._tokens is not None:
            flipped = self._bytes[::-1]
            self._image = to_image(flipped, colour_table("signed", self._tokens))
            if not self._by_class:
                self._image = self._image.convertToFormat(QImage.Format.Format_RGB32)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tokens is None:
            return
        painter = QPainter(self)
        area = self.area()
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self.stepped)
            painter.drawImage(area, self._image)
        if self._drawn is None:
            self._drawn = self._paint_points(self._tokens)
        painter.drawPixmap(0, 0, self._drawn)
        if self.at is not None and self.hasFocus():
            painter.setPen(QPen(QColor(self._tokens.focus), 2))
            painter.drawEllipse(self.place(*self.at), 7, 7)

    def _paint_points(self, tokens: Tokens) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(int(self.width() * ratio), int(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        self._paint_axes(painter, tokens)
        painter.setClipRect(self.area().adjusted(-POINT, -POINT, POINT, POINT))
        signed = table("signed", tokens)
        edge = QColor(tokens.plot)
        order = np.argsort(~self.held_out, kind="stable")  # the filled ones above
        for i in order.tolist():
            if self._by_class:
                colour = QColor(tokens.curves[int(self.shades[i]) % len(tokens.curves)])
            else:
                at = int(np.clip(128 + self.shades[i] * 120, 1, 255))
                colour = QColor(*(int(v) for v in signed[at]))
            mark = MARKS[int(self.kinds[i]) % len(MARKS)]
            centre = self.place(*self.points[i])
            if self.held_out[i]:
                draw_mark(painter, mark, centre, POINT, QColor(tokens.text), hollow=True)
            else:
                draw_mark(painter, mark, centre, POINT, colour, edge=edge)
        painter.end()
        return pixmap

    def _paint_axes(self, painter: QPainter, tokens: Tokens) -> None:
        area, (left, right, bottom, top) = self.area(), self.limits
        painter.setPen(QColor(tokens.stroke_control))
        painter.drawRect(area)
        painter.setPen(QColor(tokens.text_secondary))
        for value in ticks(left, right, max(2, int(area.width() / 60))):
            x = self.place(value, bottom).x()
            painter.drawText(QRectF(x - 30, area.bottom() + 2, 60, 14), Qt.AlignmentFlag.AlignCenter, figure(value))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in ticks(bottom, top, max(2, int(area.height() / 50))):
            y = self.place(left, value).y()
            painter.drawText(QRectF(area.left() - LEFT, y - 8, LEFT - 5, 16), side, figure(value))
        painter.setPen(QColor(tokens.text))
        painter.drawText(
            QRectF(area.left(), area.bottom() + 16, area.width(), 16), Qt.AlignmentFlag.AlignCenter, self.axes[0]
        )
        painter.save()
        painter.translate(area.left() - LEFT + 6, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-60, -8, 120, 16), Qt.AlignmentFlag.AlignCenter, self.axes[1])
        painter.restore()

    # pointing ---------------------------------------------------------------------------------------------------------

    def point_at(self, at: tuple[float, float] | None) -> None:
        """Say what is pointed at."""
        if at != self.at:
            self.at = at
            self.pointed.emit(at)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.plane_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)

    def focusOutEvent(self, event: QEvent) -> None:
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move over the plane by a thirtieth of it."""
        key, (left, right, bottom, top) = Qt.Key(event.key()), self.limits
        moves = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        if key not in moves:
            super().keyPressEvent(event)
            return
        x, y = self.at or ((left + right) / 2, (bottom + top) / 2)
        x += moves[key][0] * (right - left) / 30
        y += moves[key][1] * (top - bottom) / 30
        self.point_at((min(max(x, left), right), min(max(y, bottom), top)))


def _rgb(colour: str) -> Array:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float64)
