"""The shape of every wire, or every fault at once: each with the block, what was got, what was wanted, and a fix."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from operator import is_
from typing import Literal

from core.blocks._base import NOTHING, Block, Shape, Shapes
from core.errors import ShapeError
from core.graph.boundary import Inlet, Outlet
from core.graph.document import Document, Unknown, Wire
from core.words import Words, headed

End = tuple[str, str]  # a block and one of its ports


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to mend."""

    block: str  # name of the block, "" for the network as a whole
    kind: Literal["shape", "unwired", "circle", "unknown", "missing"]
    words: Words
    port: str | None = None  # of the block; where an end of the network is missing, which group it would be of


@dataclass(frozen=True, slots=True)
class Inference:
    """What is known of a document's shapes. A block whose inputs are not known has no entry."""

    order: tuple[str, ...] = ()  # blocks, each after all that feed it; those in a circle are left out
    ins: Mapping[str, Shapes] = field(default_factory=dict)
    outs: Mapping[str, Shapes] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    blocks: Mapping[str, Block | Unknown] = field(default_factory=dict)  # what `outs` was worked out from
    wires: tuple[Wire, ...] = ()  # likewise
    feeds: Mapping[str, Mapping[str, End]] = field(default_factory=dict)  # block, input: from where
    ends: Mapping[End, Shape] = field(default_factory=dict)  # what leaves each output, where known
    inactive: frozenset[str] = frozenset()  # muted blocks, and those that depend on nothing else
    given: Mapping[str, Shape] | None = None  # of a composite seen from inside: what enters by each inlet, where known

    def shape(self, name: str, port: str) -> Shape | None:
        """Shape at an output port, where known."""
        return self.ends.get((name, port))


def infer(document: Document, previous: Inference | None = None, given: Mapping[str, Shape] | None = None) -> Inference:
    """Work out all shapes. Blocks whose settings and inputs are as in `previous` are not asked again.

    `given` says what enters by the inlets when the document is the inside of a composite; left out, it is as in `previous`.
    """
    previous = previous or Inference()
    given = previous.given if given is None else given
    faults: list[Fault] = []
    known_wires = document.wires is previous.wires and document.nodes.keys() == previous.blocks.keys()
    order = previous.order if known_wires else _order(document, faults)
    feeds = previous.feeds if known_wires else _feeds(document)
    ins: dict[str, Shapes] = {}
    outs: dict[str, Shapes] = {}
    blocks: dict[str, Block | Unknown] = {}
    ends: dict[End, Shape] = {}
    dead: set[str] = set()
    nodes = document.nodes
    for name in order:
        node, wired = nodes[name], feeds[name]
        block, mode = node.block, node.mode
        blocks[name] = block
        idle = dead and wired and all(s in dead for s, _ in wired.values()) and not isinstance(block, Outlet)
        if mode == "mute" or idle:
            dead.add(name)
            continue
        if mode == "bypass":
            first = bypassed_input(block, {port: end for port, end in wired.items() if end[0] not in dead})
            if first is not None and wired[first] in ends:
                ends |= {(name, port): ends[wired[first]] for port in _outputs(document, name)}
            continue
        if isinstance(block, Inlet):
            if given is not None and name in given:
                ins[name], outs[name] = (), (given[name],)
                ends[name, block.output_ports()[0]] = given[name]
            continue
        if isinstance(block, Unknown):
            faults.append(Fault(name, "unknown", _unknown(name, block)))
            continue
        before = previous.outs.get(name)
        is_same = before is not None and previous.blocks[name] is block
        if (
            is_same
            and known_wires
            and all(map(is_, map(ends.get, wired.values()), map(previous.ends.get, wired.values())))
        ):
            ins[name], outs[name] = previous.ins[name], previous.outs[name]  # nothing has changed up to here
        else:
            shapes = _inputs(name, block, wired, ends, dead, faults)
            if shapes is None:
                continue
            if is_same and previous.ins.get(name) == shapes:
                ins[name], outs[name] = previous.ins[name], previous.outs[name]
            else:
                ins[name] = shapes
                made = _outs(name, block, shapes, faults)
                if made is None:
                    continue
                outs[name] = before if made == before and before is not None else made  # so what follows can tell
        for port, shape in zip(block.output_ports(), outs[name], strict=True):
            ends[name, port] = shape
    faults += _missing_ends(document, dead) if given is None else _missing_outlet(document)
    return Inference(order, ins, outs, tuple(faults), blocks, document.wires, feeds, ends, frozenset(dead), given)


def _feeds(document: Document) -> dict[str, dict[str, End]]:
    feeds: dict[str, dict[str, End]] = {name: {} for name in document.nodes}
    for wire in document.wires:
        feeds[wire.target][wire.input] = (wire.source, wire.output)
    return feeds


def bypassed_input(block: Block | Unknown, wired: Collection[str]) -> str | None:
    """The input that a bypassed block hands on: its first that has a wire."""
    ports = block.input_ports() if isinstance(block, Block) else sorted(wired)
    return next((port for port in ports if port in wired), None)


def _order(document: Document, faults: list[Fault]) -> tuple[str, ...]:
    pairs = dict.fromkeys((w.source, w.target) for w in document.wires)
    sorter = TopologicalSorter[str](dict.fromkeys(document.nodes, ()))
    for source, target in pairs:
        sorter.add(target, source)
    try:
        return tuple(sorter.static_order())
    except CycleError:
        import networkx as nx  # 20 MB and a tenth of a second, which a network that is right does without
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(document.nodes)
    graph.add_edges_from(pairs)
    circles = [
        c for c in nx.strongly_connected_components(graph) if len(c) > 1 or graph.has_edge(*(next(iter(c)),) * 2)
    ]
    inside = set().union(*circles)
    for circle in circles:
        names = ", ".join(n for n in document.nodes if n in circle)
        faults.append(
            Fault(
                next(n for n in document.nodes if n in circle),
                "circle",
                Words(
                    f"{names} feed one another in a circle. Remove one of the wires between them.",
                    f"{names} 首尾相连成环。请删去其中一条连线。",
                ),
            )
        )
    behind = inside.union(*(nx.descendants(graph, n) for n in inside))
    return tuple(nx.topological_sort(graph.subgraph(n for n in graph if n not in behind)))


def _outputs(document: Document, name: str) -> Collection[str]:
    """Output ports of a block; of one that is not known, those that have wires."""
    block = document.nodes[name].block
    return block.output_ports() if isinstance(block, Block) else {w.output for w in document.outgoing(name)}


def _outs(name: str, block: Block, ins: Shapes, faults: list[Fault]) -> Shapes | None:
    try:
        return block.out_shapes(ins)
    except ShapeError as error:
        ports = block.input_ports()
        faults.append(Fault(name, "shape", headed(name, error.words), ports[0] if ports else None))
        return None


def _inputs(
    name: str, block: Block, into: Mapping[str, End], ends: Mapping[End, Shape], dead: Collection[str],
    faults: list[Fault],
) -> Shapes | None:  # fmt: skip
    ports = block.input_ports()
    found = tuple(map(ends.get, map(into.get, ports)))  # type: ignore[arg-type]  # nothing leaves the end None
    if None not in found:
        return found  # type: ignore[return-value]  # which mypy cannot tell from `in`
    shapes: list[Shape] = []
    complete = True
    for port, shape in zip(ports, found, strict=True):
        silent = port in into and into[port][0] in dead
        if port in into and not silent:
            complete &= shape is not None  # a fault further up says why
            shapes.append(shape or NOTHING)
        elif port in block.optional:
            shapes.append(NOTHING)
        else:
            complete = False
            words = _muted(name, port, into[port][0]) if silent else _unwired(name, port)
            faults.append(Fault(name, "unwired", words, port))
    return tuple(shapes) if complete else None


def _unwired(name: str, port: str) -> Words:
    return Words(
        f"{name}: nothing is wired to its input {port!r}. Draw a wire to it.",
        f"{name}：输入端口 {port!r} 没有连线。请连上一条线。",
    )


def _muted(name: str, port: str, source: str) -> Words:
    return Words(
        f"{name}: its input {port!r} gets nothing, since {source} is muted. Unmute that, or bypass {name}.",
        f"{name}：输入端口 {port!r} 没有数据，因为 {source} 已静音。请取消静音，或旁路 {name}。",
    )


def _unknown(name: str, block: Unknown) -> Words:
    return Words(
        f"{name}: this program has no block of type {block.type!r}. Install the plug-in it comes from, or remove it.",
        f"{name}：本程序没有类型为 {block.type!r} 的模块。请安装它所属的插件，或删除它。",
    )


def _missing_ends(document: Document, dead: Collection[str]) -> list[Fault]:
    kinds: set[str] = set()
    faults: list[Fault] = []
    for name, node in document.nodes.items():
        block = node.block
        if isinstance(block, Block) and name not in dead:
            kinds.add(block.group)
            if isinstance(block, Inlet | Outlet):
                faults.append(Fault(name, "unknown", _astray(name)))
    if "input" not in kinds:
        faults.append(
            Fault(
                "",
                "missing",
                Words("The network has no Input block. Add one.", "网络没有输入模块。请添加一个。"),
                "input",
            )
        )
    if "output" not in kinds:
        faults.append(
            Fault(
                "",
                "missing",
                Words("The network has no Output block. Add one.", "网络没有输出模块。请添加一个。"),
                "output",
            )
        )
    return faults


def _missing_outlet(document: Document) -> list[Fault]:
    if any(isinstance(node.block, Outlet) for node in document.nodes.values()):
        return []
    words = Words(
        "The composite has no Outlet, so nothing leaves it. Add one.", "该组合模块没有出口，数据无法流出。请添加一个。"
    )
    return [Fault("", "missing", words, "output")]


def _astray(name: str) -> Words:
    return Words(
        f"{name}: an inlet or outlet belongs inside a composite. Remove it here.",
        f"{name}：入口和出口只能用在组合模块内部。请在此处删除它。",
    )
