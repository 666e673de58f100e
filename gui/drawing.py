"""The network as a picture on paper: light whatever the theme is, with every detail whatever the size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter, QPicture
from PySide6.QtSvg import QSvgGenerator

from core.data._files import shown
from core.graph.document import Document
from core.project.pictures import into_png, into_svg
from gui.canvas.scene import SceneController
from gui.document.store import Store
from gui.svg_letters import outlined
from gui.theme.tokens import LIGHT

PAPER = replace(LIGHT, canvas="#FFFFFF")
SHARP = 2.0  # pixels for each unit of the canvas
MARGIN = 16.0  # units around the network
MOST_PIXELS = 64_000_000
POINT = 0.75  # points on paper for each unit, where the page is large enough


class Drawing:
    """What is on the canvas of a store now. It is drawn once, and put on any kind of paper."""

    def __init__(self, store: Store) -> None:
        self.project, self.title = store.root, store.root.title
        copy = Store(store.root)
        copy.go(store.scope)
        items = SceneController(copy, tokens=PAPER)
        self.area = items.bounds().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        self.picture = QPicture()
        painter = QPainter(self.picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        items.graphics.render(painter, QRectF(0, 0, self.area.width(), self.area.height()), self.area)
        painter.end()
        copy.open(Document())  # its items go one by one

    @property
    def size(self) -> QSize:
        """Of the drawing, in units of the canvas."""
        return self.area.size().toSize()

    def image(self) -> QImage:
        """At two pixels a unit, or as many as fit into a picture that can still be opened elsewhere."""
        scale = min(SHARP, (MOST_PIXELS / (self.area.width() * self.area.height())) ** 0.5)
        image = QImage((self.area.size() * scale).toSize(), QImage.Format.Format_RGB32)
        image.fill(PAPER.canvas)
        self._paint(image, QRectF(image.rect()))
        image.setDotsPerMeterX(round(scale * 96 / 0.0254))
        image.setDotsPerMeterY(round(scale * 96 / 0.0254))
        return image

    def png(self) -> bytes:
        """The image, with the project in it."""
        image = self.image()
        return into_png(_written(lambda device: image.save(device, "PNG")), self.project)  # type: ignore[call-overload]

    def svg(self) -> bytes:
        """Lines and letters, with the project in it."""

        def write(device: QIODevice) -> None:
            page = QSvgGenerator()
            page.setOutputDevice(device)
            page.setResolution(96)
            page.setSize(self.size)
            page.setViewBox(QRectF(0, 0, self.size.width(), self.size.height()))
            page.setTitle(shown(self.title, 200))
            self._paint(page, QRectF(0, 0, self.size.width(), self.size.height()))

        return into_svg(outlined(_written(write).decode()).encode(), self.project)

    def pdf(self) -> bytes:
        """A page just as large as the drawing."""

        def write(device: QIODevice) -> None:
            page = QPdfWriter(device)
            page.setTitle(shown(self.title, 200))
            page.setPageSize(QPageSize(QSizeF(self.area.size()) * POINT, QPageSize.Unit.Point))
            page.setPageMargins(QMarginsF())
            self._paint(page, QRectF(0, 0, page.width(), page.height()))

        return _written(write)

    def put_on(self, page: QPagedPaintDevice) -> None:
        """Print it, in the middle of the page, as large as it fits but not larger than life."""
        resolution = page.logicalDpiX()
        room = QRectF(page.pageLayout().paintRectPixels(resolution))
        room.moveTo(0, 0)
        scale = min(room.width() / self.area.width(), room.height() / self.area.height(), POINT * resolution / 72)
        size = self.area.size() * scale
        self._paint(
            page,
            QRectF((room.width() - size.width()) / 2, (room.height() - size.height()) / 2, size.width(), size.height()),
        )

    def turn(self, page: QPagedPaintDevice) -> None:
        """Lay the page the way that the drawing fits best."""
        wide = self.area.width() > self.area.height()
        page.setPageOrientation(QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait)

    def _paint(self, paper: QImage | QSvgGenerator | QPagedPaintDevice, where: QRectF) -> None:
        painter = QPainter(paper)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(where, Qt.GlobalColor.white)
        painter.translate(where.topLeft())
        painter.scale(where.width() / self.area.width(), where.height() / self.area.height())
        painter.drawPicture(0, 0, self.picture)
        painter.end()


def _written(write: Callable[[QIODevice], object]) -> bytes:
    """What is written to a device in memory."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    return bytes(buffer.data().data())
