"""What mends a fault, as edits a person takes with one click. Each is tried first: the fault is gone with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from core.blocks import registry
from core.blocks._base import NOTHING, Block, Shape, Shapes
from core.blocks._mask import MASK
from core.errors import SettingError, ShapeError
from core.graph import edits
from core.graph.boundary import ENDS
from core.graph.bridges import bridges
from core.graph.document import Document, Wire
from core.graph.rules import check_wire
from core.graph.shapes import Fault, Inference, infer
from core.settings import Row
from core.words import Words, same

MOST = 4  # for one fault
ASKED = 8  # ports that are asked whether they suit one without a wire
GUESSES: tuple[Shape, ...] = ((28, 28, 1), (64, 8), (2,))  # of an Input, where what follows must take it
ONWARD = {"softmax": "categorical_cross_entropy", "sigmoid": "binary_cross_entropy"}  # probabilities, and their losses


class Remedy(NamedTuple):
    """What it is called, and the edit."""

    words: Words
    edit: Callable[[Document], Document]


def remedies(document: Document, known: Inference, fault: Fault) -> tuple[Remedy, ...]:
    """What mends a fault, the gentlest first; empty where a person has to think."""
    found = list(islice(KINDS[fault.kind](document, known, fault), MOST))
    if not found and fault.block in document.nodes and fault.kind in ("shape", "unwired"):
        found = list(_removal(document, known, fault))
    return tuple(found)


def _misfit(document: Document, known: Inference, fault: Fault) -> Iterator[Remedy]:
    """Another setting of the block or of one that feeds it, and blocks between."""
    name = fault.block
    block = document.nodes[name].block
    feeds = known.feeds.get(name, {})
    if not isinstance(block, Block):
        return
    ins = {p: known.shape(*feeds[p]) or NOTHING if p in feeds else NOTHING for p in block.input_ports()}
    for port, (source, output) in feeds.items():
        giver, came = document.nodes[source].block, known.ins.get(source)
        if isinstance(giver, Block) and came is not None and port in ins:
            beside = [s for p, s in ins.items() if p != port and s]

            def fits(other: Block, port: str = port, output: str = output, came: Shapes = came) -> bool:
                given = _given(other, came, output)
                return given is not None and _takes(block, ins | {port: given})

            yield from islice(_otherwise(source, giver, beside, fits), 1)
    crossed = [(wire, way) for wire in document.incoming(name) for way in bridges(document, known, wire)[:2]]
    for wire, way in crossed:
        at = f" ({wire.source})" if len({w for w, _ in crossed}) > 1 else ""
        words = Words(f"Put {way.words.en} before {name}{at}", f"在 {name} 之前加入{way.words.zh}{at}")
        yield Remedy(words, partial(way.lay, wire=wire))
    yield from _otherwise(
        name, block, ins.values(), lambda other: other.input_ports() == block.input_ports() and _takes(other, ins)
    )


def _otherwise(name: str, block: Block, beside: Iterable[Shape], fits: Callable[[Block], bool]) -> Iterator[Remedy]:
    """One setting changed so that it fits: another choice, a switch turned, a number as usual or as long as what is beside it."""
    lengths = [shape[-1] for shape in beside if shape]
    for row in block.rows():
        now = getattr(block, row.name)
        of_kind: dict[str, list[Any]] = {"choice": [*row.choices], "bool": [not now], "int": [*lengths, row.default]}
        for value in of_kind.get(row.kind, [row.default]):
            if value == now or (value is None) != (now is None):
                continue
            try:
                other = replace(block, **{row.name: value})
            except SettingError:
                continue
            if fits(other):
                yield _setting(name, row, value, other)
                break


def _takes(block: Block, ins: dict[str, Shape]) -> bool:
    try:
        block.out_shapes(tuple(ins.values()))
    except ShapeError:
        return False
    return True


def _given(block: Block, ins: tuple[Shape, ...], output: str) -> Shape | None:
    if output not in block.output_ports() or len(ins) != len(block.input_ports()):
        return None
    try:
        return block.out_shapes(ins)[block.output_ports().index(output)]
    except ShapeError:
        return None


def changing(document: Document, name: str, setting: str, value: Any) -> Remedy | None:
    """Another value for a setting of a block, as a remedy; None where there is no such block, or it may not have that value."""
    block = document.nodes[name].block if name in document.nodes else None
    row = next((row for row in block.rows() if row.name == setting), None) if isinstance(block, Block) else None
    if not isinstance(block, Block) or row is None:
        return None
    try:
        return _setting(name, row, value, replace(block, **{setting: value}))
    except SettingError:
        return None


def _setting(name: str, row: Row, value: Any, block: Block) -> Remedy:
    shown = Words("on", "开") if value is True else Words("off", "关") if value is False else same(str(value))
    if row.kind == "ints":
        shown = same("×".join(map(str, value)))
    elif row.kind == "choice":
        shown = row.info.choices.get(value, shown)
    label = row.info.label
    words = Words(f"{name}: set {label.en} to {shown.en}", f"{name}：将{label.zh}设为 {shown.zh}")
    return Remedy(words, partial(edits.set_block, name=name, block=block))


def _unwired(document: Document, known: Inference, fault: Fault) -> Iterator[Remedy]:
    """A wire from an output that leads nowhere yet, bridged where it must be; for a mask, from a mask; or what is muted, on."""
    name, port = fault.block, fault.port or ""
    block = document.nodes[name].block
    if port in known.feeds.get(name, {}):
        yield from _unmuting(document, name)
        return
    used = {(w.source, w.output) for w in document.wires}
    free = [
        (n, out)
        for n in reversed(known.order)
        if isinstance(b := document.nodes[n].block, Block) and n != name
        for out in b.output_ports()
        if known.shape(n, out) is not None and (out == MASK if port == MASK else (n, out) not in used and out != MASK)
    ]
    behind = _downstream(document, name)
    for source, out in [end for end in free if end[0] not in behind][:ASKED]:
        wire = Wire(source, out, name, port)
        if isinstance(block, Block) and _suits(block, known, wire):
            yield Remedy(
                Words(f"Wire {source} to {name}", f"将 {source} 连到 {name}"), partial(edits.connect, wire=wire)
            )
            continue
        for way in bridges(document, known, wire)[:1]:
            yield Remedy(
                Words(f"Wire {source} to {name} through {way.words.en}", f"将 {source} 经{way.words.zh}连到 {name}"),
                partial(way.lay, wire=wire),
            )
    if port == MASK and isinstance(block, Block):
        yield from _otherwise(name, block, (), lambda other: MASK not in other.input_ports())


def _suits(block: Block, known: Inference, wire: Wire) -> bool:
    """Whether a block takes what comes by a wire, as far as its other inputs are known."""
    feeds = {**known.feeds.get(wire.target, {}), wire.input: (wire.source, wire.output)}
    ins = {p: known.shape(*feeds[p]) or NOTHING if p in feeds else NOTHING for p in block.input_ports()}
    return any(s == NOTHING and p not in block.optional for p, s in ins.items()) or _takes(block, ins)


def _downstream(document: Document, name: str) -> set[str]:
    """All that a block feeds, and itself."""
    onward: dict[str, list[str]] = {}
    for wire in document.wires:
        onward.setdefault(wire.source, []).append(wire.target)
    found, frontier = {name}, [name]
    while frontier:
        fresh = set(onward.get(frontier.pop(), ())) - found
        found |= fresh
        frontier += fresh
    return found


def _unmuting(document: Document, name: str) -> Iterator[Remedy]:
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph((w.source, w.target) for w in document.wires)
    muted = [n for n in document.nodes if document.nodes[n].mode == "mute" and n in nx.ancestors(graph, name)]
    names = ", ".join(muted)
    if muted:
        yield Remedy(
            Words(f"Unmute {names}", f"取消静音 {names}"), partial(edits.set_mode, names=tuple(muted), mode="on")
        )


def _circle(document: Document, known: Inference, fault: Fault) -> Iterator[Remedy]:
    """Without the wire that was drawn last."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph((w.source, w.target) for w in document.wires)
    inside = next(part for part in nx.strongly_connected_components(graph) if fault.block in part)
    wire = next(w for w in reversed(document.wires) if w.source in inside and w.target in inside)
    words = Words(
        f"Remove the wire from {wire.source} to {wire.target}", f"删除从 {wire.source} 到 {wire.target} 的连线"
    )
    yield Remedy(words, partial(edits.disconnect, wires=[wire]))


def _missing(document: Document, known: Inference, fault: Fault) -> Iterator[Remedy]:
    """The end that the network lacks, wired to the block that leads nowhere, or that nothing feeds."""
    inside = known.given is not None
    if fault.port == "input":
        target, port = next(((f.block, f.port) for f in known.faults if f.kind == "unwired" and f.port), ("", None))
        words = Words("Add an Input", "添加输入模块")
        if target:
            words = Words(f"{words.en} before {target}", f"在 {target} 之前{words.zh}")
        yield Remedy(words, partial(_with_input, target=target, port=port))
        return
    used = {w.source for w in document.wires}
    giving = {n for n, v in document.nodes.items() if isinstance(v.block, Block) and v.block.output_ports()}
    ends = [n for n in known.order if n in giving - used]
    title = ("an Outlet", "出口") if inside else ("an Output", "输出模块")
    for source in ends[::-1][:2] or [""]:
        words = Words(f"Add {title[0]}", f"添加{title[1]}")
        if source:
            words = Words(f"{words.en} behind {source}", f"在 {source} 之后{words.zh}")
        yield Remedy(words, partial(_with_output, source=source, inside=inside))


def _with_input(document: Document, target: str, port: str | None) -> Document:
    for shape in GUESSES:
        after, name = edits.add(document, registry()["input"].from_json({"shape": [*shape]}))
        if port is None:
            return after
        wire = Wire(name, "y", target, port)
        if shape == GUESSES[-1] or check_wire(after, infer(after), wire) is None:
            return edits.connect(after, wire)
    return document


def _with_output(document: Document, source: str, *, inside: bool) -> Document:
    giver = document.nodes[source].block if source else None
    loss = ONWARD.get(giver.id) if isinstance(giver, Block) else None
    settings = {"loss": loss, "reads": "probabilities"} if loss else {}
    block = ENDS["outlet"]() if inside else registry()["output"].from_json(settings)
    after, name = edits.add(document, block)
    if not isinstance(giver, Block):
        return after
    return edits.connect(after, Wire(source, giver.output_ports()[0], name, block.input_ports()[0]))


def _strange(document: Document, known: Inference, fault: Fault) -> Iterator[Remedy]:
    words = Words(f"Remove {fault.block} and close the gap", f"删除 {fault.block} 并接合")
    yield Remedy(words, partial(edits.remove, names=[fault.block], heal=True))


def _removal(document: Document, known: Inference, fault: Fault) -> Iterator[Remedy]:
    """Without the block, where that leaves nothing new to mend."""
    for remedy in _strange(document, known, fault):
        before = {f.words for f in known.faults}
        if all(f.words in before for f in infer(remedy.edit(document), known).faults):
            yield remedy


KINDS: dict[str, Callable[[Document, Inference, Fault], Iterator[Remedy]]] = {
    "shape": _misfit, "unwired": _unwired, "circle": _circle, "missing": _missing, "unknown": _strange,
}  # fmt: skip
