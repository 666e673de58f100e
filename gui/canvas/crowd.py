"""A crowd of blocks while one zooms: the whole picture in a stroke a colour, so that it keeps up with the hand."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPen

from gui.canvas.scene import SceneController

LEAST = 100  # blocks in view: more cannot be painted with all their print as fast as a hand zooms


class Crowd:
    """Blocks as boxes and wires as lines, as they were when it was made: it lives for one turn of the wheel."""

    def __init__(self, items: SceneController) -> None:
        self._grounds = [
            (item.ground(), item.sceneBoundingRect()) for item in items.boxes.items.values() if item.isVisible()
        ]
        self._wires: dict[int, tuple[QPen, QPainterPath]] = {}
        for wire in items.wires.values():
            if wire.isVisible():
                pen = wire.far_pen()
                self._wires.setdefault(id(pen), (pen, QPainterPath()))[1].addPath(wire.path())
        self._blocks: dict[int, tuple[QBrush, list[QRectF]]] = {}
        for item in items.nodes.values():
            if item.isVisible():
                brush = item.far_brush()
                self._blocks.setdefault(id(brush), (brush, []))[1].append(item.rect())
        self._chosen = [item.rect() for item in items.nodes.values() if item.selected and item.isVisible()]
        self._style = items.style

    def paint(self, painter: QPainter) -> None:
        """All of it, in the coordinates of the scene."""
        for brush, area in self._grounds:
            painter.fillRect(area, brush)
        painter.setBrush(self._style.hollow)
        for pen, path in self._wires.values():
            painter.setPen(pen)
            painter.drawPath(path)
        painter.setPen(self._style.none)
        for brush, boxes in self._blocks.values():
            painter.setBrush(brush)
            painter.drawRects(boxes)
        painter.setPen(self._style.edge_selected)
        painter.setBrush(self._style.hollow)
        painter.drawRects(self._chosen)
