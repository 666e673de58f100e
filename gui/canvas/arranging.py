"""Putting blocks in order: laid out along the flow, on one line, at equal distances, with straight wires. One undo step each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from core.graph import edits, markings
from core.graph.document import Document, Flow, Wire
from core.graph.layout import layout
from core.words import Words
from gui.canvas.geometry import Point, Port, Rect, along, measures, snapped
from gui.canvas.motion import Motion, between
from gui.canvas.scene import SceneController

Edge = Literal["left", "right", "top", "bottom"]
Along = Literal["across", "down"]

ARRANGE, STRAIGHTEN = Words("Arrange blocks", "整理布局"), Words("Straighten wires", "拉直连线")
ALIGN, DISTRIBUTE = Words("Align blocks", "对齐模块"), Words("Distribute blocks", "均匀分布模块")
TWO, THREE = (
    Words("Select two or more blocks to align them.", "请选中两个或更多模块再对齐。"),
    Words("Select three or more blocks to distribute them.", "请选中三个或更多模块再均匀分布。"),
)

FLOCK = 200  # blocks: more would arrive before the second picture of their way is painted


def aligned(boxes: Mapping[str, Rect], edge: Edge) -> dict[str, Point]:
    """Corners of boxes whose edges lie on one line: that of the outermost box."""
    if edge == "left":
        line = min(x for x, _, _, _ in boxes.values())
        return {n: (line, y) for n, (_, y, _, _) in boxes.items()}
    if edge == "right":
        line = max(x + w for x, _, w, _ in boxes.values())
        return {n: (line - w, y) for n, (_, y, w, _) in boxes.items()}
    if edge == "top":
        line = min(y for _, y, _, _ in boxes.values())
        return {n: (x, line) for n, (x, _, _, _) in boxes.items()}
    line = max(y + h for _, y, _, h in boxes.values())
    return {n: (x, line - h) for n, (x, _, _, h) in boxes.items()}


def distributed(boxes: Mapping[str, Rect], along: Along) -> dict[str, Point]:
    """Corners of boxes with equal gaps between them; the first and the last stay."""
    axis = 0 if along == "across" else 1
    order = sorted(boxes, key=lambda n: boxes[n][axis] + boxes[n][axis + 2] / 2)
    first, last = boxes[order[0]], boxes[order[-1]]
    room = last[axis] - (first[axis] + first[axis + 2])
    gap = (room - sum(boxes[n][axis + 2] for n in order[1:-1])) / (len(order) - 1)
    places: dict[str, Point] = {}
    at = first[axis]
    for name in order:
        x, y, width, height = boxes[name]
        places[name] = (at, y) if axis == 0 else (x, at)
        at += (width if axis == 0 else height) + gap
    return places


def contracted(document: Document, into: Mapping[str, str]) -> Document:
    """With one block in the place of all those that go into the same, and without the wires between them."""
    if not into:
        return document
    ends = ((into.get(w.source, w.source), into.get(w.target, w.target)) for w in document.wires)
    return document.with_(
        nodes={into.get(n, n): node for n, node in document.nodes.items()},
        wires=tuple(Wire(a, "", b, "") for a, b in dict.fromkeys(ends) if a != b),
    )


class Arranging:
    """The commands that move blocks without a hand; they glide there where motion is on."""

    def __init__(self, items: SceneController, motion: Motion, refuse: Callable[[Words], object]) -> None:
        self.items, self.store, self.motion, self.refuse = items, items.store, motion, refuse

    def arrange(self, direction: Flow) -> dict[str, Point]:
        """Lay out the selected blocks, or all where at most one is selected; where they came from, for `glide`.

        Where all are, the wires leave the blocks that way from now on.
        """
        document, chosen = self.store.document, self.store.selection
        flow = direction if len(chosen) < 2 else document.flow
        corner = (0.0, 0.0)
        if len(chosen) > 1:
            box = self.items.bounds(chosen).adjusted(10, 10, -10, -10)
            corner = snapped(box.left()), snapped(box.top())
            document = document.with_(
                nodes={n: node for n, node in document.nodes.items() if n in chosen},
                wires=tuple(w for w in document.wires if w.source in chosen and w.target in chosen),
            )
        bars = {f" {name}": bar for name, bar in self.items.bars.items()}  # no block has such a name
        sizes = self.items.sizes() | {n: (width, height) for n, (_, _, width, height) in bars.items()}
        axes = self.items.axes() | {n: height / 2 for n, (_, _, _, height) in bars.items()}
        if flow != document.flow:
            fresh, axes = measures(document.nodes, flow)
            sizes = fresh | {n: (width, height) for n, (_, _, width, height) in bars.items()}
        rest = contracted(document, {n: f" {frame}" for n, frame in self.items.hidden.items()})
        straight = direction == flow == "right"  # ports are at the sides, not always at half the height
        places = layout(rest, sizes, direction, axes if straight else None)
        places = {n: (x + corner[0], y + corner[1]) for n, (x, y) in places.items()}
        gone = {n.strip(): (places.pop(n), bars[n][:2]) for n in places.keys() & bars.keys()}
        by = {n: (to[0] - at[0], to[1] - at[1]) for n, (to, at) in gone.items()}
        return self._move(ARRANGE, places, by, flow)

    def align(self, edge: Edge) -> None:
        """Bring the selected blocks to one line."""
        boxes = self._boxes()
        if len(boxes) < 2:
            self.refuse(TWO)
        else:
            self.glide(self._move(ALIGN, aligned(boxes, edge)))

    def distribute(self, along: Along) -> None:
        """Make the gaps between the selected blocks equal."""
        boxes = self._boxes()
        if len(boxes) < 3:
            self.refuse(THREE)
        else:
            self.glide(self._move(DISTRIBUTE, distributed(boxes, along)))

    def straighten(self) -> None:
        """Move the selected blocks (all, where none is) across the flow until the wires that feed them are straight."""
        nodes = self.items.nodes
        chosen = self.store.selection or frozenset(nodes)
        order = [n for n in self.store.inference.order if n in chosen]
        flow = self.store.document.flow
        at = {name: along(nodes[name].at, flow) for name in nodes}
        for name in order:
            wire = next((w for w in self.store.document.incoming(name)), None)
            if wire is not None and (wire.source in chosen or len(chosen) == 1):
                out = nodes[wire.source].box.ports.get(Port("out", wire.output))
                into = nodes[name].box.ports.get(Port("in", wire.input))
                ahead = at[wire.source][0] < at[name][0]  # not back to the next row
                if out is not None and into is not None and ahead:
                    level = at[wire.source][1] + along(out, flow)[1] - along(into, flow)[1]
                    at[name] = at[name][0], level
        self.glide(self._move(STRAIGHTEN, {n: along(at[n], flow) for n in order}))

    def glide(self, before: Mapping[str, Point]) -> None:
        """From where blocks were to where the document has them."""
        after = {name: self.items.nodes[name].at for name in before}
        if not after or len(after) > FLOCK:
            return

        def step(at: float) -> None:
            if at >= 1.0:
                self.items.settle(after)
                return
            there = {n: (between(before[n][0], x, at), between(before[n][1], y, at)) for n, (x, y) in after.items()}
            self.items.shift(there)

        self.motion.run(step)

    def _boxes(self) -> dict[str, Rect]:
        sizes = self.items.sizes()
        return {n: (*self.items.nodes[n].at, *sizes[n]) for n in self.store.selection}

    def _move(
        self,
        label: Words,
        places: Mapping[str, Point],
        frames: Mapping[str, Point] = MappingProxyType({}),
        flow: Flow | None = None,
    ) -> dict[str, Point]:
        """Blocks to their places and collapsed frames some way, as one step; where the blocks were."""
        before = {n: self.items.nodes[n].at for n, at in places.items() if self.items.nodes[n].at != at}

        def edit(document: Document) -> Document:
            document = edits.move(edits.set_flow(document, flow or document.flow), places)
            for name, by in frames.items():
                document = markings.carry(document, name, by)
            return document

        self.store.apply(label, edit)
        return before
