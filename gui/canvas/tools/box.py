"""Frames and notes under the hand: a frame carries what lies in it, a corner sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import GraphError
from core.graph import edits, markings
from core.graph.document import Document
from core.words import Words
from gui.canvas.box_item import BoxItem, Part
from gui.canvas.geometry import Point, snapped
from gui.canvas.tools.base import LOCKED, Tool, Where

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas


class MoveBox(Tool):
    """On the title of a frame, or on a note: a click chooses it, a drag moves it, and a frame with all that lies in it.

    A click on the sign before the title collapses a frame, or opens it.
    """

    def __init__(self, canvas: Canvas, item: BoxItem, part: Part = "body") -> None:
        super().__init__(canvas)
        self._part = part
        self.name, self.rect = item.name, item.shown.rect
        self._blocks: dict[str, Point] = {}
        self._boxes: tuple[str, ...] = (item.name,)
        self._before = self.items.boxes.chosen

    def press(self, at: Where) -> None:
        """It alone is chosen, and no block."""
        self.items.boxes.choose(self._before ^ {self.name} if at.ctrl or at.shift else {self.name})
        if not (at.ctrl or at.shift):
            self.store.select(())
            self.items.select_wires(())

    def click(self, at: Where) -> bool:
        """Its sign does something."""
        if self._part == "sign":
            self.canvas.collapse_frames([self.name])
        return False

    def begin(self, at: Where) -> None:
        """Take up what it carries."""
        self._start = at.point
        document = self.store.document
        self._check()
        if self.name in document.frames:
            blocks, self._boxes = markings.content(document, self.name, self.items.places())
            self._blocks = {n: self.items.nodes[n].at for n in blocks}

    def move(self, at: Where) -> None:
        """All of it follows."""
        by = self._by(at)

        def edit(document: Document) -> Document:
            places = {n: (x + by[0], y + by[1]) for n, (x, y) in self._blocks.items()}
            return markings.shift(edits.move(document, places), self._boxes, by)

        self.store.preview(edit)

    def finish(self, at: Where) -> None:
        """Keep it."""
        self.store.commit(
            Words("Move frame", "移动框") if self.name in self.store.document.frames else Words("Move note", "移动注释")
        )

    def cancel(self) -> None:
        """Back."""
        self.store.cancel()
        self.items.boxes.choose(self._before)

    def _check(self) -> None:
        if self.name in self.store.document.frames and self.store.document.frames[self.name].locked:
            raise GraphError(LOCKED)

    def _by(self, at: Where) -> Point:
        x, y = self.rect[:2]
        dx, dy = at.point[0] - self._start[0], at.point[1] - self._start[1]
        return (dx, dy) if at.ctrl else (snapped(x + dx) - x, snapped(y + dy) - y)


class SizeBox(MoveBox):
    """On the corner of a frame or note: a drag sizes it."""

    def begin(self, at: Where) -> None:
        """Nothing comes along."""
        self._start = at.point
        self._check()

    def move(self, at: Where) -> None:
        """As far as the hand is, and never too small to be taken again."""
        x, y, width, height = self.rect
        wide, high = width + at.point[0] - self._start[0], height + at.point[1] - self._start[1]
        if not at.ctrl:
            wide, high = snapped(x + wide) - x, snapped(y + high) - y
        least = markings.SMALLEST
        rect = (x, y, max(least[0], wide), max(least[1], high))
        change = markings.set_frame if self.name in self.store.document.frames else markings.set_note
        self.store.preview(lambda d: change(d, self.name, rect=rect))

    def finish(self, at: Where) -> None:
        """Keep it."""
        self.store.commit(Words("Resize", "调整大小"))
