"""The picture of the document: one item per block and per wire, kept true by deltas and found by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import ceil, log2

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGraphicsScene

from core.blocks._base import Block
from core.graph.document import Delta, Wire
from core.graph.layout import place
from core.graph.shapes import Inference
from gui.canvas.boxes import Boxes
from gui.canvas.cells import Cells
from gui.canvas.geometry import (
    STUB,
    WIDTH,
    Point,
    Port,
    Rect,
    kind_of,
    lane_around,
    lane_back,
    ports_of,
    runs_back,
)
from gui.canvas.node_item import REACH, Look, NodeItem
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


class SceneController(QObject):
    """Owns all items. Items are never cleared away at once: wires go first, then blocks, each taken from the scene."""

    def __init__(self, store: Store, parent: QObject | None = None, tokens: Tokens | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.style = Style(theme.tokens if tokens is None else tokens)
        self.graphics = QGraphicsScene(self)
        self.extent = 0.0
        self.graphics.setBspTreeDepth(DEPTH)
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self.selected_wires: frozenset[Wire] = frozenset()
        self.chosen_bend: tuple[Wire, int] | None = None
        self._reach(EXTENT)
        self.boxes = Boxes(store, self.graphics, self.style, self)
        self.cells = Cells()  # where the boxes of the blocks are
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
        self.boxes.take(delta)
        self._lay({*delta.added, *delta.changed}, around=moved or bool(delta.added or delta.removed))
        if len(reshaped) > MANY:
            self.graphics.update()
        else:
            for shown in {shown for name in stale | reshaped for shown in self._at[name]}:
                shown.update()
        self.select_wires(self.selected_wires & self.wires.keys())
        self.choose_bend(self.chosen_bend)

    def _stale(self, delta: Delta) -> set[str]:
        """Blocks that may look otherwise now: changed, wired otherwise, or with other faults."""
        document, known, before = self.store.document, self.store.inference, self._inference
        if before is None:
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
        turned = {name for name, port in ends if kind_of(was.get((name, port))) != kind_of(now.get((name, port)))}
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
        item = self.nodes[name]
        self.cells.put(name, (*item.at, WIDTH, item.box.height))

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
        a = self.nodes[wire.source].port_at(Port("out", wire.output))
        b = self.nodes[wire.target].port_at(Port("in", wire.input))
        back = runs_back(a, b)
        if wire.bends:
            item.is_long = False
            item.lay(a, b)
            return
        item.is_long = back or b[0] - a[0] > WIDTH + 2 * STUB
        lane = None
        if item.is_long:
            left, top = min(a[0], b[0]) - STUB, min(a[1], b[1]) - 2 * WIDTH
            area = left, top, abs(a[0] - b[0]) + 2 * STUB, abs(a[1] - b[1]) + 4 * WIDTH
            boxes = self.cells.near(area)
            if not back:
                boxes = {n: box for n, box in boxes.items() if n not in (wire.source, wire.target)}
            lane = (lane_back if back else lane_around)(a, b, tuple(boxes.values()))
        item.lay(a, b, lane)

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
            looks[name] = Look(
                ports, kinds, frozenset(wired[name]), frozenset(lacking.get(name, ())), name in faulty,
                name in known.inactive,
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

    # finding ----------------------------------------------------------------------------------------------------------

    def node_at(self, at: Point) -> NodeItem | None:
        """The block on top at a point."""
        for item in self.graphics.items(QPointF(*at)):
            if isinstance(item, NodeItem) and not item.ghost:
                return item
        return None

    def port_near(self, at: Point, reach: float) -> tuple[NodeItem, Port] | None:
        """The nearest port within reach."""
        best: tuple[float, NodeItem, Port] | None = None
        for item in self.nodes_in(QRectF(at[0] - reach, at[1] - reach, 2 * reach, 2 * reach)):
            port = item.port_near(at, reach)
            if port is not None:
                x, y = item.port_at(port)
                far = (x - at[0]) ** 2 + (y - at[1]) ** 2
                if best is None or far < best[0]:
                    best = (far, item, port)
        return best[1:] if best is not None else None

    def wire_at(self, at: Point, reach: float) -> WireItem | None:
        """The nearest wire within reach."""
        area = QRectF(at[0] - reach, at[1] - reach, 2 * reach, 2 * reach)
        near = [(item.course.distance(at), item) for item in self.wires_in(area)]
        best = min(near, key=lambda pair: pair[0], default=None)
        return best[1] if best is not None and best[0] <= reach else None

    def bend_at(self, at: Point, reach: float) -> tuple[Wire, int] | None:
        """The bend within reach of a point: its wire, and which of its bends it is."""
        area = QRectF(at[0] - reach, at[1] - reach, 2 * reach, 2 * reach)
        found = [
            ((x - at[0]) ** 2 + (y - at[1]) ** 2, item.wire, index)
            for item in self.wires_in(area)
            for index, (x, y) in enumerate(item.wire.bends)
        ]
        best = min(found, default=None)
        return best[1:] if best is not None and best[0] <= reach * reach else None

    def nodes_in(self, area: QRectF) -> list[NodeItem]:
        """Blocks that touch an area, ports included."""
        grown = area.adjusted(-REACH, -REACH, REACH, REACH)
        return [self.nodes[name] for name in self.cells.near((grown.x(), grown.y(), grown.width(), grown.height()))]

    def wires_in(self, area: QRectF) -> list[WireItem]:
        """Wires whose surroundings touch an area."""
        mode = Qt.ItemSelectionMode.IntersectsItemBoundingRect
        return [item for item in self.graphics.items(area, mode) if isinstance(item, WireItem)]

    def bounds(self, names: Iterable[str] | None = None) -> QRectF:
        """The rectangle around some blocks, or around all of them and their wires."""
        box = QRectF()
        for name in self.nodes if names is None else names:
            if name in self.nodes:
                box = box.united(self.nodes[name].rect())
        if names is None:
            for item in (*self.wires.values(), *self.boxes.items.values()):
                box = box.united(item.sceneBoundingRect())
        return box.adjusted(-REACH, -REACH, REACH, REACH) if not box.isEmpty() else box

    def rects(self, without: Collection[str] = ()) -> list[Rect]:
        """The boxes of the blocks, for finding a free spot."""
        return [box for name, box in self.cells.boxes.items() if name not in without]

    def sizes(self) -> dict[str, tuple[float, float]]:
        """Width and height of every block as it is shown."""
        return {name: (WIDTH, item.box.height) for name, item in self.nodes.items()}

    def axes(self) -> dict[str, float]:
        """How far down the wires come in, of every block."""
        return {name: item.box.axis for name, item in self.nodes.items()}
