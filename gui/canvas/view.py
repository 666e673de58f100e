"""The window onto the scene: zoom, pan, fit and the grid of dots behind everything."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from gui.canvas.crowd import LEAST, Crowd
from gui.canvas.geometry import Point
from gui.canvas.motion import Motion, between
from gui.canvas.overlay_items import Answer, TipItem
from gui.canvas.scene import SceneController
from gui.theme.apply import theme

Place = tuple[Point, float]  # the middle of the view and its scale

SMALLEST, LARGEST = 0.1, 4.0
DOTS = 24.0  # between dots of the grid, three steps of snapping
MARGIN = 48.0, 84.0  # around what is fitted: across, and down, where steppers stand
REST_MS = 120
EDGE = 28  # pixels from the edge where a drag begins to pull the view along
PULL = 14  # pixels a tick at most


class View(QGraphicsView):
    """Zooms at the cursor, pans without end, and repaints only what changed."""

    zoomed = Signal(float)
    wheel_zooms = True  # where it does not, the wheel scrolls and Ctrl+wheel zooms

    def __init__(self, items: SceneController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.items_ = items
        self.travelling = Motion(self)
        self.setScene(items.graphics)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # so that Qt pans by moving pixels
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._rested)
        self._crowd: Crowd | None = None  # what is painted instead of the scene while the hand zooms
        items.store.changed.connect(self._rested)
        self.centerOn(0, 0)
        self._tip = self._new_tip()
        theme.changed.connect(self._restyled)

    def tell(self, text: str, answer: Answer, at: Point) -> None:
        """A word beside the cursor; "" takes it away."""
        self._tip.say(text, answer, at, self.visible())

    def _new_tip(self) -> TipItem:
        tip = TipItem(self.items_.style)
        self.items_.graphics.addItem(tip)
        return tip

    def _restyled(self, *_: object) -> None:
        self.scene().removeItem(self._tip)
        self._tip = self._new_tip()
        self.viewport().update()

    # zoom and pan -----------------------------------------------------------------------------------------------------

    @property
    def scale_now(self) -> float:
        """Pixels a unit of the canvas."""
        return self.transform().m11()

    def zoom(self, by: float, at: QPointF | None = None) -> None:
        """Zoom by a factor; what is under `at` (in the middle of the view where not given) stays there."""
        self.zoom_to(self.scale_now * by, at)

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Zoom to a scale between 0.1 and 4."""
        scale = min(LARGEST, max(SMALLEST, scale))
        fixed = at if at is not None else QRectF(self.viewport().rect()).center()
        before = self.scene_point(fixed)
        if scale == self.scale_now:
            return
        self.resetTransform()
        self.scale(scale, scale)
        after = self.viewportTransform().map(QPointF(*before))
        self.pan(fixed - after)
        self.zoomed.emit(scale)

    def zoom_by_hand(self, by: float, at: QPointF) -> None:
        """Zoom; a crowd of blocks is drawn as boxes until the hand rests, so that the picture keeps up with it."""
        if self._crowd is None and len(self.items_.nodes_in(self.visible())) > LEAST:
            self._crowd = Crowd(self.items_)
        if self._crowd is not None:
            self._rest.start()
        self.zoom(by, at)

    def _rested(self, *_: object) -> None:
        self._rest.stop()
        if self._crowd is not None:
            self._crowd = None
            self.viewport().update()

    def pan(self, by: QPointF) -> None:
        """Move the picture by some pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - round(by.x()))
        down.setValue(down.value() - round(by.y()))

    def fit(self) -> None:
        """Show all blocks, never larger than life."""
        self._fit(self.items_.bounds())

    def fit_selection(self) -> None:
        """Show the selected blocks, or all where none is selected."""
        self._fit(self.items_.bounds(self.items_.store.selection or None))

    def show_blocks(self, names: Collection[str]) -> None:
        """Bring blocks into view: as little movement as will do, at the zoom as it is where they fit."""
        box = self.items_.bounds(names)
        if box.isEmpty():
            return
        seen = self.visible()
        if box.width() > seen.width() or box.height() > seen.height():
            self._fit(box)
        elif not seen.adjusted(8, 8, -8, -8).contains(box):
            self.ensureVisible(box, 40, 40)

    def _fit(self, box: QRectF) -> None:
        if box.isEmpty():
            self.look_at((0.0, 0.0), 1.0)
            return
        wide, high = self.viewport().width() - MARGIN[0], self.viewport().height() - MARGIN[1]
        centre = box.center()
        self.look_at((centre.x(), centre.y()), min(1.0, wide / box.width(), high / box.height()))

    def place(self) -> Place:
        """Where one looks: the point in the middle, and the scale."""
        return self.scene_point(QRectF(self.viewport().rect()).center()), self.scale_now

    def look_at(self, centre: Point, scale: float) -> None:
        """Go there."""
        scale = min(LARGEST, max(SMALLEST, scale))
        (x, y), was = self.place()

        def step(at: float) -> None:
            now = was * (scale / was) ** at
            far = at if scale == was else (1 / was - 1 / now) / (1 / was - 1 / scale)  # so that the path is straight
            self.zoom_to(scale if at >= 1.0 else now)
            self.centerOn(between(x, centre[0], far), between(y, centre[1], far))

        self.travelling.run(step)

    def visible(self) -> QRectF:
        """The part of the scene that is seen."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def scene_point(self, at: QPointF) -> Point:
        """The point of the scene under a point of the viewport, exact below a pixel."""
        inverse, _ = self.viewportTransform().inverted()
        found = inverse.map(at)
        return found.x(), found.y()

    def view_point(self, at: Point) -> QPoint:
        """The pixel of the viewport over a point of the scene."""
        return self.viewportTransform().map(QPointF(*at)).toPoint()

    def edge_pull(self, at: QPointF) -> QPointF:
        """How far to pan per tick while something is dragged near the edge; (0, 0) elsewhere."""
        box = self.viewport().rect()
        x, y = at.x(), at.y()
        across = max(0.0, EDGE - x) - max(0.0, x - (box.width() - EDGE))
        down = max(0.0, EDGE - y) - max(0.0, y - (box.height() - EDGE))
        return QPointF(max(-PULL, min(PULL, across / 2)), max(-PULL, min(PULL, down / 2)))

    # events -----------------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        self.travelling.stop()
        pixels, angle = event.pixelDelta(), event.angleDelta()
        keys = event.modifiers()
        trackpad = not pixels.isNull() and event.phase() is not Qt.ScrollPhase.NoScrollPhase
        if keys & Qt.KeyboardModifier.ControlModifier or (self.wheel_zooms and not trackpad and not _sideways(event)):
            self.zoom_by_hand(2 ** ((angle.y() or angle.x()) / 480), event.position())
        elif trackpad:
            self.pan(QPointF(pixels))
        elif _sideways(event):
            self.pan(QPointF(angle.x() or angle.y(), 0) / 2)
        else:
            self.pan(QPointF(angle) / 2)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent):
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by_hand(1.0 + event.value(), event.position())
                return True
            if event.gestureType() is Qt.NativeGestureType.SmartZoomNativeGesture:
                self.fit()
                return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._crowd is None:
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        painter.setTransform(self.viewportTransform())
        self.drawBackground(painter, self.visible())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._crowd.paint(painter)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Dots, farther apart the farther away one is; none when blocks are plain boxes."""
        style, scale = self.items_.style, self.scale_now
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        more = 2 / scale  # where a pixel of the screen lies only half in the view, all of it is painted
        painter.fillRect(QRectF(rect).adjusted(-more, -more, more, more), style.canvas)
        step = DOTS if scale > 0.55 else 2 * DOTS if scale > 0.3 else 0.0
        if step:
            # a row of dots is one dashed line: a stroke a row instead of a call a dot
            size = 1.6 if scale > 0.8 else 1.25
            pen = QPen(style.grid, size / scale)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([1.0, step * scale / size - 1.0])
            painter.setPen(pen)
            left = (rect.left() // step) * step - size / scale / 2
            top = (rect.top() // step) * step
            rows = [top + n * step for n in range(int(rect.height() // step) + 2)]
            painter.drawLines([QLineF(left, y, rect.right() + step, y) for y in rows])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _sideways(event: QWheelEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
