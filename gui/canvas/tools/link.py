"""Link: draw a wire from port to port, with the shape or the reason beside the cursor all the while."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core.graph import edits
from core.graph.bridges import Bridge, bridges
from core.graph.document import Document, Wire
from core.graph.rules import Refusal, check_wire
from core.graph.shapes import infer
from core.words import Words, same
from gui.canvas.adding import End, wire_between
from gui.canvas.geometry import Point, Port, ports_of, shape_text
from gui.canvas.landing import Landing
from gui.canvas.overlay_items import Answer, ThreadItem
from gui.canvas.tools.base import Tool, Where
from gui.canvas.tools.select import REMOVE_WIRE
from gui.canvas.trying import Way
from gui.i18n import say

if TYPE_CHECKING:
    from gui.canvas.panel import Canvas

SNAP = 20.0  # pixels around a port that pull the wire in
CONNECT, REPLACE = Words("Draw wire", "连线"), Words("Move wire", "改接连线")
WHICH_PORT = Words("Which port?", "连到哪个端口？")
RELEASE_ADDS = Words("Release to add a block here", "松开鼠标，在此添加模块")
RELEASE_REMOVES = Words("Release to remove the wire", "松开鼠标，删除连线")
REPLACES = Words("replaces the wire there", "替换原有连线")
RELEASE_BRIDGES = Words("Release to choose what goes between: ", "松开鼠标，选择中间加什么：")
LISTED = Words(", ", "、")


class Link(Tool):
    """On a port. From an occupied input the wire that ends there is picked up; dropped on nothing it is removed."""

    def __init__(self, canvas: Canvas, name: str, port: Port) -> None:
        super().__init__(canvas)
        self._pressed: End = (name, port)
        self._anchor: End = (name, port)  # the end that stays
        self._picked: Wire | None = None
        self._base = self.store.document  # without the wire that was picked up
        self._known = self.store.inference
        self._answers: dict[End, Refusal | None] = {}
        self._bridges: dict[End, tuple[Bridge, ...]] = {}
        self._waiting: list[End] = []  # ports not asked yet
        self._thread: ThreadItem | None = None
        self._target: End | None = None
        self._refusal: Refusal | None = None

    def click(self, at: Where) -> bool:
        """Alt removes all wires of the port; else the wire stays in the hand until the next click."""
        if at.alt:
            self.canvas.editing.unplug(self._pressed)
            return False
        return self._occupant(self._pressed) is None

    def begin(self, at: Where) -> None:
        """Take the wire in the hand; what cannot take it fades."""
        self._picked = self._occupant(self._pressed)
        if self._picked is not None:
            self._anchor = (self._picked.source, Port("out", self._picked.output))
            self._base = edits.disconnect(self._base, [self._picked])
            self._known = infer(self._base, self._known)
            self.items.wires[self._picked].hide()
        self._thread = ThreadItem(self.items.style)
        self.items.graphics.addItem(self._thread)
        self._waiting = self._others(at.point)
        self.canvas.hover_nothing()

    def move(self, at: Where) -> None:
        """Snap to a port that takes the wire, and say what would happen."""
        self._ask_some()
        self._target, self._refusal = self._seek(at.point)
        start = self.items.nodes[self._anchor[0]].port_at(self._anchor[1])
        end = self._place_of(self._target) if self._target is not None else at.point
        answer: Answer = "refuses" if self._refusal else "accepts" if self._target else "open"
        a, b = (start, end) if self._anchor[1].side == "out" else (end, start)
        if self._thread is not None:
            self._thread.show_between(a, b, end, answer, self._base.flow)
        self.canvas.tell(self._words(at.point), answer, at.point)

    def finish(self, at: Where) -> None:
        """Draw it, or say why not, or offer the blocks that fit; one entry of the history each."""
        wire = wire_between(self._anchor, self._target) if self._target is not None else None
        picked, refusal = self._picked, self._refusal
        if refusal is not None:
            self.canvas.refused.emit(refusal.words)
            if wire is not None and self._target is not None and (ways := self._ways_across(self._target, wire)):
                self.canvas.offer(at.pixel, self._question(wire), ways)
        elif wire is not None and len(choices := self._choices(at.point)) > 1:
            ways = [Way(same(end[1].name), self._label(end), partial(self._drawn, end=end)) for end in choices]
            self.canvas.offer(at.pixel, WHICH_PORT, ways)
        elif wire is not None and self._target is not None:
            end = self._target
            self.store.apply(self._label(end), lambda d: self._drawn(d, end))
        elif picked is not None and self.items.node_at(at.point) is None:
            self.store.apply(REMOVE_WIRE, lambda d: edits.disconnect(d, [picked]))
        elif picked is None and self.items.node_at(at.point) is None:
            self.canvas.ask(at.pixel, Landing(at.point, end=self._anchor))

    def _label(self, end: End) -> Words:
        return CONNECT if self._picked in (None, wire_between(self._anchor, end)) else REPLACE

    def _drawn(self, document: Document, end: End) -> Document:
        """With the wire to a port; what was picked up is gone from where it was."""
        wire = wire_between(self._anchor, end)
        if wire is None:
            return document
        return edits.connect(self._freed(document, wire), wire)

    def _freed(self, document: Document, wire: Wire) -> Document:
        picked = self._picked
        return edits.disconnect(document, [picked]) if picked is not None and picked != wire else document

    def _ways_across(self, end: End, wire: Wire) -> list[Way]:
        """What could be put between, with the shapes that come of it."""
        return [
            Way(
                bridge.words,
                Words(f"Bridge with {bridge.words.en}", f"用{bridge.words.zh}衔接"),
                lambda d, bridge=bridge: bridge.lay(self._freed(d, wire), wire),  # type: ignore[misc]
                "".join(f"→ {shape_text(shape)} " for shape in (*bridge.shapes, bridge.result)).strip(),
            )
            for bridge in self._across(end, wire)
        ]

    def _across(self, end: End, wire: Wire) -> tuple[Bridge, ...]:
        if end not in self._bridges:
            self._bridges[end] = bridges(self._base, self._known, wire)
        return self._bridges[end]

    def _question(self, wire: Wire) -> Words:
        shape = shape_text(self._known.shape(wire.source, wire.output))
        return Words(
            f"{shape} does not fit {wire.target}. Put between:", f"{shape} 与 {wire.target} 不匹配，在中间加入："
        )

    def _choices(self, at: Point) -> list[End]:
        """The free ports that would take the wire, where it was dropped on a body and not near a port."""
        item = self.items.node_at(at)
        if item is None or self._target is None or item.port_near(at, SNAP / self.canvas.scale_now) is not None:
            return []
        ends = [(item.name, port) for port in item.box.ports if port.side != self._anchor[1].side]
        free = [end for end in ends if self._anchor[1].side == "in" or self._occupant(end) is None]
        return [end for end in free if self._answer(end) is None]

    def end(self) -> None:
        """Everything as bright as before."""
        for item in self.items.nodes.values():
            item.set_state(dimmed=False, lit=frozenset())
        if self._picked is not None and self._picked in self.items.wires:
            self.items.wires[self._picked].show()
        if self._thread is not None:
            self.items.graphics.removeItem(self._thread)
            self._thread = None
        self.canvas.tell("", "open", (0.0, 0.0))

    # what takes the wire ----------------------------------------------------------------------------------------------

    def _others(self, at: Point) -> list[End]:
        """Ports on the other side of all other blocks, the farthest first, for they are taken from the end."""

        def far(end: End) -> float:
            x, y = self._place_of(end)
            return -((x - at[0]) ** 2 + (y - at[1]) ** 2)

        name, port = self._anchor
        ends = [(n, p) for n, node in self._base.nodes.items() if n != name for p in ports_of(node.block)]
        return sorted((end for end in ends if end[1].side != port.side), key=far)

    def _ask_some(self) -> None:
        """Ask as many ports as there is time for between two movements; blocks where none takes the wire fade."""
        if not self._answers:
            self._fade(self.items.nodes.keys() - {name for name, _ in self._waiting})
        asked = set()
        for _ in range(max(2, 2000 // max(50, len(self._base.nodes)))):
            if not self._waiting:
                break
            end = self._waiting.pop()
            self._answer(end)
            asked.add(end[0])
        self._fade(asked)

    def _fade(self, names: set[str]) -> None:
        open_ = {name for name, _ in self._waiting}
        for name in names - open_:
            takes = frozenset(p for (n, p), refusal in self._answers.items() if n == name and refusal is None)
            self.items.nodes[name].set_state(lit=takes, dimmed=not takes and name != self._anchor[0])

    def _answer(self, end: End) -> Refusal | None:
        if end not in self._answers:
            wire = wire_between(self._anchor, end)
            self._answers[end] = check_wire(self._base, self._known, wire) if wire is not None else Refusal(SAME_SIDE)
        return self._answers[end]

    def _seek(self, at: Point) -> tuple[End | None, Refusal | None]:
        """The port the wire would end at, and why it may not. A port that takes it wins over a nearer one that does not."""
        reach = SNAP / self.canvas.scale_now
        near: list[tuple[float, End]] = []
        for item in self.items.nodes_in(self.canvas.around(at, reach)):
            for port in item.box.ports:
                x, y = item.port_at(port)
                far = (x - at[0]) ** 2 + (y - at[1]) ** 2
                if far <= reach * reach and (item.name, port) != self._anchor:
                    near.append((far, (item.name, port)))
        near.sort(key=lambda pair: pair[0])
        for _, end in near:
            if end[1].side != self._anchor[1].side and self._answer(end) is None:
                return end, None
        if near:
            return near[0][1], self._answer(near[0][1])
        return self._seek_body(at)

    def _seek_body(self, at: Point) -> tuple[End | None, Refusal | None]:
        item = self.items.node_at(at)
        if item is None or item.name == self._anchor[0]:
            return None, None
        ends = [(item.name, port) for port in item.box.ports if port.side != self._anchor[1].side]
        ends.sort(key=lambda end: self._occupant(end) is not None)  # free ones first
        for end in ends:
            if self._answer(end) is None:
                return end, None
        return (ends[0], self._answer(ends[0])) if ends else (None, None)

    def _occupant(self, end: End) -> Wire | None:
        """The wire that ends at an input."""
        return next((w for w in self._base.wires if _input_of(w) == end), None)

    def _place_of(self, end: End) -> Point:
        return self.items.nodes[end[0]].port_at(end[1])

    # what is said -----------------------------------------------------------------------------------------------------

    def _why_not(self, refusal: Refusal) -> str:
        """The reason, and what would help."""
        wire = wire_between(self._anchor, self._target) if self._target is not None else None
        across = self._across(self._target, wire) if self._target is not None and wire is not None else ()
        names = say(LISTED).join(say(bridge.words) for bridge in across)
        return f"{say(refusal.words)}\n{say(RELEASE_BRIDGES)}{names}" if across else say(refusal.words)

    def _words(self, at: Point) -> str:
        if self._refusal is not None:
            return self._why_not(self._refusal)
        if self._target is None:
            over = self.items.node_at(at) is not None
            return "" if over else say(RELEASE_REMOVES if self._picked is not None else RELEASE_ADDS)
        wire = wire_between(self._anchor, self._target)
        if wire is None:
            return ""
        after: Document = edits.connect(self._base, wire)
        known = infer(after, self._known)
        out = known.outs.get(wire.target, ())
        steps = (shape_text(known.shape(wire.source, wire.output)), wire.target, shape_text(out[0] if out else None))
        text = " → ".join(step for step in steps if step)
        occupant = self._occupant((wire.target, Port("in", wire.input)))
        return f"{text}\n{say(REPLACES)}" if occupant is not None and occupant != wire else text


class Branch(Link):
    """Shift and a drag on a wire: another wire from where it starts. A click selects the wire, as without Shift."""

    def __init__(self, canvas: Canvas, wire: Wire) -> None:
        super().__init__(canvas, wire.source, Port("out", wire.output))
        self._wire = wire

    def click(self, at: Where) -> bool:
        """Add the wire to those that are selected, or take it away."""
        self.items.select_wires(self.items.selected_wires ^ {self._wire})
        return False


SAME_SIDE = Words("A wire runs from an output to an input.", "连线须从输出端口连到输入端口。")


def _input_of(wire: Wire) -> End:
    return wire.target, Port("in", wire.input)
