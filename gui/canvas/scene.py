"""The picture of the document: one item per block and per wire, kept true by deltas and found by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import ceil, log2

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from core.blocks._base import Block
from core.graph import markings
from core.graph.document import Delta, Wire
from core.graph.layout import place
from core.graph.shapes import Inference
from gui.canvas.geometry import (
    HEADER,
    LINE,
    STUB,
    WIDTH,
    Point,
    Port,
    along,
    bar_of,
    box_along,
    kind_of,
    lane_around,
    lane_back,
    ports_of,
    runs_back,
)
from gui.canvas.items import Items
from gui.canvas.node_item import Look, NodeItem
from gui.canvas.style import Style
from gui.canvas.wire_item import Carried, WireItem
from gui.document.store import Store
from gui.i18n import language
from gui.theme.apply import theme
from gui.theme.tokens import Tokens

MANY = 100  # items: from so many on, the whole scene is painted again instead of each
EXTENT = 50_000.0  # of the scene from its middle; it doubles where that is too little, for a fixed size keeps its search tree settled
MARGIN = 2_000.0  # beyond the outermost block
DEPTH = 14  # halvings of it: leaves of 800 units; Qt's own choice for 1000 blocks takes 60 times as long to find one


class SceneController(Items):
    """Owns all items. Items are never cleared away at once: wires go first, then blocks, each taken from the scene."""

    def __init__(self, store: Store, parent: QObject | None = None, tokens: Tokens | None = None) -> None:
        super().__init__(store, parent, tokens)
        self.extent = 0.0
        self.graphics.setBspTreeDepth(DEPTH)
        self.selected_wires: frozenset[Wire] = frozenset()
        self.chosen_bend: tuple[Wire, int] | None = None
        self._reach(EXTENT)
        self._at: dict[str, list[WireItem]] = {}  # wires that start or end at a block
        self._inference: Inference | None = None
        self.carried = Carried()
        store.changed.connect(self.take)
        store.selection_changed.connect(self._show_selection)
        theme.changed.connect(self.restyle)
        language.changed.connect(self.remeasure)
        self.take(Delta(added=tuple(store.document.nodes), wires_added=store.document.wires))

    # the document -----------------------------------------------------------------------------------------------------

    def take(self, delta: Delta) -> None:
        """Show what changed."""
        document = self.store.document
        for wire in delta.wires_removed:
            self._drop_wire(wire)
        for name in delta.removed:
            self.graphics.removeItem(self.nodes[name])
            self.cells.drop(name)
            del self._at[name]
            del self.nodes[name]
        for name in delta.added:
            item = NodeItem(name, self.style)
            item.set_state(selected=name in self.store.selection)
            self.nodes[name], self._at[name] = item, []
        self.boxes.take(delta)
        stirred = self._fold()
        reshaped, turned = self._reshaped()
        stale = self._stale(delta) | turned
        self._inference = self.store.inference
        self.carried.take(document, self.store.inference)
        for name, look in self._looks(stale).items():
            self.nodes[name].show_node(document.nodes[name], look)
            self._box(name)
        moved = self._put((*delta.added, *delta.changed))
        for name in delta.added:
            self.graphics.addItem(self.nodes[name])
        for wire in delta.wires_added:
            self._add_wire(wire)
        for wire in delta.wires_bent:
            if wire in self.wires:
                self.wires[wire].wire = wire
                self._lay_wire(self.wires[wire])
        laid = set(document.nodes) if delta.turned else {*delta.added, *delta.changed, *stirred}
        self._lay(laid, around=moved or bool(delta.added or delta.removed))
        if len(reshaped) > MANY:
            self.graphics.update()
        else:
            for shown in {shown for name in stale | reshaped for shown in self._at[name]}:
                shown.update()
        self.select_wires(self.selected_wires & self.wires.keys())
        self.choose_bend(self.chosen_bend)

    def _fold(self) -> set[str]:
        """Take out of sight what lies in collapsed frames, and nothing else; the blocks whose wires end elsewhere now."""
        document, before, bars = self.store.document, self.hidden, self.bars
        self.hidden = markings.hidden(document)
        self.bars = {name: bar_of(document.frames[name].rect) for name in set(self.hidden.values())}
        if not before and not self.hidden:
            return set()
        stirred = {
            n
            for n in (before.keys() | self.hidden.keys()) & self.nodes.keys()
            if before.get(n) != self.hidden.get(n) or bars[before[n]] != self.bars[before[n]]
        }
        self.boxes.hold(Counter(self.hidden.values()))
        for name in stirred:
            self.nodes[name].setVisible(name not in self.hidden)
            self._box(name)
        return stirred

    def _stale(self, delta: Delta) -> set[str]:
        """Blocks that may look otherwise now: changed, wired otherwise, or with other faults."""
        document, known, before = self.store.document, self.store.inference, self._inference
        if before is None or delta.turned:
            return set(document.nodes)
        stale = {*delta.added, *delta.changed}
        stale |= {end for w in (*delta.wires_added, *delta.wires_removed) for end in (w.source, w.target)}
        stale |= known.inactive ^ before.inactive
        if known.faults != before.faults:
            circles = any(f.kind == "circle" for f in (*before.faults, *known.faults))  # of all blocks in it
            stale |= set(document.nodes) if circles else {f.block for f in {*before.faults} ^ {*known.faults}}
        return stale & document.nodes.keys()

    def _reshaped(self) -> tuple[set[str], set[str]]:
        """Blocks that give other shapes than they did; and those that have ports of other kinds now."""
        was, now = (self._inference or Inference()).ends, self.store.inference.ends
        if was is now:
            return set(), set()
        ends = [end for end, shape in now.items() if was.get(end) is not shape]
        ends += was.keys() - now.keys()
        turned = {end[0] for end in ends if len(was.get(end, ())) != len(now.get(end, ()))}  # axes tell the kind
        turned |= {item.wire.target for name in turned for item in self._at.get(name, ())}
        nodes = self.store.document.nodes.keys()
        return {name for name, _ in ends} & nodes, turned & nodes

    def settle(self, names: Iterable[str]) -> None:
        """Put blocks where the document has them."""
        names = {name for name in names if name in self.nodes}
        self._put(names)
        self._lay(names, around=True)

    def _put(self, names: Collection[str]) -> bool:
        """The same without the wires; whether any block has moved."""
        document = self.store.document
        if any(document.nodes[name].position is None for name in names):
            document = place(document, self.sizes(), self.axes())
        moved = {n: p for n in names if (p := document.nodes[n].position) is not None and p != self.nodes[n].at}
        for name, position in moved.items():
            self._move(name, position)
        if moved:
            self._reach(max(abs(coordinate) for at in moved.values() for coordinate in at) + MARGIN)
        return bool(moved)

    def _reach(self, far: float) -> None:
        """Let a view scroll that far."""
        if far > self.extent:
            self.extent = EXTENT * 2 ** max(0, ceil(log2(far / EXTENT)))
            self.graphics.setSceneRect(-self.extent, -self.extent, 2 * self.extent, 2 * self.extent)

    def shift(self, positions: Mapping[str, Point]) -> None:
        """Put blocks somewhere for now: the document is not touched, `settle` brings them back."""
        start = {n: node.position or at for n, at in positions.items() if (node := self.store.document.nodes.get(n))}
        gone = {n: (at[0] - start[n][0], at[1] - start[n][1]) for n, at in positions.items() if n in start}
        for name, at in positions.items():
            self._move(name, at)
        for name in positions:
            for item in self._at.get(name, ()):
                source, target = gone.get(item.wire.source), gone.get(item.wire.target)
                if source is not None and source == target:
                    item.setPos(*source)  # both ends go the same way: the wire keeps its form
                else:
                    self._lay_wire(item)

    def _move(self, name: str, at: Point) -> None:
        self.nodes[name].put(at)
        self._box(name)

    def _box(self, name: str) -> None:
        if name in self.hidden:
            self.cells.drop(name)
        else:
            self.cells.put(name, self.place_of(name))

    def _add_wire(self, wire: Wire) -> None:
        if wire.source in self.nodes and wire.target in self.nodes:
            item = self.wires[wire] = WireItem(wire, self.style, self.carried)
            self._at[wire.source].append(item)
            self._at[wire.target].append(item)
            self._lay_wire(item)
            self.graphics.addItem(item)

    def _drop_wire(self, wire: Wire) -> None:
        item = self.wires.get(wire)
        if item is None:
            return
        self.graphics.removeItem(item)
        for name in (wire.source, wire.target):
            if name in self._at:
                self._at[name] = [other for other in self._at[name] if other is not item]
        del self.wires[wire]

    def _lay(self, names: Collection[str], *, around: bool) -> None:
        """Wires of these blocks find their way; where blocks have moved or come, so do long ones `around` them."""
        stale = {item.wire: item for name in names for item in self._at.get(name, ())}
        if around:
            stale |= {wire: item for wire, item in self.wires.items() if item.is_long}
        for item in stale.values():
            self._lay_wire(item)

    def _lay_wire(self, item: WireItem) -> None:
        """A near wire runs as it likes; one that is long or runs back keeps clear of the blocks on its way."""
        wire = item.wire
        frames = self.hidden.get(wire.source), self.hidden.get(wire.target)
        item.setVisible(frames[0] is None or frames[0] != frames[1])
        a = self.end_at(wire.source, Port("out", wire.output))
        b = self.end_at(wire.target, Port("in", wire.input))
        flow = self.store.document.flow
        p, q = along(a, flow), along(b, flow)
        back = runs_back(p, q)
        if wire.bends and frames == (None, None):
            item.is_long = False
            item.lay(a, b, bends=wire.bends, flow=flow)
            return
        length, half = (WIDTH, HEADER + LINE / 2) if flow == "right" else (HEADER + LINE, WIDTH / 2)
        item.is_long = back or q[0] - p[0] > length + 2 * STUB
        lane = None
        if item.is_long:
            left, top = min(p[0], q[0]) - STUB, min(p[1], q[1]) - 2 * WIDTH
            area = left, top, abs(p[0] - q[0]) + 2 * STUB, abs(p[1] - q[1]) + 4 * WIDTH
            boxes = self.cells.near(box_along(area, flow))
            if not back:
                boxes = {n: box for n, box in boxes.items() if n not in (wire.source, wire.target)}
            gap = STUB if flow == "right" else 2 * STUB  # a shape is written on it, and is wider than high
            found = [box_along(box, flow) for box in boxes.values()]
            lane = lane_back(p, q, found, half, gap) if back else lane_around(p, q, found, gap)
        item.lay(a, b, lane, flow=flow)

    def _looks(self, names: Collection[str]) -> dict[str, Look]:
        document, known = self.store.document, self.store.inference
        wired: dict[str, dict[Port, Wire]] = {name: {} for name in names}
        for wire in document.wires if names else ():
            if wire.source in wired:
                wired[wire.source][Port("out", wire.output)] = wire
            if wire.target in wired:
                wired[wire.target][Port("in", wire.input)] = wire
        lacking: dict[str, set[Port]] = {}
        for fault in known.faults:
            if fault.kind == "unwired" and fault.port is not None:
                lacking.setdefault(fault.block, set()).add(Port("in", fault.port))
        faulty = {f.block for f in known.faults if f.kind in ("shape", "circle", "unknown")}
        looks: dict[str, Look] = {}
        for name in names:
            item, node = self.nodes[name], document.nodes[name]
            same = item.node is not None and item.node.block is node.block and isinstance(node.block, Block)
            ports = item.look.ports if same else ports_of(node.block, wired[name])
            shapes = {p: known.shape(w.source, w.output) for p, w in wired[name].items() if p.side == "in"}
            shapes |= {p: known.shape(name, p.name) for p in ports if p.side == "out"}
            kinds = {port: kind_of(shape) for port, shape in shapes.items()}
            made = known.blocks.get(name) if self.store.scope else None
            looks[name] = Look(
                ports, kinds, frozenset(wired[name]), frozenset(lacking.get(name, ())), name in faulty,
                name in known.inactive, document.flow, made if isinstance(made, Block) else None,
            )  # fmt: skip
        return looks

    # looks ------------------------------------------------------------------------------------------------------------

    def restyle(self, *_: object) -> None:
        """Paint in the theme of now."""
        self.style = Style(theme.tokens)
        items: tuple[NodeItem | WireItem, ...] = (*self.nodes.values(), *self.wires.values())
        for item in items:
            item.style = self.style
        self.boxes.restyle(self.style)
        self.remeasure()

    def remeasure(self, *_: object) -> None:
        """Set all texts again, after a change of theme or language."""
        for item in self.nodes.values():
            item.measure()
        self.graphics.update()

    def show_pictures(self, pictures: Mapping[str, QImage | None]) -> None:
        """Pictures inside blocks; None takes one away. Blocks that are not named keep theirs."""
        for name, picture in pictures.items():
            if name in self.nodes:
                self.nodes[name].show_picture(picture)
                self._box(name)

    def show_activity(self, levels: Mapping[str, float]) -> None:
        """A halo for blocks that work, 0 to 1; blocks that are not named lose theirs."""
        for name, item in self.nodes.items():
            item.set_state(activity=levels.get(name, 0.0))

    def _show_selection(self, selection: frozenset[str]) -> None:
        for name, item in self.nodes.items():
            item.set_state(selected=name in selection)

    def select_wires(self, wires: Iterable[Wire]) -> None:
        """Select these wires and no others. Nobody outside the canvas asks, so the store does not know."""
        chosen = frozenset(w for w in wires if w in self.wires)
        for wire in chosen ^ self.selected_wires:
            if wire in self.wires:
                self.wires[wire].set_state(selected=wire in chosen)
        self.selected_wires = chosen

    def choose_bend(self, chosen: tuple[Wire, int] | None) -> None:
        """Choose one bend of a wire, or none."""
        if self.chosen_bend is not None and self.chosen_bend[0] in self.wires:
            self.wires[self.chosen_bend[0]].chosen_bend = None
            self.wires[self.chosen_bend[0]].update()
        item = self.wires.get(chosen[0]) if chosen is not None else None
        self.chosen_bend = None
        if item is not None and chosen is not None and chosen[1] < len(item.wire.bends):
            self.chosen_bend = (item.wire, chosen[1])
            item.chosen_bend = chosen[1]
            item.update()
