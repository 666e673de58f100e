"""The shell of a block: shadow, glow, box, header and stripe. It is painted once into a picture and copied from then on.

Many blocks share one shell, and a copy costs a tenth of the rounded outlines that it replaces. At a zoom where a
picture would be large, and on paper, the outlines themselves are painted.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPainterPath, QPixmap, QTransform

from gui.canvas.geometry import HEADER, WIDTH
from gui.canvas.style import Style

RADIUS = 8.0
EDGE = 0.5  # half the pen that the box is drawn with
AROUND = 10.0  # what is painted outside the box: glow and halo
MOST_SCALE = 2.5  # pixels a unit up to which shells are kept
MOST_KEPT = 64

Edge = Literal["edge", "edge_hover", "edge_selected", "edge_fault", "edge_off"]  # pens of the style


def _header() -> QPainterPath:
    """Within the edge of the box, which is painted first."""
    left, right, round_ = EDGE, WIDTH - EDGE, 2 * (RADIUS - EDGE)
    path = QPainterPath(QPointF(left, HEADER))
    path.lineTo(left, RADIUS)
    path.arcTo(QRectF(left, left, round_, round_), 180, -90)
    path.lineTo(WIDTH - RADIUS, left)
    path.arcTo(QRectF(right - round_, left, round_, round_), 90, -90)
    path.lineTo(right, HEADER)
    path.closeSubpath()
    return path


def _stripe() -> QPainterPath:
    top = QPainterPath()
    top.addRect(QRectF(0, 0, WIDTH, 3))
    return _header().intersected(top)


HEADER_PATH, STRIPE_PATH = _header(), _stripe()


@dataclass(frozen=True, slots=True)
class Shell:
    """What tells one shell from another."""

    height: float
    group: str
    edge: Edge
    detailed: bool  # has a shadow
    active: bool = False  # nothing but the halo of a block at work

    def paint(self, painter: QPainter, style: Style) -> None:
        """Paint the outlines, the box at (0, 0)."""
        box = QRectF(0, 0, WIDTH, self.height)
        painter.setBrush(style.hollow)
        rings = style.activity if self.active else style.glow if self.edge == "edge_selected" else []
        for pen in rings:
            painter.setPen(pen)
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if self.active:
            return
        painter.setPen(style.none)
        for grow, drop, brush in style.shadows if self.detailed else []:
            painter.setBrush(brush)
            painter.drawRoundedRect(box.adjusted(-grow, drop - grow, grow, drop + grow), RADIUS + grow, RADIUS + grow)
        painter.setPen(getattr(style, self.edge))
        painter.setBrush(style.node_brush)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        strong, tint, _, _ = style.group(self.group)
        painter.setPen(style.none)
        painter.setBrush(tint)
        if self.height == HEADER:
            painter.drawRoundedRect(box.adjusted(EDGE, EDGE, -EDGE, -EDGE), RADIUS, RADIUS)
        else:
            painter.drawPath(HEADER_PATH)
        painter.setBrush(strong)
        painter.drawPath(STRIPE_PATH)


class Shells:
    """The shells of one theme, as pictures."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._kept: OrderedDict[tuple[Shell, float], QPixmap] = OrderedDict()

    def paint(self, painter: QPainter, shell: Shell) -> None:
        """Paint a shell, its box at (0, 0)."""
        ratio = painter.device().devicePixelRatioF()
        scale = painter.worldTransform().m11() * ratio
        if scale > MOST_SCALE or painter.paintEngine().type() is not QPaintEngine.Type.Raster:
            shell.paint(painter, self._style)
            return
        picture = self._kept.get((shell, scale))
        if picture is None:
            picture = self._kept[shell, scale] = _picture(shell, self._style, scale, ratio)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        painter.save()
        at, around = painter.worldTransform().map(QPointF()), math.ceil(AROUND * scale) / ratio
        painter.setWorldTransform(QTransform())
        painter.drawPixmap(at - QPointF(around, around), picture)
        painter.restore()


def snapped(painter: QPainter) -> None:
    """Move the painter by less than a pixel to where pictures fall on whole ones, and so do texts."""
    transform, ratio = painter.worldTransform(), painter.device().devicePixelRatioF()
    dx, dy = transform.dx() * ratio, transform.dy() * ratio
    zoom = transform.m11() * ratio
    painter.translate((round(dx) - dx) / zoom, (round(dy) - dy) / zoom)


def _picture(shell: Shell, style: Style, scale: float, ratio: float) -> QPixmap:
    around = math.ceil(AROUND * scale)
    picture = QPixmap(math.ceil(WIDTH * scale) + 2 * around, math.ceil(shell.height * scale) + 2 * around)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(around, around)
    painter.scale(scale, scale)
    shell.paint(painter, style)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
