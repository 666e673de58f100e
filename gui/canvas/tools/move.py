"""Move: blocks follow the hand on the grid; also what a click on a block means, and dragging copies and pulling out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRectF, Qt

from core.errors import GraphError
from core.graph import edits, markings
from core.graph.document import Document
from core.words import Words
from gui.canvas.geometry import WIDTH, Point, snapped
from gui.canvas.guides import Guide, Guides
from gui.canvas.overlay_items import GuideItem
from gui.canvas.tools.base import LOCKED, Tool, Where
from gui.canvas.tools.insert import INSERT, Splice
from gui.document.clipboard import cut_out

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas


PULL = 6.0  # pixels from a guide that pull a block onto it


class Move(Tool):
    """On a block, which goes along grid and guides; Ctrl while dragging leaves both.

    A block without wires that is dropped on a wire is put into it; one that has wires is, too, where Shift is down.
    """

    lifts = True  # the blocks themselves move

    def __init__(self, canvas: Canvas, name: str) -> None:
        super().__init__(canvas)
        self.name = name
        self.start: Point = (0.0, 0.0)
        self.places: dict[str, Point] = {}  # where the blocks were
        self._before = self.store.selection
        self._along: Literal["", "x", "y"] = ""  # the axis that it is kept on
        self._splice: Splice | None = None
        self._is_wired = self._may_splice = self._gives = False
        self._guides = Guides(())
        self._lines: GuideItem | None = None

    def press(self, at: Where) -> None:
        """A block that is not selected is, at once; then one drags it and nothing else."""
        if not (at.ctrl or at.shift) and self.name not in self.store.selection:
            self._select({self.name})

    def click(self, at: Where) -> bool:
        """Select it; Ctrl toggles, Shift adds."""
        if at.ctrl:
            self._select(self._before ^ {self.name})
        else:
            self._select(self._before | {self.name} if at.shift else {self.name})
        return False

    def begin(self, at: Where) -> None:
        """Take up what is selected, but for what is locked."""
        nodes = self.store.document.nodes
        if self.lifts and nodes[self.name].locked:
            raise GraphError(LOCKED)
        self._select(self.store.selection | {self.name})
        self.start = at.point
        shown = self.store.selection - self.items.hidden.keys()  # what is folded into a frame moves with it alone
        chosen = (n for n in shown if not (self.lifts and nodes[n].locked))
        self.places = {name: self.items.nodes[name].at for name in chosen}
        seen = self.canvas.visible()
        boxes = (
            (item.at, item.box)
            for name, item in self.items.nodes.items()
            if name not in self.places and item.isVisible()
        )
        self._guides = Guides(
            ((x, y, WIDTH, box.height), box.axis)
            for (x, y), box in boxes
            if seen.intersects(QRectF(x, y, WIDTH, box.height))
        )
        self._lines = GuideItem(self.items.style)
        self.items.graphics.addItem(self._lines)
        document = self.store.document
        if len(self.places) == 1:
            self._is_wired = bool(document.incoming(self.name) or document.outgoing(self.name))
            self._may_splice = True

    def move(self, at: Where) -> None:
        """The items move; the document waits for the release."""
        self.items.shift(self._now(at))
        self._give(at)
        if not self._may_splice:
            return
        if at.alt or (self._is_wired and not at.shift):
            if self._splice is not None:
                self._splice.end()
            return
        if self._splice is None:
            self._splice = Splice(self.canvas, extract(self.store.document, [self.name]), self.name)
        self._splice.seek(self.items.nodes[self.name].rect(), at.point)

    def finish(self, at: Where) -> None:
        """One entry of the history, the insertion included; over the palette, the composite is kept there and stays here."""
        if self._gives:
            self.items.settle(self.places)
            self.canvas.keep_block()
            return
        now, splice, name = self._now(at), self._splice, self.name
        inserted = splice is not None and splice.wire is not None

        def edit(document: Document) -> Document:
            after = edits.move(document, now)
            return splice.apply(extract(after, [name]), name) if inserted and splice is not None else after

        self.store.apply(INSERT if inserted else moved(len(now)), edit)
        self.items.settle(now)
        if splice is not None and not inserted:
            splice.offer(name)

    def key(self, key: Qt.Key) -> None:
        """X and Y keep the blocks on a line across or down; again, and they go anywhere."""
        axis: Literal["", "x", "y"] = "x" if key is Qt.Key.Key_X else "y" if key is Qt.Key.Key_Y else ""
        if axis:
            self._along = "" if axis == self._along else axis

    def cancel(self) -> None:
        """Back where they were."""
        self.items.settle(self.places)
        self._select(self._before)

    def end(self) -> None:
        """Nothing glows."""
        if self._splice is not None:
            self._splice.end()
        if self._lines is not None:
            self.items.graphics.removeItem(self._lines)
            self._lines = None
        if self._gives:
            self.canvas.show_cursor()

    def _give(self, at: Where) -> None:
        """Over the palette the cursor says so, and the view stays where it is."""
        gives = self.canvas.over_library(at.pixel)
        if gives != self._gives:
            self._gives, self.pulls = gives, not gives
            self.canvas.viewport().setCursor(Qt.CursorShape.DragCopyCursor if gives else Qt.CursorShape.ArrowCursor)

    def _now(self, at: Where) -> dict[str, Point]:
        dx, dy = self.offset(at)
        return {name: (x + dx, y + dy) for name, (x, y) in self.places.items()}

    def offset(self, at: Where) -> Point:
        """How far the blocks have gone: so that the one in the hand lies on a guide, or else on the grid."""
        dx, dy = self._free_offset(at)
        return (0.0 if self._along == "y" else dx, 0.0 if self._along == "x" else dy)

    def _free_offset(self, at: Where) -> Point:
        x, y = self.places[self.name]
        dx, dy = at.point[0] - self.start[0], at.point[1] - self.start[1]
        if at.ctrl or self._along:
            self._show([])
            return (dx, dy) if at.ctrl else (snapped(x + dx) - x, snapped(y + dy) - y)
        box = self.items.nodes[self.name].box
        where = x + dx, y + dy, WIDTH, box.height
        across, down, lines = self._guides.pull(where, box.axis, PULL / self.canvas.scale_now)
        self._show(lines)
        return (
            dx + across if across is not None else snapped(x + dx) - x,
            dy + down if down is not None else snapped(y + dy) - y,
        )

    def _show(self, lines: list[Guide]) -> None:
        if self._lines is not None:
            self._lines.show_lines(lines)

    def _select(self, names: frozenset[str] | set[str]) -> None:
        self.items.select_wires(())
        self.store.select(names)


class Extract(Move):
    """Ctrl+Alt and a drag: the blocks come out of their wires, and the wires close behind them."""

    def begin(self, at: Where) -> None:
        """Take them out."""
        super().begin(at)
        self._may_splice = False

    def move(self, at: Where) -> None:
        """Show the document as it will be."""
        now = self._now(Where(at.point, at.pixel))  # Ctrl is part of this gesture, so the grid stays
        self.store.preview(lambda d: edits.move(extract(d, now), now))

    def finish(self, at: Where) -> None:
        """Keep it."""
        self.store.commit(Words("Pull out of the wires", "从连线中抽出"))

    def cancel(self) -> None:
        """Back in."""
        self.store.cancel()
        super().cancel()


class Duplicate(Move):
    """Alt and a drag: copies come along, the blocks stay."""

    lifts = False

    def begin(self, at: Where) -> None:
        """Make the copies."""
        super().begin(at)
        self._may_splice = False
        self._names: list[str] = []
        self._part = cut_out(self.store.document, *self.canvas.editing.taken())
        self._boxes: tuple[str, ...] = ()

    def move(self, at: Where) -> None:
        """Show the copies where they will be."""
        by = self.offset(at)

        def edit(document: Document) -> Document:
            after, names = edits.paste(document, self._part.nodes, self._part.wires, by)
            after, self._boxes = markings.paste(
                after, self._part.frames, self._part.notes, by, self._part.folded(names)
            )
            self._names = list(names.values())
            return after

        self.store.preview(edit)

    def finish(self, at: Where) -> None:
        """Keep the copies, selected."""
        self.store.commit(Words("Duplicate", "创建副本"))
        self._select(set(self._names))
        self.items.boxes.choose(self._boxes)

    def cancel(self) -> None:
        """No copies."""
        self.store.cancel()
        super().cancel()


class Probe(Move):
    """Ctrl+Shift and a click: the block is watched from now on, whatever is selected."""

    def click(self, at: Where) -> bool:
        """Watch it."""
        self.canvas.probed.emit(self.name)
        return False


def moved(count: int) -> Words:
    """What a move is called in the history."""
    return Words(f"Move {count} blocks", f"移动 {count} 个模块") if count > 1 else Words("Move block", "移动模块")


def extract(document: Document, names: object) -> Document:
    """The blocks stand alone, and what fed them feeds what they fed."""
    healed = edits.remove(document, list(names), heal=True).wires  # type: ignore[call-overload]
    return document.with_(wires=healed) if healed != document.wires else document
