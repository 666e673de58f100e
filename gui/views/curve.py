"""The curve a network has fitted through its points."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight import registry
from core.insight._base import Frame, Request
from core.words import Words
from gui.i18n import say
from gui.theme.tokens import Tokens
from gui.views._base import Selection, View
from gui.views.colours import readable
from gui.views.legend import Entry, Legend, draw_mark
from gui.views.plot import Plot


class FittedCurve(View):
    """Points, and the line of what the network says between them."""

    title: ClassVar[Words] = Words("Fitted curve", "拟合曲线")
    icon: ClassVar[str] = "curve"
    insight: ClassVar[str] = "curve"
    nothing: ClassVar[Words] = Words(
        "This view is for networks with one number in and one out, such as one that fits Sine.",
        "此视图用于一个数输入、一个数输出的网络，例如拟合正弦。",
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend, self.plot = Legend(), Plot()
        self.dots = _Dots(self.plot)
        self.line = self.plot.line("curve1", strong=True)
        self.bar.addWidget(self.legend, 1)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.plot.pointed.connect(self._on_pointed)
        self.show_empty(self.nothing)

    def requests(self, document: Document, inference: Inference, selection: Selection) -> tuple[Request, ...]:
        """The line and its points."""
        suits = registry()[self.insight].suits(document, inference, "")
        return self.ask(Request(self.insight)) if suits else self.ask()

    def draw(self, frame: Frame) -> None:
        """The height holds all points; a line that leaves it is cut off there."""
        points, line, held_out = (frame.arrays[k] for k in ("points", "line", "held_out"))
        low, high = float(points[:, 1].min()), float(points[:, 1].max())
        margin = 0.12 * (high - low or 1.0)
        self.plot.show_range((float(line[0, 0]), float(line[-1, 0])), (low - margin, high + margin))
        self.line.show(line[:, 0], line[:, 1])
        self.dots.show(points, held_out)
        entries = [
            Entry(Words("the network", "网络"), "curve1", strong=True),
            Entry(Words("to learn from", "训练点"), "curve0", None, mark="circle"),
        ]
        if held_out.any():
            entries.append(Entry(Words("held out", "验证点"), "text_secondary", None, mark="triangle", hollow=True))
        self.legend.show_entries(entries)
        self.readout.say(say(Words(f"step {frame.step:,}", f"第 {frame.step:,} 步")))
        if self.plot.at is not None:
            self._on_pointed(self.plot.at)

    def clear(self) -> None:
        super().clear()
        self.line.show(np.empty(0), np.empty(0))
        self.dots.show(np.empty((0, 2)), np.empty(0, bool))

    def set_running(self, running: bool) -> None:
        super().set_running(running)
        self.plot.set_running(running)

    def retranslate(self) -> None:
        self.plot.setAccessibleName(
            say(Words("Fitted curve: left and right move along it", "拟合曲线：左右键沿线移动"))
        )
        super().retranslate()

    def restyle(self, tokens: Tokens) -> None:
        super().restyle(tokens)
        for part in (self.plot, self.legend, self.dots):
            part.restyle(tokens)

    def _on_pointed(self, x: Any) -> None:
        if x is None or self.frame is None:
            self.readout.point("")
            return
        names = [str(n) for n in self.frame.arrays["axes"]]
        y = float(np.interp(x, self.line.x, self.line.y))
        here = f"{names[0]} = {readable(x)}"
        self.readout.point(say(Words(f"{here}: the network says {names[1]} = {readable(y)}",
                                     f"{here}：网络输出 {names[1]} = {readable(y)}")))  # fmt: skip


class _Dots(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Points of a plot: full circles to learn from, hollow triangles held out."""

    def __init__(self, plot: Plot) -> None:
        super().__init__()
        self.plot = plot
        self.points, self.held_out = np.empty((0, 2)), np.empty(0, bool)
        self._tokens: Tokens | None = None
        self.setZValue(0.5)
        plot.addItem(self, ignoreBounds=True)

    def restyle(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.update()

    def show(self, points: Any, held_out: Any) -> None:
        if not (np.array_equal(points, self.points) and np.array_equal(held_out, self.held_out)):
            self.points, self.held_out = points, held_out
            self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self.plot.box.viewRect())

    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        if self._tokens is None:
            return
        to_pixels = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        full, hollow = QColor(self._tokens.curves[0]), QColor(self._tokens.text_secondary)
        for (x, y), held in zip(self.points.tolist(), self.held_out.tolist(), strict=True):
            at = to_pixels.map(QPointF(x, y))
            draw_mark(painter, "triangle" if held else "circle", at, 3.2, hollow if held else full, hollow=held)
        painter.restore()
