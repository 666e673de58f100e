"""Insert: a block that hangs over a wire is put into it. Used by whatever carries a block: a drag, the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from core.graph import edits
from core.graph.document import Document, Wire
from core.graph.rules import Refusal
from core.graph.shapes import infer
from core.words import Words
from gui.canvas.adding import splice_refusal, splices
from gui.canvas.geometry import HEADER, Point
from gui.canvas.landing import line_up
from gui.canvas.trying import Way
from gui.i18n import say

if TYPE_CHECKING:
    from gui.canvas.commands import Commands

INSERT = Words("Insert into wire", "插入连线")
RELEASE_INSERTS = Words("Release to put it into the wire", "松开鼠标，插入连线")


class Splice:
    """Finds the wire under a block, makes it glow where the block fits, and says why where it does not."""

    def __init__(self, canvas: Commands, document: Document, name: str) -> None:
        self._canvas, self._document, self._name = canvas, document, name
        self._known = infer(document, canvas.items_.store.inference)
        self._answers: dict[Wire, Refusal | None] = {}
        self.wire: Wire | None = None  # that the block would be put into
        self.misfit: Wire | None = None  # that it lies over, and does not fit

    def seek(self, box: QRectF, at: Point) -> None:
        """The block is over `box` now, the pointer at `at`."""
        items = self._canvas.items_
        centre = box.center().x(), box.center().y()
        under = [
            (item.course.distance(centre), item)
            for item in items.wires_in(box)
            if item.wire in self._document.wires and any(box.contains(x, y) for x, y in item.course.points())
        ]
        nearest = min(under, key=lambda pair: pair[0], default=None)
        wire = nearest[1].wire if nearest is not None else None
        refusal = self._answer(wire) if wire is not None else None
        self.misfit = wire if refusal is not None else None
        self._glow(wire if refusal is None else None)
        if refusal is not None:
            self._canvas.tell(say(refusal.words), "refuses", at)
        else:
            self._canvas.tell(say(RELEASE_INSERTS) if wire is not None else "", "accepts", at)

    def apply(self, document: Document, name: str) -> Document:
        """With the block put into the wire that glows, and what follows moved on to make room."""
        if self.wire is None or self.wire not in document.wires:
            return document
        return line_up(edits.insert(document, name, self.wire), name, self.wire)

    def offer(self, name: str) -> None:
        """Where the block was dropped over a wire that it does not fit, offer what would make it fit."""
        canvas, wire, document = self._canvas, self.misfit, self._canvas.store.document
        if wire is None or wire not in document.wires:
            return
        ways = [
            Way(words, INSERT, lambda d, after=after: after if d is document else d)  # type: ignore[misc]
            for words, after in splices(document, canvas.store.inference, name, wire)
        ]
        if ways:
            x, y = canvas.items_.nodes[name].at
            question = Words(f"Put {name} into the wire with:", f"将 {name} 插入连线，并：")
            canvas.offer(QPointF(canvas.view_point((x, y + HEADER))), question, ways)

    def end(self) -> None:
        """Nothing glows any more."""
        self._glow(None)
        self._canvas.tell("", "open", (0.0, 0.0))

    def _answer(self, wire: Wire) -> Refusal | None:
        if wire not in self._answers:
            self._answers[wire] = splice_refusal(self._document, self._known, self._name, wire)
        return self._answers[wire]

    def _glow(self, wire: Wire | None) -> None:
        for each in {self.wire, wire} - {None}:
            if each in self._canvas.items_.wires:
                self._canvas.items_.wires[each].set_state(accepts=each == wire)
        self.wire = wire
