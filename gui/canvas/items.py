"""The items of the canvas by name, and how one finds them: by a point, by an area, or all that is seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsScene

from core.graph.document import Wire
from gui.canvas.boxes import Boxes
from gui.canvas.cells import Cells
from gui.canvas.geometry import WIDTH, Point, Port, Rect
from gui.canvas.node_item import REACH, NodeItem
from gui.canvas.style import Style
from gui.canvas.wire_item import WireItem
from gui.document.store import Store
from gui.theme.apply import theme
from gui.theme.tokens import Tokens


class Items(QObject):
    """What lies in the scene. Blocks in collapsed frames are `hidden`: no hand finds them, and the frame stands for them."""

    def __init__(self, store: Store, parent: QObject | None = None, tokens: Tokens | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.style = Style(theme.tokens if tokens is None else tokens)
        self.graphics = QGraphicsScene(self)
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self.boxes = Boxes(store, self.graphics, self.style, self)
        self.cells = Cells()  # where the boxes of the blocks are, of those that are seen
        self.hidden: dict[str, str] = {}  # blocks out of sight, and the collapsed frames in their stead
        self.bars: dict[str, Rect] = {}  # where these frames are

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
            for index, (x, y) in enumerate(item.bends)
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
                bar = self.bars.get(self.hidden.get(name, ""))
                box = box.united(self.nodes[name].rect() if bar is None else QRectF(*bar))
        if names is None:
            for item in (*self.wires.values(), *self.boxes.items.values()):
                box = box.united(item.sceneBoundingRect()) if item.isVisible() else box
        return box.adjusted(-REACH, -REACH, REACH, REACH) if not box.isEmpty() else box

    def rects(self, without: Collection[str] = ()) -> list[Rect]:
        """The boxes of the blocks, for finding a free spot."""
        return [box for name, box in self.cells.boxes.items() if name not in without]

    def places(self) -> dict[str, Rect]:
        """The boxes of all blocks, those out of sight too."""
        return {name: self.place_of(name) for name in self.nodes}

    def end_at(self, name: str, port: Port) -> Point:
        """Where wires of a port end: at it, or at the edge of the collapsed frame that the block lies in."""
        if name not in self.hidden:
            return self.nodes[name].port_at(port)
        x, y, width, height = self.bars[self.hidden[name]]
        if self.store.document.flow == "down":
            return x + width / 2, y + (height if port.side == "out" else 0.0)
        return x + (width if port.side == "out" else 0.0), y + height / 2

    def place_of(self, name: str) -> Rect:
        """The box of a block."""
        item = self.nodes[name]
        return (*item.at, WIDTH, item.box.height)

    def sizes(self) -> dict[str, tuple[float, float]]:
        """Width and height of every block as it is shown."""
        return {name: (WIDTH, item.box.height) for name, item in self.nodes.items()}

    def axes(self) -> dict[str, float]:
        """How far across the flow the wires come in, of every block."""
        down = self.store.document.flow == "down"
        return {name: WIDTH / 2 if down else item.box.axis for name, item in self.nodes.items()}
