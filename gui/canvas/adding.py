"""Where a new block lands, and what it is wired to: pure functions from one document to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from core.blocks._base import Block
from core.graph import edits
from core.graph.bridges import MOST, bridges
from core.graph.document import Document, Wire
from core.graph.rules import Refusal, check_wire
from core.graph.shapes import Inference, infer
from core.words import Words
from gui.canvas.geometry import Port, ports_of

NO_WAY_THROUGH = Words(
    "This block has no input or no output, so it cannot be put into a wire.",
    "该模块没有输入或没有输出，不能插入连线中。",
)
End = tuple[str, Port]  # a port of a block in the document


def wire_between(a: End, b: End) -> Wire | None:
    """The wire between two ports, whichever is the output; None between two of a side."""
    if a[1].side == b[1].side:
        return None
    (source, out), (target, into) = (a, b) if a[1].side == "out" else (b, a)
    return Wire(source, out.name, target, into.name)


def attach(document: Document, known: Inference, name: str, end: End) -> Document:
    """With `end` wired to the first port of block `name` that takes it and is free; as it was if there is none."""
    for port in _free_ports(document, name, end):
        wire = wire_between(end, (name, port))
        if wire is not None and check_wire(document, known, wire) is None:
            return edits.connect(document, wire)
    return document


def place(
    document: Document,
    known: Inference,
    block: Block,
    position: tuple[float, float],
    end: End | None = None,
    wire: Wire | None = None,
) -> tuple[Document, str]:
    """With a new block, wired to `end` or put into `wire` where they fit, and its name."""
    after, name = edits.add(document, block, position)
    if wire is not None and splice_refusal(after, known, name, wire) is None:
        after = edits.insert(after, name, wire)
    elif end is not None:
        after = attach(after, infer(after, known), name, end)
    return after, name


def fitting(document: Document, known: Inference, end: End, blocks: Mapping[str, type[Block]]) -> list[str]:
    """Ids of the blocks that could be wired to a port, with their settings as they come."""
    part = _upstream(document, end[0]) if end[1].side == "out" else document
    found = []
    for id_, block in blocks.items():
        after, name = edits.add(part, block())
        if attach(after, known, name, end) is not after:
            found.append(id_)
    return found


def fitting_into(document: Document, known: Inference, wire: Wire, blocks: Mapping[str, type[Block]]) -> list[str]:
    """Ids of the blocks that could be put into a wire, with their settings as they come."""
    found = []
    for id_, block in blocks.items():
        after, name = edits.add(document, block())
        if splice_refusal(after, known, name, wire) is None:
            found.append(id_)
    return found


def splice_refusal(document: Document, known: Inference, name: str, wire: Wire) -> Refusal | None:
    """None where block `name` may be put into a wire: its input takes what comes, and what follows takes its output."""
    block = document.nodes[name].block
    if not isinstance(block, Block) or not block.input_ports() or not block.output_ports():
        return Refusal(NO_WAY_THROUGH)
    first = Wire(wire.source, wire.output, name, block.input_ports()[0])
    second = Wire(name, block.output_ports()[0], wire.target, wire.input)
    without = edits.disconnect(document, [wire])
    refusal = check_wire(without, known, first)
    if refusal is not None:
        return refusal
    half = edits.connect(without, first)
    return check_wire(half, infer(half, known), second)


def splices(document: Document, known: Inference, name: str, wire: Wire) -> list[tuple[Words, Document]]:
    """Ways to put block `name` into a wire that it does not fit: what goes before or behind it, and the document then."""
    block = document.nodes[name].block
    if not isinstance(block, Block) or not block.input_ports() or not block.output_ports():
        return []
    first = Wire(wire.source, wire.output, name, block.input_ports()[0])
    second = Wire(name, block.output_ports()[0], wire.target, wire.input)
    found: list[tuple[Words, Document]] = []
    for before, half in _laid(edits.disconnect(document, [wire]), known, first):
        for behind, whole in _laid(half, infer(half, known), second):
            parts = [Words(f"{b.en} before it", f"之前加{b.zh}") for b in [before] if b is not None]
            parts += [Words(f"{b.en} behind it", f"之后加{b.zh}") for b in [behind] if b is not None]
            found.append((Words(", ".join(p.en for p in parts), "，".join(p.zh for p in parts)), whole))
    return found[:MOST]


def _laid(document: Document, known: Inference, wire: Wire) -> Iterator[tuple[Words | None, Document]]:
    """With a wire as it is, or with each bridge that it needs, and the words of that."""
    if check_wire(document, known, wire) is None:
        yield None, edits.connect(document, wire)
        return
    for bridge in bridges(document, known, wire):
        yield bridge.words, bridge.lay(document, wire)


def _free_ports(document: Document, name: str, end: End) -> Iterator[Port]:
    taken = {w.input for w in document.incoming(name)}
    for port in ports_of(document.nodes[name].block):
        if port.side != end[1].side and not (port.side == "in" and port.name in taken):
            yield port


def _upstream(document: Document, name: str) -> Document:
    """The part of a document that feeds a block, and the block: all that decides what leaves it."""
    names, frontier = {name}, [name]
    sources: dict[str, list[str]] = {}
    for wire in document.wires:
        sources.setdefault(wire.target, []).append(wire.source)
    while frontier:
        fresh = [s for s in sources.get(frontier.pop(), ()) if s not in names]
        names.update(fresh)
        frontier += fresh
    return _only(document, names)


def _only(document: Document, names: Iterable[str]) -> Document:
    kept = set(names)
    return document.with_(
        nodes={n: node for n, node in document.nodes.items() if n in kept},
        wires=tuple(w for w in document.wires if w.source in kept and w.target in kept),
    )
