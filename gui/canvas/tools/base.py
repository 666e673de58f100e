"""The pointer: tells clicks from drags, runs one gesture at a time, and sees to it that each one ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPointF, Qt

from core.errors import NeuroloomError
from core.words import Words
from gui.canvas.geometry import Point

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas

DRAG_PIXELS = 3.0  # a drag begins here, so that a trembling click moves nothing
DRAG_MILLISECONDS = 150  # or with any movement after this long
LOCKED = Words("It is locked in place. Press L to unlock it.", "它已被锁定，按 L 解除锁定。")
NO_KEYS = Qt.KeyboardModifier.NoModifier


@dataclass(frozen=True, slots=True)
class Where:
    """Where the pointer is, in the scene and in the viewport, and which keys are down."""

    point: Point
    pixel: QPointF
    keys: Qt.KeyboardModifier = NO_KEYS

    def has(self, key: Qt.KeyboardModifier) -> bool:
        """Whether a modifier key is down, whatever else is."""
        return bool(self.keys & key)

    @property
    def ctrl(self) -> bool:
        """Whether Ctrl is down (Command on a Mac)."""
        return self.has(Qt.KeyboardModifier.ControlModifier)

    @property
    def shift(self) -> bool:
        """Whether Shift is down."""
        return self.has(Qt.KeyboardModifier.ShiftModifier)

    @property
    def alt(self) -> bool:
        """Whether Alt is down."""
        return self.has(Qt.KeyboardModifier.AltModifier)


class Tool:
    """One gesture: `press`, then `click`, or `begin`, `move` … and `finish`; or `cancel` at any time. `end` comes last, always."""

    pulls = True  # near the edge of the view, a drag pulls the view along

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.items, self.store = canvas.items_, canvas.store

    def press(self, at: Where) -> None:
        """The button went down."""

    def click(self, at: Where) -> bool:
        """Pressed and released on the spot. True keeps the gesture in the hand until the next click."""
        return False

    def begin(self, at: Where) -> None:
        """The drag begins; `at` is where the button was pressed."""

    def move(self, at: Where) -> None:
        """The pointer is elsewhere, or other keys are down."""

    def finish(self, at: Where) -> None:
        """The button is up: do it, as one entry of the history."""

    def key(self, key: Qt.Key) -> None:
        """A key that was pressed in the middle of the gesture."""

    def cancel(self) -> None:
        """Escape, or something came between: put everything back."""

    def end(self) -> None:
        """Take away whatever was drawn for the gesture."""


class Pointer:
    """At most one tool at work."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._tool: Tool | None = None
        self._pressed: Where | None = None
        self._last: Where | None = None
        self._dragging = self._carried = False
        self._clock = QElapsedTimer()
        self._working = False

    @property
    def tool(self) -> Tool | None:
        """The tool at work."""
        return self._tool

    @property
    def dragging(self) -> bool:
        """Whether a drag is under way (not only a button down)."""
        return self._dragging

    def press(self, tool: Tool, at: Where) -> None:
        """Take up a tool. If one is carried, this press is its last."""
        if self._carried:
            return
        self.cancel()
        self._tool, self._pressed, self._last, self._dragging = tool, at, at, False
        self._clock.start()
        self._guard(tool.press, at)

    def carry(self, tool: Tool, at: Where) -> None:
        """Take up a tool by a key: it follows the pointer without a button, until the next click or Enter."""
        self.cancel()
        self._tool, self._pressed, self._last = tool, at, at
        self._dragging = self._carried = True
        self._guard(tool.begin, at)

    def key(self, key: Qt.Key) -> None:
        """A key in the middle of a gesture: Enter ends one that is carried, the tool knows the others."""
        if self._tool is None or self._last is None:
            return
        if self._carried and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.release(self._last)
        else:
            self._tool.key(key)
            self.again()

    def move(self, at: Where) -> None:
        """The pointer moved."""
        if self._tool is None or self._pressed is None:
            return
        self._last = at
        if not self._dragging:
            far = hypot(at.pixel.x() - self._pressed.pixel.x(), at.pixel.y() - self._pressed.pixel.y())
            if far < DRAG_PIXELS and not (far >= 1.0 and self._clock.hasExpired(DRAG_MILLISECONDS)):
                return
            self._dragging = True
            self._guard(self._tool.begin, self._pressed)
        if self._tool is not None:
            self._guard(self._tool.move, at)

    def again(self, keys: Qt.KeyboardModifier | None = None) -> None:
        """The view moved under the pointer, or a modifier key changed: as if the pointer had moved."""
        if self._dragging and self._last is not None:
            pixel = self._last.pixel
            self.move(Where(self._canvas.scene_point(pixel), pixel, self._last.keys if keys is None else keys))

    def release(self, at: Where) -> None:
        """The button is up."""
        tool = self._tool
        if tool is None:
            return
        if self._dragging:
            self._guard(tool.move, at)
            if self._tool is tool:
                self._guard(tool.finish, at)
            self._put_down()
        elif self._guard(tool.click, at):
            self._dragging = self._carried = True
            self._guard(tool.begin, at)
        else:
            self._put_down()

    def cancel(self) -> None:
        """Drop what is in the hand and put everything back."""
        tool = self._tool
        if tool is None:
            return
        working, self._working = self._working, True
        try:
            tool.cancel()
        finally:
            self._put_down()
            self._working = working

    def document_changed(self) -> None:
        """The document changed. If it was not the tool that changed it, the gesture is about something that is gone."""
        if not self._working:
            self.cancel()

    def _guard(self, step: Callable[[Where], object], at: Where) -> object:
        """Run a step; what it refuses is told and ends the gesture."""
        self._working = True
        try:
            return step(at)
        except NeuroloomError as error:
            self.cancel()
            self._canvas.refused.emit(error.words)
        except BaseException:
            self.cancel()
            raise
        finally:
            self._working = False
        return None

    def _put_down(self) -> None:
        tool, self._tool = self._tool, None
        self._pressed = self._last = None
        self._dragging = self._carried = False
        if tool is not None:
            tool.end()
