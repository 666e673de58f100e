"""The network as the engine sees it: composites opened up, bypassed blocks joined across, muted ones left out.

A block inside a composite is named by its path, `group/conv1`, and `group/2/conv1` in the second of several copies. So
weights have names such as `group/conv1.W`, and, since first weights are drawn from the seed and the name, every copy has
its own. Grouping blocks that have been given no weights by hand therefore draws other first weights, and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from types import MappingProxyType

from core.errors import GraphError
from core.graph.boundary import Inlet, Outlet
from core.graph.composites import Composite
from core.graph.document import Document, Node, Wire
from core.graph.shapes import bypassed_input, infer
from core.graph.training import Learning
from core.words import Words

MOST_BLOCKS = 100_000


def expand(document: Document) -> Document:
    """The document without composites and modes; the same one where it has none. Raises GraphError for too many blocks."""
    size = sum(v.block.size if isinstance(v.block, Composite) else 1 for v in document.nodes.values())
    if size > MOST_BLOCKS:
        raise GraphError(
            Words(
                f"With all composites opened up the network has {size:,} blocks, and at most {MOST_BLOCKS:,} can be "
                "trained. Repeat fewer of them.",
                f"所有组合模块展开后，网络有 {size:,} 个模块，最多可训练 {MOST_BLOCKS:,} 个。请减少重复次数。",
            )
        )
    document = active(document)
    while opened := [n for n, v in document.nodes.items() if isinstance(v.block, Composite)]:
        document = active(unrolled(document, opened))
    return document


def active(document: Document) -> Document:
    """Without muted blocks and what depends on them alone, and with wires past the bypassed ones."""
    if all(node.mode == "on" for node in document.nodes.values()):
        return document
    dead = infer(document).inactive
    passed = {n for n, v in document.nodes.items() if v.mode == "bypass" and n not in dead}
    wires = [w for w in document.wires if w.source not in dead and w.target not in dead]
    for name in passed:
        entering = [w for w in wires if w.target == name]
        first = bypassed_input(document.nodes[name].block, {w.input for w in entering})
        wires = [w for w in wires if w.target != name or w.input == first]
    return document.with_(
        nodes={n: v for n, v in document.nodes.items() if n not in dead and n not in passed},
        wires=contracted(wires, passed),
    )


def unrolled(document: Document, names: Collection[str]) -> Document:
    """With these composites replaced by what lies inside them, one level deep, under the names of their paths."""
    nodes: dict[str, Node] = {}
    inner: list[Wire] = []
    copies: dict[str, tuple[str, ...]] = {}
    for name, node in document.nodes.items():
        block = node.block
        if name not in names or not isinstance(block, Composite):
            nodes[name] = node
            continue
        copies[name], content = block.copies(name), block.content()
        for path in copies[name]:
            nodes |= {path + n: _learning_as(node, v) for n, v in content.nodes.items()}
            inner += [replace(w, source=path + w.source, target=path + w.target) for w in content.wires]
        inner += _chain(block, copies[name])
    wires = [*(w for wire in document.wires for w in _into(document, wire, copies)), *inner]
    ends = {n for n, v in nodes.items() if isinstance(v.block, Inlet | Outlet) and n not in document.nodes}
    return document.with_(
        nodes=MappingProxyType({n: v for n, v in nodes.items() if n not in ends}), wires=contracted(wires, ends)
    )


def contracted(wires: Iterable[Wire], points: Collection[str]) -> tuple[Wire, ...]:
    """Wires that run past some nodes of which each hands its one input on. What hangs on nothing is left out."""
    wires = tuple(wires)
    before = {w.target: w for w in wires if w.target in points}
    found: list[Wire] = []
    for wire in wires:
        if wire.target in points:
            continue
        origin: Wire | None = wire
        seen: set[str] = set()
        while origin is not None and origin.source in points and origin.source not in seen:
            seen.add(origin.source)
            origin = before.get(origin.source)
        if origin is wire:
            found.append(wire)
        elif origin is not None and origin.source not in points:
            found.append(Wire(origin.source, origin.output, wire.target, wire.input))
    return tuple(found)


def _learning_as(outer: Node, node: Node) -> Node:
    """A block inside learns as its composite is told to, but for what it is told itself."""
    given, own = outer.learning, node.learning
    learning = Learning(
        frozen=given.frozen or own.frozen,
        l1=given.l1 if own.l1 is None else own.l1,
        l2=given.l2 if own.l2 is None else own.l2,
    )
    return node if learning == own else replace(node, learning=learning)


def _chain(block: Composite, copies: tuple[str, ...]) -> list[Wire]:
    """From the first outlet of each copy to the first inlet of the next."""
    inlets, outlets = block.definition.inlets, block.definition.outlets
    pairs = zip(copies, copies[1:], strict=False)
    return [Wire(a + outlets[0], "y", b + inlets[0], "x") for a, b in pairs]


def _into(document: Document, wire: Wire, copies: dict[str, tuple[str, ...]]) -> Iterable[Wire]:
    """A wire of the outside, from and to the ends inside: out of the last copy; into the first, or into all."""
    if wire.source not in copies and wire.target not in copies:
        yield wire
        return
    if wire.source in copies:
        wire = replace(wire, source=copies[wire.source][-1] + wire.output, output="y")
    if wire.target not in copies:
        yield wire
        return
    block = document.nodes[wire.target].block
    assert isinstance(block, Composite)
    first = wire.input == block.definition.inlets[0]
    for path in copies[wire.target][: 1 if first else None]:
        yield replace(wire, target=path + wire.input, input="x")
