"""Wires without a pointer: where those of a block may lead, and which it has; each is drawn or removed in one step."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, pairwise
from math import dist

from core.blocks._base import Block
from core.errors import GraphError
from core.graph import edits
from core.graph.document import Document, Wire
from core.graph.rules import check_wire
from core.graph.shapes import Inference, infer
from core.words import Words
from gui.canvas.geometry import Point
from gui.canvas.tools.link import CONNECT
from gui.canvas.tools.select import REMOVE_WIRE
from gui.canvas.trying import Way

MOST = 12  # inputs to choose from, the nearest: a menu is no list of the network


def ways_on(document: Document, known: Inference, name: str, at: Mapping[str, Point]) -> list[Way]:
    """Ways to wire block `name` on, the nearest of the blocks that lie `at` these points first; then to remove a wire."""
    fit = (wire for wire in _open(document, name, at) if check_wire(document, known, wire) is None)
    return [
        *(Way(_led(document, wire), CONNECT, partial(edits.connect, wire=wire)) for wire in islice(fit, MOST)),
        *(
            Way(_removed(document, wire), REMOVE_WIRE, partial(edits.disconnect, wires=[wire]))
            for wire in document.outgoing(name)
        ),
    ]


def chained(document: Document, known: Inference, names: Sequence[str]) -> Document:
    """With blocks wired in a row, each to the next, where it is not. Raises GraphError with the first reason where none can be."""
    after, reason = document, None
    for name, other in pairwise(names):
        if any(wire.target == other for wire in after.outgoing(name)):
            continue
        known = infer(after, known)
        refusals = {wire: check_wire(after, known, wire) for wire in _between(after, name, other, _taken(after))}
        fit = next((wire for wire, refusal in refusals.items() if refusal is None), None)
        if fit is not None:
            after = edits.connect(after, fit)
        elif reason is None:
            reason = next((refusal.words for refusal in refusals.values() if refusal is not None), _full(other))
    if after is document and reason is not None:
        raise GraphError(reason)
    return after


def _full(name: str) -> Words:
    return Words(f"{name} has no free input.", f"{name} 没有空闲的输入端口。")


def _open(document: Document, name: str, at: Mapping[str, Point]) -> Iterator[Wire]:
    """Wires from a block to inputs that are free, whether they fit or not."""
    taken = _taken(document)
    for other in sorted(document.nodes.keys() - {name}, key=lambda each: (dist(at[name], at[each]), each)):
        yield from _between(document, name, other, taken)


def _between(document: Document, name: str, other: str, taken: Collection[tuple[str, str]]) -> Iterator[Wire]:
    """Those to one block, where its inputs are not taken."""
    for port in _inputs(document, other):
        if (other, port) not in taken:
            yield from (Wire(name, out, other, port) for out in _outputs(document, name))


def _taken(document: Document) -> set[tuple[str, str]]:
    return {(wire.target, wire.input) for wire in document.wires}


def _led(document: Document, wire: Wire) -> Words:
    """Where a wire leads; ports are named where there are several."""
    out = f"{wire.output} " if len(_outputs(document, wire.source)) > 1 else ""
    into = f" · {wire.input}" if len(_inputs(document, wire.target)) > 1 else ""
    return Words(f"{out}to {wire.target}{into}", f"{out}连到 {wire.target}{into}")


def _removed(document: Document, wire: Wire) -> Words:
    led = _led(document, wire)
    return Words(f"Remove the wire {led.en}", f"删除连线（{led.zh}）")


def _inputs(document: Document, name: str) -> tuple[str, ...]:
    block = document.nodes[name].block
    return tuple(block.input_ports()) if isinstance(block, Block) else ()


def _outputs(document: Document, name: str) -> tuple[str, ...]:
    block = document.nodes[name].block
    return tuple(block.output_ports()) if isinstance(block, Block) else ()
