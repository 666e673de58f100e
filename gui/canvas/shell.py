"""The shell of a block, the same for many: shadow, glow, box, header, stripe and icon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath

from gui.canvas.geometry import HEADER, MARGIN, WIDTH
from gui.canvas.style import Style
from gui.palette.glyph import glyph
from gui.theme import icons

RADIUS = 8.0
EDGE = 0.5  # half the pen that the box is drawn with
AROUND = 10.0  # what is painted outside the box: glow and halo

ICON = QRectF(MARGIN - 2, (HEADER - 16) / 2 + 1, 16, 16)

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

    def bounds(self, style: Style) -> QRectF:
        """What it covers, its box at (0, 0)."""
        return QRectF(-AROUND, -AROUND, WIDTH + 2 * AROUND, self.height + 2 * AROUND)

    def paint(self, painter: QPainter, style: Style) -> None:
        """Paint the outlines."""
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
        strong, tint, _, ink = style.group(self.group)
        painter.setPen(style.none)
        painter.setBrush(tint)
        if self.height == HEADER:
            painter.drawRoundedRect(box.adjusted(EDGE, EDGE, -EDGE, -EDGE), RADIUS, RADIUS)
        else:
            painter.drawPath(HEADER_PATH)
        painter.setBrush(strong)
        painter.drawPath(STRIPE_PATH)
        icons.draw(painter, ICON, glyph(self.group), ink)
