"""What is copied from a picture looks as if it had been painted there; on paper there are outlines."""

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QByteArray, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from gui.canvas.shell import Shell
from gui.canvas.stamp import MOST_KEPT, stamp
from gui.canvas.style import Style
from gui.theme.tokens import THEMES

SHELLS = [
    Shell(96.0, "convolution", "edge", detailed=True),
    Shell(96.0, "linear", "edge_selected", detailed=True),
    Shell(28.0, "shape", "edge_fault", detailed=False),
    Shell(60.0, "", "edge_off", detailed=True),
    Shell(96.0, "", "edge", detailed=True, active=True),
]


def painted(drawing, style, zoom, ratio, *, outlines):
    """A picture of it at a place that falls on whole pixels, over the canvas's colour."""
    image = QImage(round(260 * zoom * ratio), round(140 * zoom * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(style.canvas)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(16, 12)
    painter.scale(zoom, zoom)
    if outlines:
        drawing.paint(painter, style)
    else:
        stamp(painter, drawing, style)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].astype(int)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("zoom", "ratio"), [(1.0, 1.0), (0.61, 1.0), (1.7, 1.0), (1.0, 2.0), (0.8, 1.5)])
def test_a_copy_looks_like_the_outlines(name, zoom, ratio):
    style = Style(THEMES[name])
    for shell in SHELLS:
        for _ in range(2):  # made, and found again
            wrong = np.abs(
                painted(shell, style, zoom, ratio, outlines=True) - painted(shell, style, zoom, ratio, outlines=False)
            )
            assert wrong.max() <= 3, shell  # translucent layers are rounded one time more


def test_on_paper_there_are_outlines():
    data = QByteArray()
    buffer = QBuffer(data)
    paper = QSvgGenerator()
    paper.setOutputDevice(buffer)
    paper.setViewBox(QRectF(0, 0, 260, 140))
    style = Style(THEMES["light"])
    painter = QPainter(paper)
    stamp(painter, SHELLS[0], style)
    painter.end()
    assert b"<path" in data.data() and b"<image" not in data.data()
    assert not style.pictures


def test_no_more_pictures_are_kept_than_told():
    style = Style(THEMES["dark"])
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for height in range(MOST_KEPT + 40):
        stamp(painter, Shell(30.0 + height, "linear", "edge", detailed=True), style)
    painter.end()
    assert len(style.pictures) == MOST_KEPT
    assert (Shell(30.0 + MOST_KEPT + 39, "linear", "edge", detailed=True), 1.0) in style.pictures
