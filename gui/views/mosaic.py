"""Mosaic: many small pictures as one image, with a cell to point at.

One QImage is built for all tiles and drawn once (64 maps cost 2 ms so, and 28 ms as 64 items of a scene). Numbers are
shown as whole blocks of screen pixels, so that a picture of 5 × 5 weights has 25 sharp cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.fonts import font
from gui.theme.tokens import Tokens
from gui.views.colours import Bytes, Scale, colour_table, grid, scale_of, to_bytes, to_image

Array = npt.NDArray[Any]
GAP = 5  # screen pixels between tiles
LARGEST = 48  # screen pixels a cell is at most drawn with, while several tiles are shown
WRITTEN = 40  # a cell this large has its number written into it


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of one tile."""

    tile: int
    row: int
    column: int


class Mosaic(QWidget):
    """Tiles (n, h, w) of numbers, or (n, h, w, 3) of colours. A click or Enter shows one tile alone, and all again."""

    pointed = Signal(object)  # Cell, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.stretched = False  # fill the widget with each tile, whatever its shape (a strip of steps × features)
        self.smooth = False  # for pictures that are a surface, not cells
        self.own_scale = False  # every tile from its own least to its own greatest number
        self.upside_down = False  # row 0 at the bottom
        self.scale: Scale | None = None  # signed or positive by the least number if not given
        self.tiles: Array = np.empty((0, 1, 1), np.float32)
        self.limit = 0.0
        self.cell: Cell | None = None
        self.alone: int | None = None
        self._tokens: Tokens | None = None
        self._image: QImage | None = None
        self._columns, self._zoom, self._origin = 1, 1.0, QPointF()
        self._step = QPointF(1, 1)  # from tile to tile, in screen pixels
        self._cell_size = QPointF(1, 1)

    # what is shown ----------------------------------------------------------------------------------------------------

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self._rebuild()

    def show_tiles(self, tiles: Array, limit: float | None = None) -> None:
        """Other numbers; `limit` is the value at full colour, the greatest magnitude if not given."""
        if tiles.shape[:3] != self.tiles.shape[:3]:
            self.cell = None
            if self.alone is not None and self.alone >= len(tiles):
                self.alone = None
        self.tiles = tiles
        self.limit = float(np.abs(tiles).max()) if limit is None and tiles.size else limit or 0.0
        self._rebuild()

    def clear(self) -> None:
        """Show nothing."""
        self.alone = None
        self.show_tiles(np.empty((0, 1, 1), np.float32))

    def value(self, cell: Cell) -> Array:
        """The number at a cell, or its red, green and blue."""
        return np.asarray(self.tiles[cell.tile, cell.row, cell.column])

    @property
    def visible_tiles(self) -> tuple[int, ...]:
        """The tiles on show: all of them, or one alone."""
        return (self.alone,) if self.alone is not None else tuple(range(len(self.tiles)))

    # geometry ---------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(320, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._rebuild()

    def cell_at(self, at: QPointF) -> Cell | None:
        """The cell under a point of the widget."""
        if not self.tiles.size:
            return None
        at = at - self._origin
        column, row = int(at.x() // self._step.x()), int(at.y() // self._step.y())
        within = QPointF(at.x() - column * self._step.x(), at.y() - row * self._step.y())
        x, y = int(within.x() // self._cell_size.x()), int(within.y() // self._cell_size.y())
        shown = self.visible_tiles
        index = row * self._columns + column
        if not (0 <= column < self._columns and row >= 0 and index < len(shown)):
            return None
        height, width = self.tiles.shape[1:3]
        if not (0 <= x < width and 0 <= y < height):
            return None
        return Cell(shown[index], height - 1 - y if self.upside_down else y, x)

    def rect_of(self, cell: Cell) -> QRectF:
        """Where a cell is drawn."""
        corner = self._corner(cell.tile)
        row = self.tiles.shape[1] - 1 - cell.row if self.upside_down else cell.row
        size = self._cell_size
        return QRectF(corner.x() + cell.column * size.x(), corner.y() + row * size.y(), size.x(), size.y())

    def tile_rect(self, tile: int) -> QRectF:
        """Where a tile is drawn."""
        corner, (height, width) = self._corner(tile), self.tiles.shape[1:3]
        return QRectF(corner.x(), corner.y(), width * self._cell_size.x(), height * self._cell_size.y())

    def _corner(self, tile: int) -> QPointF:
        row, column = divmod(self.visible_tiles.index(tile), self._columns)
        return QPointF(self._origin.x() + column * self._step.x(), self._origin.y() + row * self._step.y())

    def _lay_out(self) -> None:
        """Columns and zoom that make the tiles as large as they can be."""
        count, (height, width) = len(self.visible_tiles), self.tiles.shape[1:3]
        ratio = self.devicePixelRatioF()
        room_x, room_y = self.width() * ratio, self.height() * ratio
        gap = GAP * ratio
        best = (0.0, 0, 1)
        for columns in range(1, count + 1):
            rows = -(-count // columns)
            zoom = min(
                (room_x - gap * (columns - 1)) / (columns * width), (room_y - gap * (rows - 1)) / (rows * height)
            )
            sharp = float(int(zoom)) if zoom >= 1 and not self.smooth else zoom
            best = max(best, (sharp, -(rows * columns - count), columns))
        zoom, _, self._columns = best
        if self.alone is None and not self.smooth:
            zoom = min(zoom, LARGEST * ratio)
        if zoom >= 1 and not self.smooth:
            zoom = float(int(zoom))
        self._zoom = max(zoom, 0.05)
        cell = QPointF(self._zoom / ratio, self._zoom / ratio)
        if self.stretched:
            rows = -(-count // self._columns)
            cell = QPointF(
                (self.width() - GAP * (self._columns - 1)) / (self._columns * width),
                (self.height() - GAP * (rows - 1)) / (rows * height),
            )
        self._cell_size = cell
        self._step = QPointF(width * cell.x() + GAP, height * cell.y() + GAP)
        whole = QPointF(self._columns * self._step.x() - GAP, -(-count // self._columns) * self._step.y() - GAP)
        free_x, free_y = (self.width() - whole.x()) / 2, (self.height() - whole.y()) / 2
        self._origin = QPointF(int(max(0, free_x)), int(max(0, free_y)))

    # drawing ----------------------------------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        self._image = None
        if self._tokens is not None and self.tiles.size and self.width() > 4 and self.height() > 4:
            self._lay_out()
            self._image = self._painted()
        self.update()

    def _painted(self) -> QImage:
        assert self._tokens is not None
        tiles = self.tiles[list(self.visible_tiles)]
        if self.upside_down:
            tiles = tiles[:, ::-1]
        ratio = self.devicePixelRatioF()
        sharp = self._zoom >= 1 and not self.stretched and not self.smooth
        zoom = int(self._zoom) if sharp else 1
        gap = round(GAP * ratio) if sharp else 0
        if tiles.ndim == 4:
            image = to_image(grid(_in_colour(tiles, self.limit), self._columns, gap, zoom))
        else:
            limit: float | Array = self.limit
            scale = self.scale or scale_of(float(self.tiles.min()))
            if self.own_scale:
                limit = np.abs(tiles).max(axis=(1, 2), keepdims=True)
            pictures = to_bytes(tiles, limit, scale)
            image = to_image(grid(pictures, self._columns, gap, zoom), colour_table(scale, self._tokens))
        if not sharp and tiles.ndim == 3:
            image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # once, not for each tile drawn
        image.setDevicePixelRatio(ratio if sharp else 1.0)
        return image

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None or self._tokens is None:
            return
        painter = QPainter(self)
        if self._zoom >= 1 and not self.stretched and not self.smooth:
            painter.drawImage(self._origin, self._image)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth or self._zoom < 1)
            height, width = self.tiles.shape[1:3]
            for i, tile in enumerate(self.visible_tiles):
                row, column = divmod(i, self._columns)
                painter.drawImage(
                    self.tile_rect(tile), self._image, QRectF(column * width, row * height, width, height)
                )
        if self.alone is not None and self.tiles.ndim == 3 and min(self._cell_size.x(), self._cell_size.y()) >= WRITTEN:
            self._write_numbers(painter, self.alone)
        if self.cell is not None and self.cell.tile in self.visible_tiles:
            self._outline(painter, self.cell)

    def _outline(self, painter: QPainter, cell: Cell) -> None:
        """The tile and the cell pointed at, dark and light so that it stands out on any colour."""
        assert self._tokens is not None
        painter.setPen(QPen(QColor(self._tokens.focus), 2))
        painter.drawRect(self.tile_rect(cell.tile).adjusted(-1.5, -1.5, 1.5, 1.5))
        if min(self._cell_size.x(), self._cell_size.y()) >= 5:
            rect = self.rect_of(cell)
            painter.setPen(QPen(QColor("#000000"), 1))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
            painter.setPen(QPen(QColor("#FFFFFF"), 1))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def _write_numbers(self, painter: QPainter, tile: int) -> None:
        assert self._image is not None
        painter.setFont(font("small"))
        for row, column in np.ndindex(*self.tiles.shape[1:3]):
            rect = self.rect_of(Cell(tile, row, column))
            under = self._image.pixelColor(
                int((rect.center().x() - self._origin.x()) * self._image.devicePixelRatio()),
                int((rect.center().y() - self._origin.y()) * self._image.devicePixelRatio()),
            )
            light = 0.2126 * under.redF() + 0.7152 * under.greenF() + 0.0722 * under.blueF()
            painter.setPen(QColor("#101216") if light > 0.45 else QColor("#FFFFFF"))
            painter.drawText(
                rect, Qt.AlignmentFlag.AlignCenter, f"{self.tiles[tile, row, column]:.2g}".replace("-", "−")
            )

    # pointing ---------------------------------------------------------------------------------------------------------

    def point_at(self, cell: Cell | None) -> None:
        """Mark a cell and say so."""
        if cell != self.cell:
            self.cell = cell
            self.pointed.emit(cell)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            cell = self.cell_at(event.position())
            self.show_alone(None if self.alone is not None or cell is None else cell.tile)

    def show_alone(self, tile: int | None) -> None:
        """One tile as large as it can be, or all of them."""
        if len(self.tiles) > 1 or tile is None:
            self.alone = tile
            self._rebuild()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from tile to tile, or from cell to cell of one alone; Enter shows one alone; Escape shows all."""
        if not self.tiles.size:
            super().keyPressEvent(event)
            return
        key = Qt.Key(event.key())
        cell = self.cell or Cell(self.visible_tiles[0], 0, 0)
        moves = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        if key in moves:
            down, right = moves[key]
            if self.alone is not None or len(self.tiles) == 1:
                height, width = self.tiles.shape[1:3]
                down = -down if self.upside_down else down
                cell = Cell(
                    cell.tile, min(max(cell.row + down, 0), height - 1), min(max(cell.column + right, 0), width - 1)
                )
            else:
                tile = cell.tile + down * self._columns + right
                cell = Cell(tile, cell.row, cell.column) if 0 <= tile < len(self.tiles) else cell
            self.point_at(cell)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.show_alone(cell.tile if self.alone is None else None)
        elif key == Qt.Key.Key_Escape and self.alone is not None:
            self.show_alone(None)
        else:
            super().keyPressEvent(event)


def _in_colour(tiles: Array, limit: float) -> Bytes:
    """Weights −limit to limit, or bytes, as red, green, blue and opaque."""
    if tiles.dtype != np.uint8:
        tiles = np.clip(np.rint(tiles / max(limit, 1e-30) * 127.5 + 127.5), 0, 255).astype(np.uint8)
    if tiles.shape[3] == 1:
        tiles = tiles.repeat(3, axis=3)
    opaque = np.full((*tiles.shape[:3], 1), 255, np.uint8)
    return np.concatenate([tiles, opaque], axis=3)
