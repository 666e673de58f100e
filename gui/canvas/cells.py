"""Boxes by where they are: those near a place are found without asking all the others, and without asking Qt."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor

from gui.canvas.geometry import Rect

CELL = 512.0  # a block lies in one or two, a screen in a dozen


class Cells:
    """A grid of cells, and in each the boxes that touch it."""

    def __init__(self) -> None:
        self.boxes: dict[str, Rect] = {}
        self._cells: dict[tuple[int, int], dict[str, Rect]] = {}

    def put(self, name: str, box: Rect) -> None:
        """A box is here now, wherever it was."""
        before = self.boxes.get(name)
        if before == box:
            return
        if before is not None:
            self._leave(name, before)
        self.boxes[name] = box
        for cell in _touched(box):
            self._cells.setdefault(cell, {})[name] = box

    def drop(self, name: str) -> None:
        """A box is nowhere now, if it was anywhere."""
        if (box := self.boxes.pop(name, None)) is not None:
            self._leave(name, box)

    def near(self, area: Rect) -> dict[str, Rect]:
        """The boxes that touch an area, edges included."""
        left, top, width, height = area
        right, bottom = left + width, top + height
        return {
            name: box
            for cell in _touched(area)
            for name, box in self._cells.get(cell, {}).items()
            if box[0] <= right and left <= box[0] + box[2] and box[1] <= bottom and top <= box[1] + box[3]
        }

    def _leave(self, name: str, box: Rect) -> None:
        for cell in _touched(box):
            inside = self._cells[cell]
            del inside[name]
            if not inside:
                del self._cells[cell]


def _touched(box: Rect) -> Iterator[tuple[int, int]]:
    left, top, width, height = box
    for across in range(floor(left / CELL), floor((left + width) / CELL) + 1):
        for down in range(floor(top / CELL), floor((top + height) / CELL) + 1):
            yield across, down
