"""Plot: pyqtgraph with the rules that keep it fast, and no others.

Measured on 10,000 points (design notes, 5.1): automatic ranges cost 2.5 times, wide pens 5 times, `showGrid` 6 to 13
times. So ranges are set here and grow in steps, pens are thin and plain while a run is on, grid lines are a few that are
made once, and items are never made or removed while the plot lives.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.theme.fonts import font
from gui.theme.tokens import Tokens, mix

pg.setConfigOptions(imageAxisOrder="row-major", antialias=False, useOpenGL=False)

Floats = npt.NDArray[np.float64]
Dash = Literal["solid", "dash", "dot"]
LINES = 12  # grid lines of each plot
PENS = {"solid": Qt.PenStyle.SolidLine, "dash": Qt.PenStyle.DashLine, "dot": Qt.PenStyle.DotLine}
FAINT = 0.5  # how much of its colour a faint line has
LEAST = 1e-12  # drawn in place of what has no logarithm


class Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Curves in a frame with fixed ranges. `pointed` tells the x under the mouse or the keyboard's cursor, or None."""

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _kept.append(self)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.box: Any = self.getPlotItem().getViewBox()
        self.box.disableAutoRange()
        self.box.setDefaultPadding(0)
        self.logarithmic = False
        self.percent = False  # y is a share and is written as one
        self.unit = ""  # of x, written once
        self.head = 0  # pixels above the range that no curve enters
        self.x_range = (0.0, 1.0)
        self.y_range = (0.0, 1.0)
        self.at: float | None = None
        self._lines: list[Line] = []
        self._tokens: Tokens | None = None
        self._running = False
        self._grid = pg.PlotCurveItem(
            connect="pairs", skipFiniteCheck=True
        )  # one item, where a line each would cost most
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.setVisible(False)
        for item in (self._grid, self._cursor):
            item.setZValue(-5)
            self.addItem(item, ignoreBounds=True)
        self.getPlotItem().layout.setContentsMargins(0, 8, 12, 0)  # half a number of an axis may stand out
        for side in ("left", "bottom"):
            self.getAxis(side).setStyle(tickLength=0, autoExpandTextSpace=False)
        self._place()

    # parts ------------------------------------------------------------------------------------------------------------

    def line(self, colour: str, *, dash: Dash = "solid", strong: bool = False, faint: bool = False) -> Line:
        """A line to give points to. `colour` is the name of a token, or curve0, curve1 and so on."""
        made = Line(self, colour, dash, strong=strong, faint=faint)
        self._lines.append(made)
        return made

    def restyle(self, tokens: Tokens) -> None:
        """Another theme."""
        self._tokens = tokens
        self.setBackground(tokens.plot)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(QPen(QColor(tokens.stroke)))
            axis.setTextPen(QColor(tokens.text_secondary))
            axis.setTickFont(font("small"))
        self.getAxis("left").setWidth(QFontMetrics(font("small")).horizontalAdvance("0.00000") + 6)
        self.getAxis("bottom").setHeight(self.fontMetrics().height() + 8)
        grid = pg.mkPen(mix(tokens.plot, tokens.text_secondary, 0.18), width=1)
        self._grid.setPen(grid)
        self._cursor.setPen(pg.mkPen(tokens.text_secondary, width=1))
        for line in self._lines:
            line.restyle(tokens, running=self._running)

    def set_running(self, running: bool) -> None:
        """Thin lines while a run is on, smooth ones when there is time."""
        self._running = running
        if self._tokens is not None:
            for line in self._lines:
                line.restyle(self._tokens, running=running)

    # ranges -----------------------------------------------------------------------------------------------------------

    def show_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Exactly these ranges, y in the units of the data."""
        if (x, y) != (self.x_range, self.y_range):
            self.x_range, self.y_range = x, y
            self._place()

    def include(self, x: float, low: float, high: float) -> None:
        """Grow so that x is inside and low to high fills most of the height; move seldom."""
        right = self.x_range[1]
        while x > right:
            right = max(right * 1.5, 10.0)
        bottom, top = self.y_range
        if self.logarithmic:
            low, high = math.log10(max(low, LEAST)), math.log10(max(high, LEAST))
            bottom, top = math.log10(max(bottom, LEAST)), math.log10(max(top, LEAST))
        height = top - bottom
        fits = bottom <= low and high <= top - 0.1 * height and (high - low) >= 0.55 * height
        if not fits:
            spread = (high - low) or abs(high) or 1.0
            touches_zero = not self.logarithmic and 0 <= low < 0.6 * high
            bottom = 0.0 if touches_zero else low - 0.12 * spread
            top = high + 0.16 * max(high - bottom, 0.1 * spread)
        if self.logarithmic:
            bottom, top = 10**bottom, 10**top
        self.show_range((self.x_range[0], right), (bottom, top))

    def set_units(self, x: str, *, percent: bool) -> None:
        """What x counts, and whether y is a share, to be written as one."""
        if (x, percent) != (self.unit, self.percent):
            self.unit, self.percent = x, percent
            self._place()

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Equal ratios at equal distances, or equal differences."""
        self.logarithmic = logarithmic
        self._place()
        for line in self._lines:
            line.redraw()

    def height_of(self, values: Floats) -> Floats:
        """Values as they lie on the y axis."""
        return np.log10(np.maximum(values, LEAST)) if self.logarithmic else values

    def _place(self) -> None:
        low, high = (float(v) for v in self.height_of(np.array(self.y_range)))
        if not high > low:
            low, high = low - 0.5, high + 0.5
        above = (high - low) * self.head / max(self.height() - 2 * self.head, self.head, 1)
        self.box.setRange(xRange=self.x_range, yRange=(low, high + above), padding=0, update=True)
        x_ticks = ticks(*self.x_range, most=max(2, self.width() // 80))
        first = next((v for v in x_ticks if v > self.x_range[0]), None)
        labels = [f"{counted(v)} {self.unit}".strip() if v == first else counted(v) for v in x_ticks]
        self.getAxis("bottom").setTicks([list(zip(x_ticks, labels, strict=True))])
        most = max(3, min(LINES, self.height() // 32))
        values = decades(low, high, most) if self.logarithmic else ticks(low, high, most)
        written = [10**v for v in values] if self.logarithmic else values
        labels = [f"{v * 100:.4g} %" if self.percent else figure(v) for v in written]
        self.getAxis("left").setTicks([list(zip(values, labels, strict=True))])
        self._grid.setData(np.tile(self.x_range, len(values)), np.repeat(np.array(values, float), 2))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_grid"):
            self._place()

    def close(self) -> bool:
        """Hide, as any widget; pyqtgraph's own way takes the scene apart while its items still wait to be painted."""
        return bool(QWidget.close(self))

    # pointing ---------------------------------------------------------------------------------------------------------

    def point_at(self, x: float | None) -> None:
        """Put the cursor at x, or away."""
        if x is not None:
            x = min(max(x, self.x_range[0]), self.x_range[1])
            self._cursor.setValue(x)
        self._cursor.setVisible(x is not None)
        self.at = x
        self.pointed.emit(x)

    def pixel(self) -> float:
        """How much of x one pixel is."""
        return (self.x_range[1] - self.x_range[0]) / max(1.0, float(self.box.width()))

    def x_of(self, at: QPointF) -> float:
        """X under a point of the widget."""
        return float(self.box.mapSceneToView(self.mapToScene(at.toPoint())).x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        inside = self.box.sceneBoundingRect().contains(self.mapToScene(event.position().toPoint()))
        self.point_at(self.x_of(event.position()) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        self.point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the cursor; Escape puts it away."""
        key, (low, high) = Qt.Key(event.key()), self.x_range
        step = (high - low) / 100
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            at = (low + high) / 2 if self.at is None else self.at
            self.point_at(at + (step if key == Qt.Key.Key_Right else -step))
        elif key == Qt.Key.Key_Escape and self.at is not None:
            self.point_at(None)
        else:
            event.ignore()

    def wheelEvent(self, event: Any) -> None:
        event.ignore()  # a dashboard scrolls, its plots do not zoom


# Python's collector takes a plot and its items apart in any order, while Qt may still ask a half-taken item for its
# size (a segmentation fault, seen in tests). So Python lets go of no plot; Qt deletes it with its window.
_kept: list[Plot] = []


class Line:
    """One line of a plot: its points, its colour by name, its dashes."""

    def __init__(self, plot: Plot, colour: str, dash: Dash, *, strong: bool, faint: bool) -> None:
        self.plot, self.colour, self.dash, self.strong, self.faint = plot, colour, dash, strong, faint
        self.x: Floats = np.empty(0)
        self.y: Floats = np.empty(0)
        self.item = pg.PlotCurveItem(skipFiniteCheck=True)
        self.item.setZValue(2 if strong else 0 if faint else 1)
        plot.addItem(self.item, ignoreBounds=True)

    def show(self, x: Floats, y: Floats) -> None:
        """Other points, all finite. The same points again are not drawn again."""
        if np.array_equal(x, self.x) and np.array_equal(y, self.y):
            return
        self.x, self.y = np.ascontiguousarray(x, np.float64), np.ascontiguousarray(y, np.float64)
        self.redraw()

    def redraw(self) -> None:
        """The same points, where the axis now has them."""
        self.item.setData(self.x, self.plot.height_of(self.y))

    def restyle(self, tokens: Tokens, *, running: bool) -> None:
        """Another theme, or a run that began or paused."""
        colour = QColor(colour_of(self.colour, tokens))
        if self.faint:
            colour = QColor(mix(tokens.plot, colour.name(), FAINT))
        width = 1 if running and not self.strong else 2 if self.strong else 1
        self.item.setPen(pg.mkPen(colour, width=width, style=PENS[self.dash]))
        self.item.opts["antialias"] = not running and not self.faint
        self.item.update()


def colour_of(name: str, tokens: Tokens) -> str:
    """The colour a token of this name has; curve0, curve1 … are the family of curves."""
    if name.startswith("curve"):
        return tokens.curves[int(name[5:]) % len(tokens.curves)]
    return str(getattr(tokens, name))


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from low to high, at most so many: 1, 2 or 5 times a power of ten apart."""
    if not high > low:
        return []
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 12) + 0.0 for i in range(first, math.floor(high / step + 1e-9) + 1)]


def decades(low: float, high: float, most: int) -> list[float]:
    """The same on a logarithmic axis, low, high and the answer as powers of ten."""
    for factors in ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1, 3), (1,)):
        powers = range(math.floor(low), math.ceil(high) + 1)
        found = [p + math.log10(f) for p in powers for f in factors if low - 1e-9 <= p + math.log10(f) <= high + 1e-9]
        if len(found) <= most:
            return found
    return found[:: -(-len(found) // most)]


def counted(value: float) -> str:
    """A count, short: 950, 12k, 1.5M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.6g}{letter}".replace("-", "−")
    return f"{value:.6g}".replace("-", "−")


def figure(value: float) -> str:
    """A value on an axis."""
    text = f"{value:.6g}" if value == 0 or 1e-3 <= abs(value) < 1e6 else f"{value:.0e}"
    return text.replace("-", "−")
