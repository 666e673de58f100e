"""What can be done to what is selected: copy, paste, delete, arrange, walk along the wires. Each is one undo step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from core.blocks._base import Block
from core.errors import GraphError, NeuroloomError
from core.graph import edits, line, markings
from core.graph.document import Document, Wire
from core.graph.shapes import infer
from core.words import Words
from gui.canvas.adding import End
from gui.canvas.geometry import GRID, Point, Port, along, free_spot, ports_of, snapped
from gui.canvas.scene import SceneController
from gui.canvas.tools.base import LOCKED
from gui.canvas.tools.bend import STRAIGHTEN, remove_bend
from gui.canvas.tools.move import extract, moved
from gui.canvas.tools.select import REMOVE_WIRE
from gui.document.clipboard import MIME, Fragment, cut_out, decode, encode

Side = Literal["left", "right", "up", "down"]
STEPS: dict[Side, Point] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
TURNED: dict[Side, Side] = {"up": "left", "down": "right", "left": "up", "right": "down"}  # where the flow runs down
CASCADE = 3 * GRID


class Editing:
    """The commands of the canvas that need no pointer."""

    def __init__(self, items: SceneController, refuse: Callable[[Words], object]) -> None:
        self.items, self.store, self.refuse = items, items.store, refuse
        self._nudged: dict[str, Point] = {}  # where the blocks were when the key went down
        self._by = (0.0, 0.0)
        self._pasted: tuple[str, Point, int] = ("", (0.0, 0.0), 0)

    # clipboard --------------------------------------------------------------------------------------------------------

    def copy(self) -> bool:
        """Put the selected blocks on the clipboard, as text, with the frames and notes that go along."""
        names, boxes = self.taken()
        if not names and not boxes:
            self.refuse(NOTHING_SELECTED)
            return False
        text = encode(cut_out(self.store.document, names, boxes))
        data = QMimeData()
        data.setText(text)
        data.setData(MIME, text.encode())
        QGuiApplication.clipboard().setMimeData(data)
        return True

    def copy_line(self) -> None:
        """Put a chain of blocks on the clipboard as the line that `Type a net` reads."""
        try:
            text = line.write(self.store.document, tuple(self.store.selection) or None)
        except GraphError as error:
            self.refuse(error.words)
            return
        QGuiApplication.clipboard().setText(text)

    def cut(self) -> None:
        """Copy the selected blocks and remove them."""
        names, boxes = self.taken()
        if self.copy():
            self.store.apply(Words("Cut", "剪切"), lambda d: markings.remove(edits.remove(d, names), boxes))

    def taken(self) -> tuple[set[str], set[str]]:
        """What is copied now: blocks, and frames and notes."""
        boxes = self.items.boxes.chosen
        return markings.along(self.store.document, self.store.selection, boxes, self.items.places())

    def paste(self, at: Point, *, keep_incoming: bool = False) -> None:
        """The blocks of the clipboard with their top-left corner at a point; pasted again there, a step further."""
        text = QGuiApplication.clipboard().text()
        try:
            fragment = decode(text)
        except NeuroloomError as error:
            self.refuse(error.words)
            return
        left, top = fragment.corner() or (0.0, 0.0)
        last, where, times = self._pasted
        times = times + 1 if (last, where) == (text, at) else 0
        self._pasted = (text, at, times)
        by = snapped(at[0] - left) + CASCADE * times, snapped(at[1] - top) + CASCADE * times
        self._paste(Words("Paste", "粘贴"), fragment, by, keep_incoming=keep_incoming)

    def duplicate(self, *, keep_incoming: bool = False) -> None:
        """Copies of the selected blocks below them, with the wires between them, or with those that come in too."""
        names, boxes = self.taken()
        if not names and not boxes:
            self.refuse(NOTHING_SELECTED)
            return
        box = self.items.bounds(names)
        for name in boxes:
            box = box.united(self.items.boxes.items[name].sceneBoundingRect())
        size = (box.width(), box.height())
        _, y = free_spot((box.left(), box.bottom() + GRID), size, self.items.rects())
        by = (0.0, snapped(y - box.top()))
        fragment = cut_out(self.store.document, names, boxes)
        self._paste(Words("Duplicate", "创建副本"), fragment, by, keep_incoming=keep_incoming)

    def _paste(self, label: Words, fragment: Fragment, by: Point, *, keep_incoming: bool) -> None:
        document = self.store.document
        wires = [*fragment.wires, *(fragment.incoming if keep_incoming else ())]
        wires = [w for w in wires if _has_ports(document, fragment, w)]
        after, names = edits.paste(document, fragment.nodes, wires, by)
        after, boxes = markings.paste(after, fragment.frames, fragment.notes, by, fragment.folded(names))
        circles = {f.block for f in infer(after, self.store.inference).faults if f.kind == "circle"}
        if circles - {f.block for f in self.store.inference.faults if f.kind == "circle"}:
            self.refuse(CIRCLE)
            return
        self.store.apply(label, lambda _: after)
        self.store.select(names.values())
        self.items.boxes.choose(boxes)

    # the selection ----------------------------------------------------------------------------------------------------

    def delete(self, *, heal: bool = False) -> None:
        """Remove the selected blocks and wires; healed, what fed a block feeds what it fed."""
        names, wires, boxes = self.store.selection, self.items.selected_wires, self.items.boxes.chosen
        bend = self.items.chosen_bend
        if bend is not None and not (names or wires or boxes):
            self.store.apply(STRAIGHTEN, lambda d: remove_bend(d, *bend))
            return
        if not names and not wires and not boxes:
            self.refuse(NOTHING_SELECTED)
            return
        label = Words("Delete and close the gap", "删除并接合") if heal and names else Words("Delete", "删除")
        self.store.apply(
            label, lambda d: markings.remove(edits.remove(edits.disconnect(d, wires), names, heal=heal), boxes)
        )

    def unplug(self, end: End) -> None:
        """Remove all wires of a port."""
        ends = [
            (w, ((w.source, Port("out", w.output)), (w.target, Port("in", w.input)))) for w in self.store.document.wires
        ]
        self.store.apply(REMOVE_WIRE, lambda d: edits.disconnect(d, [w for w, both in ends if end in both]))

    def extract(self) -> None:
        """Take the selected blocks out of their wires, close the gap, and set them below it."""
        names = self.store.selection
        box = self.items.bounds(names)
        down = {n: (x, y + snapped(box.height())) for n in names for x, y in [self.items.nodes[n].at]}

        def edit(document: Document) -> Document:
            after = extract(document, names)
            return edits.move(after, down) if after is not document else document

        self.store.apply(Words("Pull out of the wires", "从连线中抽出"), edit)

    def select_all(self) -> None:
        """Every block, frame and note."""
        self.store.select(self.store.document.nodes)
        self.items.boxes.choose(self.items.boxes.items)

    def invert(self) -> None:
        """Those that are not selected."""
        self.store.select(n for n in self.store.document.nodes if n not in self.store.selection)

    def extend(self, side: Literal["left", "right"]) -> None:
        """Select all that feeds the selected blocks, or all that they feed."""
        found, frontier = set(self.store.selection), list(self.store.selection)
        while frontier:
            fresh = [n for n in self._neighbours(frontier.pop(), side) if n not in found]
            found.update(fresh)
            frontier += fresh
        self.store.select(found)

    def walk(self, side: Side) -> str | None:
        """Select the next block: along a wire where the flow runs that way or back, else the nearest one."""
        nodes = self.items.nodes
        here = next((n for n in nodes if n in self.store.selection), None)
        flow = self.store.document.flow
        way = side if flow == "right" else TURNED[side]
        if here is None:
            known = self.store.inference.order
            target = known[0] if known else next(iter(nodes), None)
        elif way in ("left", "right"):
            linked, level = self._neighbours(here, way), along(nodes[here].at, flow)[1]
            target = min(linked, key=lambda n: abs(along(nodes[n].at, flow)[1] - level), default=None)
            target = target or self._nearest(here, side)
        else:
            target = self._nearest(here, side)
        if target is not None:
            self.store.select([target])
        return target

    def _neighbours(self, name: str, side: Side) -> list[str]:
        document = self.store.document
        if side == "right":
            return [w.target for w in document.outgoing(name)]
        return [w.source for w in document.incoming(name)]

    def _nearest(self, name: str, side: Side) -> str | None:
        x, y = self.items.nodes[name].at
        dx, dy = STEPS[side]
        found: list[tuple[float, str]] = []
        for other, item in self.items.nodes.items():
            ahead = (item.at[0] - x) * dx + (item.at[1] - y) * dy
            aside = abs((item.at[0] - x) * dy) + abs((item.at[1] - y) * dx)
            if other != name and ahead > 0:
                found.append((ahead + 2 * aside, other))
        return min(found, default=(0.0, None))[1]

    # places -----------------------------------------------------------------------------------------------------------

    def nudge(self, side: Side, steps: int) -> None:
        """Move the selected blocks by steps of the grid; kept as one entry by `nudged`, however often the key repeats."""
        if not self.store.selection:
            return
        chosen = self.store.selection - self.items.hidden.keys()
        free = [name for name in chosen if not self.store.document.nodes[name].locked]
        if not free:
            self.refuse(LOCKED)
            return
        if not self._nudged:
            self._nudged = {name: self.items.nodes[name].at for name in free}
            self._by = (0.0, 0.0)
        dx, dy = STEPS[side]
        self._by = (self._by[0] + dx * steps * GRID, self._by[1] + dy * steps * GRID)
        places = {name: (x + self._by[0], y + self._by[1]) for name, (x, y) in self._nudged.items()}
        self.store.preview(lambda d: edits.move(d, places))

    def nudged(self) -> None:
        """The key is up."""
        if self._nudged:
            count, self._nudged = len(self._nudged), {}
            self.store.commit(moved(count))


def _has_ports(document: Document, fragment: Fragment, wire: Wire) -> bool:
    """Whether both ends of a wire from who knows where exist."""
    ends: Iterable[tuple[str, Port]] = (
        (wire.source, Port("out", wire.output)),
        (wire.target, Port("in", wire.input)),
    )
    for name, port in ends:
        node = fragment.nodes.get(name) or document.nodes.get(name)
        if node is None or (isinstance(node.block, Block) and port not in ports_of(node.block)):
            return False
    return True


NOTHING_SELECTED = Words("Nothing is selected. Click a block first.", "没有选中任何模块。请先单击一个模块。")
CIRCLE = Words(
    "These blocks feed one another in a circle, so they were not pasted.", "这些模块首尾相连成环，因此没有粘贴。"
)
