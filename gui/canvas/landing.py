"""What is to happen to a block that is chosen from a list: where it lands, and what it is wired to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.blocks._base import Block
from core.graph import edits
from core.graph.document import Document, Flow, Node, Wire
from core.graph.layout import LAYER_GAP, make_room
from core.graph.shapes import Inference
from gui.canvas import adding
from gui.canvas.adding import End
from gui.canvas.geometry import HEADER, LINE, WIDTH, Point, Rect, along, box_of, free_spot, ports_of, size_of, snapped


@dataclass(frozen=True, slots=True)
class Landing:
    """`at` is where the pointer was. With `end`, the port that fits comes to lie there; with `wire`, the middle."""

    at: Point
    end: End | None = None  # to be wired to
    wire: Wire | None = None  # to be put into

    def fitting(self, document: Document, known: Inference, blocks: Mapping[str, type[Block]]) -> list[str]:
        """Ids of the blocks that may land here."""
        if self.wire is not None:
            return adding.fitting_into(document, known, self.wire, blocks)
        return adding.fitting(document, known, self.end, blocks) if self.end is not None else list(blocks)

    def land(self, document: Document, known: Inference, block: Block, taken: list[Rect]) -> tuple[Document, str]:
        """The document with the block, and its name."""
        flow = document.flow
        size = size_of(Node(block), flow)
        after, name = adding.place(document, known, block, self._corner(block, flow), self.end, self.wire)
        if self.wire is not None and self.wire not in after.wires:
            return line_up(after, name, self.wire), name
        if self.end is None:
            after = edits.move(after, {name: free_spot(self._corner(block, flow), size, taken)})
        return after, name

    def _corner(self, block: Block, flow: Flow) -> Point:
        """The top-left corner of a block that lands here."""
        x, y = self.at
        box = box_of(ports_of(block), flow=flow)
        if self.end is not None:
            side = "in" if self.end[1].side == "out" else "out"
            x, y = next(((x - px, y - py) for port, (px, py) in box.ports.items() if port.side == side), (x, y))
        else:
            x, y = x - WIDTH / 2, y - (HEADER + LINE) / 2
        return snapped(x), snapped(y)


def behind(name: str, document: Document, taken: list[Rect], output: End) -> Landing:
    """A landing after block `name` in the flow, in the next free place down: for building chains by the keyboard."""
    flow, node = document.flow, document.nodes[name]
    x, y = node.position or (0.0, 0.0)
    if flow == "down":
        at = free_spot((x, y + size_of(node, flow)[1] + LAYER_GAP), (WIDTH, HEADER + LINE), taken)
        return Landing((at[0] + WIDTH / 2, at[1]), end=output)
    at = free_spot((x + WIDTH + LAYER_GAP, y), (WIDTH, HEADER + LINE), taken)
    return Landing((at[0], at[1] + HEADER + LINE / 2), end=output)


def line_up(document: Document, name: str, wire: Wire) -> Document:
    """A block that was put into a wire goes behind what feeds it, on one line with it, and what follows makes room."""
    flow, source, node = document.flow, document.nodes[wire.source], document.nodes[name]
    if source.position is not None and node.position is not None:
        before, here = along(source.position, flow), along(node.position, flow)
        if before[0] < here[0] + along((WIDTH, HEADER + LINE), flow)[0]:
            line = before[1] + _across(source, "out", flow) - _across(node, "in", flow)
            far = max(here[0], before[0] + along(size_of(source, flow), flow)[0] + LAYER_GAP)
            near = abs(here[1] - line) < along((WIDTH, HEADER + LINE), flow)[1]
            document = edits.move(document, {name: along((far, line if near else here[1]), flow)})
    return edits.move(document, make_room(document, name))


def _across(node: Node, side: str, flow: Flow) -> float:
    """How far across the flow the first port of a side is."""
    ports = box_of(ports_of(node.block), flow=flow).ports
    return next((along(at, flow)[1] for port, at in ports.items() if port.side == side), 0.0)
