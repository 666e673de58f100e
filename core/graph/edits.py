"""Edits: pure functions from one document to the next. An edit that changes nothing returns the document it was given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from core.blocks._base import Block
from core.errors import GraphError
from core.graph.adopt import adopt
from core.graph.document import (
    MOST_BENDS,
    DataChoice,
    Document,
    Flow,
    Mask,
    Mode,
    Node,
    Numbers,
    Point,
    Wire,
    within_reach,
)
from core.graph.training import Learning, Training
from core.optimizers._base import Optimizer
from core.schedules._base import Schedule
from core.words import Words

LONGEST_NAME = 64


def check_name(name: str) -> None:
    """Raise GraphError unless a block may have this name: letters of any script, digits, `_` and `-`."""
    plain = all(c in "_-" or unicodedata.category(c)[0] in "LNM" for c in name)
    if not plain or not 0 < len(name) <= LONGEST_NAME:
        raise GraphError(
            Words(
                f"A block's name must be 1 to {LONGEST_NAME} letters, digits, '_' or '-', and this one is {name[:80]!r}.",
                f"模块名称应为 1 到 {LONGEST_NAME} 个字母、汉字、数字、“_”或“-”，现在是 {name[:80]!r}。",
            )
        )


def free_name(document: Document, stem: str, also: Collection[str] = ()) -> str:
    """The first of stem1, stem2, … that no block has. A stem that ends in digits goes on counting from them."""
    base = re.sub(r"\d+$", "", stem) or stem
    number = 1
    while f"{base}{number}" in document.nodes or f"{base}{number}" in also:
        number += 1
    return f"{base}{number}"


def add(
    document: Document, block: Block, position: tuple[float, float] | None = None, name: str | None = None
) -> tuple[Document, str]:
    """The document with one more block, and the block's name."""
    if name is None:
        name = free_name(document, type(block).stem or type(block).id)
    check_name(name)
    if name in document.nodes:
        raise GraphError(
            Words(
                f"There is a block named {name!r} already. Take another name.",
                f"已有名为 {name!r} 的模块，请换一个名称。",
            )
        )
    document, fresh = adopt(document, {name: Node(block, position)})
    return document.with_(nodes={**document.nodes, **fresh}), name


def remove(document: Document, names: Iterable[str], *, heal: bool = False) -> Document:
    """Without these blocks and their wires. `heal` joins what fed a block's first input to what its first output fed."""
    gone = {n for n in names if n in document.nodes}
    if not gone:
        return document
    wires = list(document.wires)
    if heal:
        for name in gone:
            sources = [w for w in wires if w.target == name]
            targets = [w for w in wires if w.source == name]
            if len(sources) == 1:
                wires += [Wire(sources[0].source, sources[0].output, w.target, w.input) for w in targets]
            wires = [w for w in wires if name not in (w.source, w.target)]
    wires = [w for w in wires if w.source not in gone and w.target not in gone]
    return document.with_(nodes={n: v for n, v in document.nodes.items() if n not in gone}, wires=tuple(wires))


def connect(document: Document, wire: Wire) -> Document:
    """With this wire; whatever ended at the same input port gives way. `core/graph/rules.py` says whether it may be.

    Raises GraphError where a block at one of its ends is not there.
    """
    for name in (wire.source, wire.target):
        _node(document, name)
    if wire in document.wires:
        return document
    others = tuple(w for w in document.wires if (w.target, w.input) != (wire.target, wire.input))
    return document.with_(wires=(*others, wire))


def disconnect(document: Document, wires: Iterable[Wire]) -> Document:
    """Without these wires."""
    gone = set(wires)
    left = tuple(w for w in document.wires if w not in gone)
    return document if len(left) == len(document.wires) else document.with_(wires=left)


def insert(document: Document, name: str, wire: Wire) -> Document:
    """A block that stands alone is put into a wire, by its first input and first output."""
    node = _node(document, name)
    if not isinstance(node.block, Block) or not node.block.input_ports() or not node.block.output_ports():
        return document
    first = Wire(wire.source, wire.output, name, node.block.input_ports()[0])
    second = Wire(name, node.block.output_ports()[0], wire.target, wire.input)
    return connect(connect(disconnect(document, [wire]), first), second)


def move(document: Document, positions: Mapping[str, Point]) -> Document:
    """With blocks at new positions; the bends of wires between blocks that go the same way go with them. Locked ones stay."""
    moved = {
        name: replace(node, position=at)
        for name, at in ((name, within_reach(to)) for name, to in positions.items())
        if (node := document.nodes.get(name)) is not None
        and node.position != at
        and not (node.locked and node.position is not None)
    }
    if not moved:
        return document
    by = {n: _way(document.nodes[n].position, v.position) for n, v in moved.items()}
    return document.with_(
        nodes={**document.nodes, **moved},
        wires=_bent_along(document.wires, by) if any(w.bends for w in document.wires) else document.wires,
    )


def bend(document: Document, wire: Wire, bends: tuple[Point, ...]) -> Document:
    """With a wire drawn through these points; those beyond the most that a wire may have are left out."""
    bends = tuple(map(within_reach, bends[:MOST_BENDS]))
    if wire not in document.wires or next(w for w in document.wires if w == wire).bends == bends:
        return document
    return document.with_(wires=tuple(replace(w, bends=bends) if w == wire else w for w in document.wires))


def set_mode(document: Document, names: Iterable[str], mode: Mode) -> Document:
    """With blocks on, bypassed or muted. `core/graph/rules.py` says whether a block may be bypassed."""
    return _with_each(document, dict.fromkeys(names, mode), "mode")


def collapse(document: Document, names: Iterable[str], *, collapsed: bool) -> Document:
    """With blocks drawn as their headers alone, or whole again."""
    return _with_each(document, dict.fromkeys(names, collapsed), "collapsed")


def lock(document: Document, names: Iterable[str], *, locked: bool) -> Document:
    """With blocks that stay where they are, or may be moved again."""
    return _with_each(document, dict.fromkeys(names, locked), "locked")


def set_block(document: Document, name: str, block: Block) -> Document:
    """With other settings, or another block, under the same name. Wires to ports that are no more are dropped."""
    return set_blocks(document, {name: block})


def set_blocks(document: Document, blocks: Mapping[str, Block]) -> Document:
    """The same for several blocks at once."""
    fresh = {
        n: replace(node, block=block)
        for n, block in blocks.items()
        if not ((node := _node(document, n)).block == block and type(node.block) is type(block))
    }
    if not fresh:
        return document
    ins = {n: set(blocks[n].input_ports()) for n in fresh}
    outs = {n: set(blocks[n].output_ports()) for n in fresh}
    wires = tuple(
        w
        for w in document.wires
        if (w.target not in fresh or w.input in ins[w.target]) and (w.source not in fresh or w.output in outs[w.source])
    )
    nodes = {**document.nodes, **fresh}
    return document.with_(nodes=nodes, wires=wires if len(wires) != len(document.wires) else document.wires)


def rename(document: Document, name: str, new: str) -> Document:
    """With a block under another name; its wires follow, its place in the order stays."""
    if name == new:
        return document
    _node(document, name)
    check_name(new)
    if new in document.nodes:
        raise GraphError(
            Words(
                f"There is a block named {new!r} already. Take another name.",
                f"已有名为 {new!r} 的模块，请换一个名称。",
            )
        )
    names = {name: new}
    return document.with_(
        nodes={names.get(n, n): v for n, v in document.nodes.items()},
        wires=tuple(renamed(w, names) for w in document.wires),
    )


def set_weights(document: Document, name: str, weights: Mapping[str, Numbers]) -> Document:
    """With first values of weights set by hand; an empty mapping goes back to the initialiser."""
    node = _node(document, name)
    if node.weights == weights:
        return document
    return document.with_(nodes={**document.nodes, name: replace(node, weights=dict(weights))})


def set_learning(document: Document, name: str, learning: Learning) -> Document:
    """With a block that learns in another way, or not at all."""
    node = _node(document, name)
    if node.learning == learning:
        return document
    return document.with_(nodes={**document.nodes, name: replace(node, learning=learning)})


def freeze_weights(document: Document, name: str, frozen: Mapping[str, Mask]) -> Document:
    """With these weights of a block frozen, whole or number by number, and its others free."""
    node = _node(document, name)
    if node.frozen_weights == frozen:
        return document
    return document.with_(nodes={**document.nodes, name: replace(node, frozen_weights=dict(frozen))})


def paste(
    document: Document, nodes: Mapping[str, Node], wires: Iterable[Wire], offset: tuple[float, float]
) -> tuple[Document, dict[str, str]]:
    """With copies of blocks under free names, and the new name of each. Wires from blocks that exist here are kept."""
    document, nodes = adopt(document, nodes)
    names: dict[str, str] = {}
    for name in nodes:
        taken = {*names.values(), *nodes}  # a copy may not take the name of another copy either
        names[name] = free_name(document, name, taken) if name in document.nodes else name
    copies = {
        names[n]: replace(node, position=node.position and _beside(node.position, offset), locked=False, folded="")
        for n, node in nodes.items()
    }  # whoever copies a locked block wants it elsewhere
    after = document.with_(nodes={**document.nodes, **copies})
    for wire in wires:
        copy = shifted(renamed(wire, names), offset)
        if copy.source in after.nodes and copy.target in after.nodes:
            after = connect(after, copy)
    return after, names


def set_data(document: Document, data: DataChoice | None) -> Document:
    """With another choice of data."""
    return document if document.data == data else document.with_(data=data)


def set_training(
    document: Document,
    training: Training | None = None,
    optimizer: Optimizer | None = None,
    schedule: Schedule | None = None,
) -> Document:
    """With other training settings, another optimiser or schedule, or all of them."""
    changes: dict[str, object] = {}
    if training is not None and training != document.training:
        changes["training"] = training
    if optimizer is not None and optimizer != document.optimizer:
        changes["optimizer"] = optimizer
    if schedule is not None and schedule != document.schedule:
        changes["schedule"] = schedule
    return document.with_(**changes) if changes else document


def set_flow(document: Document, flow: Flow) -> Document:
    """With wires that run to the right or down."""
    return document if flow == document.flow else document.with_(flow=flow)


def set_title(document: Document, title: str) -> Document:
    """With another title."""
    return document if title == document.title else document.with_(title=title)


def _with_each(document: Document, values: Mapping[str, object], field: str) -> Document:
    changed = {
        n: replace(document.nodes[n], **{field: value})  # type: ignore[arg-type]  # the two callers name their fields
        for n, value in values.items()
        if n in document.nodes and getattr(document.nodes[n], field) != value
    }
    return document.with_(nodes={**document.nodes, **changed}) if changed else document


def _way(before: Point | None, after: Point | None) -> Point | None:
    return (after[0] - before[0], after[1] - before[1]) if before is not None and after is not None else None


def _bent_along(wires: tuple[Wire, ...], by: Mapping[str, Point | None]) -> tuple[Wire, ...]:
    def along(wire: Wire) -> Wire:
        way = by.get(wire.source)
        return shifted(wire, way) if way is not None and way == by.get(wire.target) else wire

    return tuple(along(w) if w.bends else w for w in wires)


def shifted(wire: Wire, by: Point) -> Wire:
    """A wire whose bends have gone some way."""
    return replace(wire, bends=tuple(_beside(bend, by) for bend in wire.bends)) if wire.bends else wire


def _beside(at: Point, by: Point) -> Point:
    return within_reach((at[0] + by[0], at[1] + by[1]))


def _node(document: Document, name: str) -> Node:
    if name not in document.nodes:
        raise GraphError(Words(f"There is no block named {name!r}.", f"没有名为 {name!r} 的模块。"))
    return document.nodes[name]


def renamed(wire: Wire, names: Mapping[str, str]) -> Wire:
    """A wire between blocks that have other names now."""
    return replace(wire, source=names.get(wire.source, wire.source), target=names.get(wire.target, wire.target))
