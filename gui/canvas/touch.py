"""Fingers on the canvas: one does what the mouse does, held still it asks for the menu, two pan and zoom."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QMouseEvent, QTouchEvent

from core.words import Words
from gui.canvas.geometry import Point
from gui.i18n import say

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas

HOLD_MS = 500
LIFT = Words("Lift the finger for the menu", "松开手指打开菜单")
STILL = 12.0  # pixels that a finger trembles
TARGET = 44  # pixels across that a finger hits for certain
KINDS = frozenset({QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel})
NO_BUTTON, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


class Touch:
    """Follows the fingers. A second one takes the canvas away from the first: what that had begun is put back."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.used = False  # the last to point at something was a finger, so targets are large
        self._down: QPointF | None = None  # where the one finger that works went down
        self._still = False  # it has not gone from there
        self.asks: QPointF | None = None  # it was held there long enough: lifted, it opens the menu
        self._start: tuple[Point, float, float] | None = None  # of two: the point between, how far apart, the scale
        self._tapped: QPointF | None = None
        self._since_tap = QElapsedTimer()
        self._hold = QTimer(canvas)
        self._hold.setSingleShot(True)
        self._hold.setInterval(HOLD_MS)
        self._hold.timeout.connect(self._held)

    def take(self, event: QTouchEvent) -> bool:
        """Fingers went down, moved or went up. False for what lies on a button over the canvas: Qt makes a click of it."""
        points = event.points()
        begins = event.type() is QEvent.Type.TouchBegin
        if begins and self._canvas.viewport().childAt(points[0].position().toPoint()) is not None:
            event.ignore()
            return False
        event.accept()
        self.point(finger=True)
        down = [p.position() for p in points if p.state() is not p.State.Released]
        if event.type() is QEvent.Type.TouchCancel:
            self._drop()
        elif len(down) > 1:
            self._two(down[0], down[1])
        elif begins:
            self._press(points[0].position())
        elif self._down is not None:
            self._follow(points[0].position(), up=not down)
        elif self.asks is not None:
            self._ask(points[0].position(), up=not down)
        if not down:
            self._start = None
        return True

    def point(self, *, finger: bool) -> None:
        """Who points now; a finger wants large targets."""
        if finger != self.used:
            self.used = finger
            self._canvas.steppers.fit_to(TARGET if finger else 0)

    # one finger -------------------------------------------------------------------------------------------------------

    def _press(self, at: QPointF) -> None:
        self._down, self._still = at, True
        before, interval = self._tapped, QGuiApplication.styleHints().mouseDoubleClickInterval()
        again = before is not None and _apart(before, at) < 2 * STILL and not self._since_tap.hasExpired(interval)
        self._tapped = None if again else at
        self._since_tap.start()
        self._send(QEvent.Type.MouseButtonDblClick if again else QEvent.Type.MouseButtonPress, at)
        self._hold.start()

    def _follow(self, at: QPointF, *, up: bool) -> None:
        assert self._down is not None
        if self._still and _apart(self._down, at) > STILL:
            self._still, self._tapped = False, None
            self._hold.stop()
        if not self._still:
            self._send(QEvent.Type.MouseMove, at)
        if up:
            place = self._down if self._still else at
            self._hold.stop()
            self._down = None
            self._send(QEvent.Type.MouseButtonRelease, place)
            self._canvas.hover_nothing()

    def _held(self) -> None:
        at = self._down
        self._drop()
        if at is not None:
            self.asks = at
            self._canvas.tell(say(LIFT), "accepts", self._canvas.scene_point(at))

    def _ask(self, at: QPointF, *, up: bool) -> None:
        """A menu that opened under the finger would take its lifting for a choice, so it waits for that."""
        asked = self.asks
        if asked is not None and (up or _apart(asked, at) > STILL):
            self._drop()
            if _apart(asked, at) <= STILL:
                self._canvas.open_menu(asked)

    def _drop(self) -> None:
        """Whatever the one finger had begun, back; until all fingers are up it does nothing more."""
        self._hold.stop()
        if self.asks is not None:
            self._canvas.tell("", "open", (0.0, 0.0))
        self._down = self._tapped = self.asks = None
        self._canvas.pointer.cancel()

    def _send(self, kind: QEvent.Type, at: QPointF) -> None:
        canvas = self._canvas
        there = QPointF(canvas.viewport().mapToGlobal(at))
        button = NO_BUTTON if kind is QEvent.Type.MouseMove else LEFT
        held = NO_BUTTON if kind is QEvent.Type.MouseButtonRelease else LEFT
        event = QMouseEvent(kind, at, there, button, held, Qt.KeyboardModifier.NoModifier)
        {
            QEvent.Type.MouseButtonPress: canvas.mousePressEvent,
            QEvent.Type.MouseButtonDblClick: canvas.mouseDoubleClickEvent,
            QEvent.Type.MouseMove: canvas.mouseMoveEvent,
            QEvent.Type.MouseButtonRelease: canvas.mouseReleaseEvent,
        }[kind](event)

    # two fingers ------------------------------------------------------------------------------------------------------

    def _two(self, a: QPointF, b: QPointF) -> None:
        """What lay between the fingers when they went down stays between them."""
        canvas, middle, apart = self._canvas, (a + b) / 2, max(_apart(a, b), 1.0)
        if self._start is None:
            self._drop()
            canvas.travelling.stop()
            self._start = canvas.scene_point(middle), apart, canvas.scale_now
        point, first, scale = self._start
        canvas.zoom_by_hand(scale * apart / first / canvas.scale_now, middle)
        canvas.pan(middle - canvas.viewportTransform().map(QPointF(*point)))


def _apart(a: QPointF, b: QPointF) -> float:
    return hypot(a.x() - b.x(), a.y() - b.y())
