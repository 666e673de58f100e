"""Guides: a block that is dragged is pulled to the lines of its neighbours, so that edges align and wires run straight."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from gui.canvas.geometry import Point, Rect


@dataclass(frozen=True, slots=True)
class Guide:
    """A straight line from one point to another, along which a block lies now."""

    a: Point
    b: Point


class Guides:
    """The lines of blocks that stay: their left edges, and the heights at which their wires run (`axis`)."""

    def __init__(self, boxes: Iterable[tuple[Rect, float]]) -> None:
        boxes = list(boxes)
        self._lefts = sorted((x, y, y + h) for (x, y, _, h), _ in boxes)
        self._axes = sorted((y + axis, x, x + w) for (x, y, w, _), axis in boxes)

    def pull(self, box: Rect, axis: float, reach: float) -> tuple[float | None, float | None, list[Guide]]:
        """How far to go across and down to lie on the nearest lines within reach, None where there is none; the lines."""
        x, y, width, height = box
        across = _nearest(self._lefts, x, (y, y + height), reach)
        down = _nearest(self._axes, y + axis, (x, x + width), reach)
        left = across[0] if across is not None else x
        line = down[0] if down is not None else y + axis
        found: list[Guide] = []
        if across is not None:
            top, bottom = min(across[1], line - axis), max(across[2], line - axis + height)
            found.append(Guide((left, top), (left, bottom)))
        if down is not None:
            found.append(Guide((min(down[1], left), line), (max(down[2], left + width), line)))
        return (
            None if across is None else left - x,
            None if down is None else line - axis - y,
            found,
        )


def _nearest(
    lines: list[tuple[float, float, float]], at: float, span: tuple[float, float], reach: float
) -> tuple[float, float, float] | None:
    """The line nearest to `at`; of several that are as near, the one whose block is nearest along it."""
    start, stop = bisect_left(lines, (at - reach,)), bisect_left(lines, (at + reach,))
    middle = sum(span) / 2
    return min(
        lines[start:stop],
        key=lambda line: (round(abs(line[0] - at), 3), abs((line[1] + line[2]) / 2 - middle)),
        default=None,
    )
