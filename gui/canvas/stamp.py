"""What is painted many times on the canvas is painted once into a picture, and copied from then on.

A copy costs a tenth of the rounded outlines that it replaces. At a zoom where a picture would be large, and on paper,
the outlines themselves are painted.
"""

from __future__ import annotations

import math
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEngine, QPainter, QPixmap, QTransform

from gui.canvas.style import Style

MOST_SCALE = 2.5  # pixels a unit up to which pictures are kept
MOST_KEPT = 128


class Drawing(Protocol):
    """Something to paint; equal ones look alike."""

    def __hash__(self) -> int: ...
    def bounds(self, style: Style) -> QRectF:
        """What it covers."""

    def paint(self, painter: QPainter, style: Style) -> None:
        """Paint it, outline by outline."""


def stamp(painter: QPainter, drawing: Drawing, style: Style) -> None:
    """Paint a drawing where the painter is; on a screen, on whole pixels."""
    ratio = painter.device().devicePixelRatioF()
    scale = painter.worldTransform().m11() * ratio
    if scale > MOST_SCALE or painter.paintEngine().type() is not QPaintEngine.Type.Raster:
        drawing.paint(painter, style)
        return
    picture = style.pictures.get((drawing, scale))
    if picture is None:
        picture = style.pictures[drawing, scale] = _picture(drawing, style, scale, ratio)
        if len(style.pictures) > MOST_KEPT:
            del style.pictures[next(iter(style.pictures))]
    before, corner = painter.worldTransform(), _corner(drawing.bounds(style), scale) / ratio
    painter.setWorldTransform(QTransform())
    painter.drawPixmap(before.map(QPointF()) + corner, picture)
    painter.setWorldTransform(before)


def snap(painter: QPainter) -> None:
    """Move the painter by less than a pixel to where stamps fall on whole ones, and so do texts."""
    transform, ratio = painter.worldTransform(), painter.device().devicePixelRatioF()
    x, y, scale = transform.dx() * ratio, transform.dy() * ratio, transform.m11() * ratio
    painter.translate((round(x) - x) / scale, (round(y) - y) / scale)


def _corner(bounds: QRectF, scale: float) -> QPointF:
    return QPointF(math.floor(bounds.left() * scale), math.floor(bounds.top() * scale))


def _picture(drawing: Drawing, style: Style, scale: float, ratio: float) -> QPixmap:
    bounds = drawing.bounds(style)
    corner = _corner(bounds, scale)
    wide, high = bounds.right() * scale - corner.x(), bounds.bottom() * scale - corner.y()
    picture = QPixmap(math.ceil(wide), math.ceil(high))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-corner)
    painter.scale(scale, scale)
    drawing.paint(painter, style)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
