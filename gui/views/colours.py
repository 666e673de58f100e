"""Numbers as colours: bytes and colour tables for pictures, and the bar that says what the colours mean."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, qRgb
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import maps
from gui.theme.tokens import Tokens

Array = npt.NDArray[Any]
Bytes = npt.NDArray[np.uint8]
Scale = Literal["signed", "positive", "grey"]
TRANSPARENT = 0  # the byte of what is no value; values are 1 to 255, and 128 is zero on a signed scale


def table(scale: Scale, tokens: Tokens) -> Bytes:
    """Red, green, blue of every byte, (256, 3)."""
    if scale == "signed":
        return maps.diverging(on_dark=tokens.is_dark)
    return maps.sequential() if scale == "positive" else maps.greys()


@cache
def colour_table(scale: Scale, tokens: Tokens) -> tuple[int, ...]:
    """The same for QImage, with nothing where there is no value."""
    colours = [qRgb(r, g, b) for r, g, b in table(scale, tokens).tolist()]
    colours[TRANSPARENT] = 0
    return tuple(colours)


def to_bytes(values: Array, limit: float | Array, scale: Scale) -> Bytes:
    """Values as bytes 1 to 255: signed from −limit to limit, others from 0 to limit."""
    limit = np.maximum(limit, 1e-30)
    share = values / limit * 127 + 128 if scale == "signed" else values / limit * 254 + 1
    return np.clip(np.rint(share), 1, 255).astype(np.uint8)


def scale_of(low: float) -> Scale:
    """Signed where there is anything below zero."""
    return "signed" if low < 0 else "positive"


def grid(tiles: Bytes, columns: int, gap: int, zoom: int) -> Bytes:
    """Tiles (n, h, w) or (n, h, w, 4) as one picture: numbers `zoom` pixels wide, `gap` empty pixels between tiles."""
    count, height, width = tiles.shape[:3]
    rows = -(-count // columns)
    if zoom > 1:
        tiles = tiles.repeat(zoom, axis=1).repeat(zoom, axis=2)
        height, width = height * zoom, width * zoom
    whole = np.zeros((rows * columns, height + gap, width + gap, *tiles.shape[3:]), np.uint8)
    whole[:count, :height, :width] = tiles
    whole = whole.reshape(rows, columns, *whole.shape[1:])
    whole = whole.swapaxes(1, 2).reshape(rows * (height + gap), columns * (width + gap), *tiles.shape[3:])
    return np.ascontiguousarray(whole[: whole.shape[0] - gap, : whole.shape[1] - gap])


def to_image(picture: Bytes, colours: Sequence[int] = ()) -> QImage:
    """A QImage that owns its bytes: indexed for (h, w), colour for (h, w, 3) or (h, w, 4)."""
    picture = np.ascontiguousarray(picture)
    height, width = picture.shape[:2]
    if picture.ndim == 2:
        image = QImage(picture.data, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(colours)
    else:
        kind = QImage.Format.Format_RGBA8888 if picture.shape[2] == 4 else QImage.Format.Format_RGB888
        image = QImage(picture.data, width, height, picture.shape[2] * width, kind)
    return image.copy()


def readable(value: float) -> str:
    """A number with three figures that a person reads at a glance."""
    if value == 0:
        return "0"
    text = f"{value:.3g}" if 1e-3 <= abs(value) < 1e5 else f"{value:.1e}"
    return text.replace("-", "−")


class ColourBar(QWidget):
    """A strip of the colours in use, with the numbers at its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._scale: Scale = "signed"
        self._limit = 0.0
        self._ends: tuple[str, str] | None = None
        self._tokens: Tokens | None = None

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self.update()

    def show_scale(self, scale: Scale, limit: float, ends: tuple[str, str] | None = None) -> None:
        """The scale and its greatest value; `ends` are words to put in place of the numbers."""
        if (scale, limit, ends) != (self._scale, self._limit, self._ends):
            before = self.sizeHint()
            self._scale, self._limit, self._ends = scale, limit, ends
            if self.sizeHint() != before:
                self.updateGeometry()
            self.update()

    def labels(self) -> tuple[str, str]:
        """What is written at the two ends."""
        if self._ends is not None:
            return self._ends
        low = 0.0 if self._scale != "signed" else -self._limit
        return readable(low), readable(self._limit)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        least = metrics.horizontalAdvance("−0.0000")  # the bar must not jump with the digits
        wide = sum(max(least, metrics.horizontalAdvance(end)) for end in self.labels())
        return QSize(wide + 84 + 12, max(18, metrics.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tokens is None:
            return
        painter = QPainter(self)
        painter.setPen(QColor(self._tokens.text_secondary))
        low, high = self.labels()
        rect = QRectF(self.rect())
        left = self.fontMetrics().horizontalAdvance(low) + 6
        right = self.fontMetrics().horizontalAdvance(high) + 6
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, low)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, high)
        strip = np.arange(1, 256, dtype=np.uint8)[None]
        bar = QRectF(left, rect.center().y() - 5, rect.width() - left - right, 10)
        painter.drawImage(bar, to_image(strip, colour_table(self._scale, self._tokens)))
        painter.setPen(QColor(self._tokens.stroke_control))
        painter.drawRect(bar)
