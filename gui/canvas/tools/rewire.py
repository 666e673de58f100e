"""Rewire: Ctrl and a drag on an output take all wires that start there to another output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.graph import edits
from core.graph.bridges import bridges
from core.graph.document import Document, Wire
from core.graph.rules import Refusal, check_wire
from core.graph.shapes import infer
from core.words import Words
from gui.canvas.adding import End
from gui.canvas.geometry import Port
from gui.canvas.overlay_items import Answer, ThreadItem
from gui.canvas.tools.base import Tool, Where
from gui.canvas.trying import Way
from gui.i18n import say

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas

SNAP = 20.0
PUT_BETWEEN = Words("The wires do not fit there. Put between:", "连线与该输出不匹配，在中间加入：")
NO_WIRES = Words("No wire starts at this port.", "没有连线从该端口出发。")
TO_AN_OUTPUT = Words("Release on another output to move the wires there", "在另一个输出端口上松开，即可把连线移过去")


def taken_over(document: Document, wires: list[Wire], end: End) -> Document:
    """With wires that start at another output; `refusal_of` says whether they may."""
    moved = [Wire(end[0], end[1].name, w.target, w.input) for w in wires]
    after = edits.disconnect(document, wires)
    for wire in moved:
        after = edits.connect(after, wire)
    return after


def refusal_of(document: Document, wires: list[Wire], end: End) -> Refusal | None:
    """Why the wires may not start at this output; None where all of them may."""
    after = edits.disconnect(document, wires)
    known = infer(after)
    for old in wires:
        wire = Wire(end[0], end[1].name, old.target, old.input)
        refusal = check_wire(after, known, wire)
        if refusal is not None:
            return refusal
        after = edits.connect(after, wire)
        known = infer(after, known)
    return None


def ways_over(document: Document, wires: list[Wire], end: End) -> list[tuple[Words, Document]]:
    """Ways to let all of the wires start at this output: what goes between where one does not fit, alike in each."""
    free = edits.disconnect(document, wires)

    def laid(wanted: Words | None) -> tuple[Document | None, list[Words]]:
        after = free
        choices: list[Words] = []
        for old in wires:
            known, wire = infer(after), Wire(end[0], end[1].name, old.target, old.input)
            if check_wire(after, known, wire) is None:
                after = edits.connect(after, wire)
                continue
            found = bridges(after, known, wire)
            if not found:
                return None, []
            choices = choices or [bridge.words for bridge in found]
            after = next((b for b in found if b.words == wanted), found[0]).lay(after, wire)
        return after, choices

    return [(words, after) for words in laid(None)[1] if (after := laid(words)[0]) is not None]


class Rewire(Tool):
    """All wires of an output hang from the hand; dropped on nothing they go back."""

    def __init__(self, canvas: Canvas, name: str, port: Port) -> None:
        super().__init__(canvas)
        self._from: End = (name, port)
        self._wires = [w for w in self.store.document.wires if (w.source, w.output) == (name, port.name)]
        self._threads: list[ThreadItem] = []
        self._target: End | None = None
        self._answers: dict[End, Refusal | None] = {}

    def begin(self, at: Where) -> None:
        """Take them off."""
        if not self._wires:
            self.canvas.refused.emit(NO_WIRES)
        for wire in self._wires:
            self.items.wires[wire].hide()
            thread = ThreadItem(self.items.style)
            self.items.graphics.addItem(thread)
            self._threads.append(thread)
        self.canvas.hover_nothing()

    def move(self, at: Where) -> None:
        """Show them from the output they would start at, or from the hand."""
        reach = SNAP / self.canvas.scale_now
        near = self.items.port_near(at.point, reach)
        end = (near[0].name, near[1]) if near is not None and near[1].side == "out" else None
        self._target = end if end != self._from else None
        refusal = self._answer(self._target) if self._target is not None else None
        answer: Answer = "refuses" if refusal else "accepts" if self._target else "open"
        start = self.items.nodes[end[0]].port_at(end[1]) if end is not None else at.point
        for wire, thread in zip(self._wires, self._threads, strict=True):
            goal = self.items.nodes[wire.target].port_at(Port("in", wire.input))
            thread.show_between(start, goal, start, answer, self.store.document.flow)
        words = refusal.words if refusal is not None else TO_AN_OUTPUT
        self.canvas.tell(say(words) if self._wires else "", answer, at.point)

    def finish(self, at: Where) -> None:
        """Plug them in there, or say why not."""
        end, wires = self._target, self._wires
        if end is None or not wires:
            return
        count, document = len(wires), self.store.document
        label = Words(f"Move {count} wires", f"移动 {count} 条连线") if count > 1 else Words("Move wire", "改接连线")
        refusal = self._answer(end)
        if refusal is not None:
            self.canvas.refused.emit(refusal.words)
            ways = [
                Way(words, label, lambda d, after=after: after if d is document else d)  # type: ignore[misc]
                for words, after in ways_over(document, wires, end)
            ]
            if ways:
                self.canvas.offer(at.pixel, PUT_BETWEEN, ways)
            return
        self.store.apply(label, lambda d: taken_over(d, wires, end))

    def end(self) -> None:
        """Show them where they are."""
        for thread in self._threads:
            self.items.graphics.removeItem(thread)
        self._threads = []
        for wire in self._wires:
            if wire in self.items.wires:
                self.items.wires[wire].show()
        self.canvas.tell("", "open", (0.0, 0.0))

    def _answer(self, end: End) -> Refusal | None:
        if end not in self._answers:
            self._answers[end] = refusal_of(self.store.document, self._wires, end)
        return self._answers[end]
