"""Steps in the size of a network: layers a little wider or narrower, one layer more or less. What follows must still fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from core.blocks._base import Block
from core.errors import GraphError, SettingError
from core.graph import edits
from core.graph.document import Document, Wire
from core.graph.shapes import Fault, Inference, infer
from core.words import Words

WIDE = ("units", "filters")  # settings that say how wide a layer is
FOLLOW = {"activation", "normalisation"}  # groups of blocks that belong to the layer before them
TWICE = {"relu", "dropout", "spatial_dropout2d"}  # a second time, and once trained, they change nothing more
LADDER = (8, 10, 12)  # from here on widths are these, doubled and doubled again; below, every number
NO_LAYER = Words(
    "Select a layer with units or filters that is not the last before the output.",
    "请选中一个有单元数或卷积核数的层，且它不是输出前的最后一层。",
)


def next_width(width: int, *, up: bool) -> int:
    """The next width up or down: 1, 2, … 8, 10, 12, 16, 20, 24, 32 and so on."""
    rungs = [*range(1, LADDER[0]), *(n << k for k in range(20) for n in LADDER)]
    return next(n for n in rungs if n > width) if up else next((n for n in reversed(rungs) if n < width), 1)


def step_width(document: Document, known: Inference, names: Collection[str], *, up: bool) -> Document:
    """With these layers a step wider or narrower; of several, not the last, which is as wide as its target.

    Raises GraphError where none has a width, or where what follows would not fit.
    """
    return _checked(document, known, _as_wide(document, _stepped(document, known, names, up=up)))


def step_together(
    document: Document, known: Inference, names: Collection[str], *, up: bool
) -> tuple[Document, list[str]]:
    """The same with all layers that have to be as wide as these because what they give is added up; and which those are.

    Raises GraphError where that does not fit either, or one of them is as wide as its target.
    """
    widths = _stepped(document, known, names, up=up)
    steps = {_width(document, n): wide for n, wide in widths.items()}
    while True:
        after = _as_wide(document, widths)
        misfits = {fault.block for fault in _fresh(known, infer(after, known))}
        found = {n for block in misfits for n in _givers(document, block)} - widths.keys()
        agree = {n: steps[wide] for n in found if (wide := _width(document, n)) in steps and not _is_last(document, n)}
        if not agree:
            return _checked(document, known, after), [n for n in known.order if n in widths.keys() - set(names)]
        widths |= agree


def deepen(document: Document, known: Inference, names: Collection[str]) -> tuple[Document, str]:
    """With a layer like the last of these behind it, its activation with it, and the new layer's name.

    It gives the shape it takes, so that all other weights still fit, and begins as the identity where that is exact: a
    Dense or a convolution without an activation, or before ReLU, behind ReLU (Chen, Goodfellow & Shlens, 2016). Raises
    GraphError where there is no such layer, or the new one would not fit.
    """
    layers = [n for n in _layers(document, known, names) if not _is_last(document, n)]
    if not layers:
        raise GraphError(NO_LAYER)
    part = _part(document, layers[-1])
    shape = known.outs.get(part[-1])
    fault: GraphError | None = None
    for first, copy in _like(document, part):
        start = edits.set_block(document, part[0], first)
        blocks = [copy, *(document.nodes[n].block for n in part[1:])]
        after, fresh = _behind(start, part[-1], [b for b in blocks if isinstance(b, Block)])
        try:
            _checked(document, known, after)
        except GraphError as error:
            fault = fault or error
            continue
        if infer(after, known).outs.get(fresh[-1]) == shape:
            return after, fresh[0]
    raise fault or GraphError(NO_LAYER)


def thin(document: Document, known: Inference, names: Collection[str]) -> Document:
    """Without the last of these layers and its activation, the gap closed; the last before the output stays."""
    layers = [n for n in _layers(document, known, names) if not _is_last(document, n)]
    if not layers:
        raise GraphError(NO_LAYER)
    part = _part(document, layers[-1])
    after = edits.remove(document, part, heal=True)
    for wire in document.incoming(part[0]):  # the layer before may have to end the sequence in its place
        before, gone = document.nodes[wire.source].block, document.nodes[part[0]].block
        if type(before) is type(gone) and hasattr(before, "returns"):
            after = edits.set_block(after, wire.source, replace(before, returns=gone.returns))  # type: ignore[union-attr,call-arg,arg-type]
    return _checked(document, known, after)


def layer_before(before: Document, after: Document, gone: Collection[str]) -> list[str]:
    """The nearest layer upstream of blocks that are gone, to go on from; none where there is none."""
    frontier, seen = [*gone], set(gone)
    while frontier:
        name = frontier.pop(0)
        if name in after.nodes and _wide(after.nodes[name].block):
            return [name]
        fresh = [w.source for w in before.incoming(name) if w.source not in seen]
        seen.update(fresh)
        frontier += fresh
    return []


def can_step(document: Document, known: Inference, names: Collection[str]) -> tuple[bool, bool]:
    """Whether there is a layer among these whose width can be stepped, and one that can be doubled or taken away."""
    layers = list(_layers(document, known, names))
    hidden = any(not _is_last(document, n) for n in layers)
    return hidden or (len(names) == 1 and bool(layers)), hidden


def _layers(document: Document, known: Inference, names: Collection[str]) -> Iterator[str]:
    """Those that have a width, in the order data flows."""
    return (n for n in known.order if n in names and _wide(document.nodes[n].block))


def _wide(block: object) -> str:
    return next((name for name in WIDE if isinstance(block, Block) and hasattr(block, name)), "")


def _width(document: Document, name: str) -> int:
    block = document.nodes[name].block
    return int(getattr(block, _wide(block)))


def _stepped(document: Document, known: Inference, names: Collection[str], *, up: bool) -> dict[str, int]:
    """The new widths of layers. Raises GraphError where none has one."""
    layers = [n for n in _layers(document, known, names) if len(names) == 1 or not _is_last(document, n)]
    if not layers:
        raise GraphError(NO_LAYER)
    return {name: next_width(_width(document, name), up=up) for name in layers}


def _as_wide(document: Document, widths: Mapping[str, int]) -> Document:
    for name, width in widths.items():
        block: Any = document.nodes[name].block
        try:
            document = edits.set_block(document, name, replace(block, **{_wide(block): width}))
        except SettingError as error:
            raise GraphError(error.words) from error
    return document


def _givers(document: Document, name: str) -> set[str]:
    """The nearest layers upstream of a block, by every wire."""
    found: set[str] = set()
    frontier, seen = [name], {name}
    while frontier:
        fresh = {w.source for w in document.incoming(frontier.pop())} - seen
        seen |= fresh
        found |= {n for n in fresh if _wide(document.nodes[n].block)}
        frontier += fresh - found
    return found


def _part(document: Document, name: str) -> list[str]:
    """A layer and the blocks that belong to it, as far as one wire leads from each to the next."""
    part = [name]
    while (following := _next(document, part[-1])) is not None:
        block = document.nodes[following].block
        if not isinstance(block, Block) or block.group not in FOLLOW:
            break
        part.append(following)
    return part


def _next(document: Document, name: str) -> str | None:
    wires = document.outgoing(name)
    return wires[0].target if len(wires) == 1 and len(document.incoming(wires[0].target)) == 1 else None


def _is_last(document: Document, name: str) -> bool:
    """Whether an output follows with nothing but activations between."""
    behind = (document.nodes[w.target].block for w in document.outgoing(_part(document, name)[-1]))
    return any(isinstance(block, Block) and block.group == "output" for block in behind)


def _like(document: Document, part: list[str]) -> Iterator[tuple[Block, Block]]:
    """What the layer itself becomes, and the new one behind it: such pairs as may keep the shape."""
    block: Any = document.nodes[part[0]].block
    slides = hasattr(block, "padding") and hasattr(block, "stride")
    once = {"padding": "same", "stride": (1,) if isinstance(block.stride, tuple) else 1} if slides else {}
    if all(getattr(document.nodes[n].block, "id", "") in TWICE for n in part[1:]) and _may_pass_on(block):
        yield block, replace(block, start="identity", **once)
    yield block, block
    if slides:
        yield block, replace(block, **once)
    if getattr(block, "returns", "sequence") != "sequence":
        yield replace(block, returns="sequence"), block


def _may_pass_on(block: Any) -> bool:
    """Whether a layer that starts as the identity gives what it takes: a matrix, or filters with a tap in the middle."""
    if block.id == "dense":
        return True
    size = getattr(block, "kernel_size", 0)
    sizes = size if isinstance(size, tuple) else (size,)
    return block.id in ("conv1d", "conv2d") and all(size % 2 for size in sizes) and getattr(block, "groups", 1) == 1


def _behind(document: Document, last: str, blocks: list[Block]) -> tuple[Document, list[str]]:
    """With blocks in a row between a block and all that it feeds."""
    onward = document.outgoing(last)
    document, names = edits.disconnect(document, onward), [last]
    giver = document.nodes[last].block
    for block in blocks:
        document, name = edits.add(document, block)
        assert isinstance(giver, Block)
        document = edits.connect(document, Wire(names[-1], giver.output_ports()[0], name, block.input_ports()[0]))
        names.append(name)
        giver = block
    for wire in onward:
        document = edits.connect(document, Wire(names[-1], blocks[-1].output_ports()[0], wire.target, wire.input))
    return document, names[1:]


def _checked(document: Document, known: Inference, after: Document) -> Document:
    for fault in _fresh(known, infer(after, known)):
        raise GraphError(
            Words(
                f"That step would not fit, so nothing was changed. {fault.words.en}",
                f"这一步会使形状不匹配，因此没有更改。{fault.words.zh}",
            )
        )
    return after


def _fresh(before: Inference, after: Inference) -> list[Fault]:
    """Faults that were not there before."""
    known = {fault.words for fault in before.faults}
    return [fault for fault in after.faults if fault.words not in known]
