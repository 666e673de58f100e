"""Edits of composites: blocks into one, one into its blocks, a definition changed, shared or made unique."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from core.blocks._base import Block
from core.errors import GraphError
from core.graph import edits
from core.graph.boundary import Inlet, Outlet
from core.graph.composites import DEEPEST, Composite, Definition, Target, row_of, with_setting
from core.graph.document import Document, Flow, Node, Point, Unknown, Wire
from core.graph.expand import unrolled
from core.graph.layout import GRID, LAYER_GAP, NOMINAL
from core.words import Words

APART = NOMINAL[0] + LAYER_GAP  # from a block to the inlet before it
ENDS = frozenset({"input", "output"})
End = tuple[str, str]  # a block and one of its ports


# into one, and out of one ------------------------------------------------------------------------------------------------


def group(document: Document, names: Collection[str]) -> tuple[Document, str]:
    """With a composite in the place of these blocks, and its name. What it computes is the same.

    Input and Output blocks stay outside: data enters and leaves there. Each outside port that feeds the blocks becomes one
    inlet, each inner port that feeds others one outlet; inputs that need a wire, and ends of the flow, become ports too.
    Raises GraphError where nothing is left to group, or where the flow leaves the blocks and comes back into them.
    """
    inside = {
        n: replace(v, folded="") if v.folded else v for n, v in document.nodes.items() if n in names and _may_enter(v)
    }
    if not inside:
        raise GraphError(
            Words(
                "There is nothing to group: choose some blocks other than inputs and outputs.",
                "没有可组合的模块：请选择输入、输出以外的模块。",
            )
        )
    _check_convex(document, inside)
    name = edits.free_name(document, "group", document.definitions)
    inlets, feeding = _inlets(document, inside)
    outlets, leaving = _outlets(document, inside)
    definition = Definition(
        name,
        nodes=MappingProxyType(
            {
                **_ends(inlets, Inlet(), inside, -1, document.flow),
                **inside,
                **_ends(outlets, Outlet(), inside, 1, document.flow),
            }
        ),
        wires=(*feeding, *(w for w in document.wires if w.source in inside and w.target in inside), *leaving),
        flow=document.flow,
    )
    wires: list[Wire] = []
    for wire in document.wires:
        if wire.source in inside and wire.target in inside:
            continue
        if wire.source in inside:
            wires.append(replace(wire, source=name, output=_port(outlets, (wire.source, wire.output)), bends=()))
        elif wire.target in inside:
            entry = Wire(wire.source, wire.output, name, _port(inlets, (wire.source, wire.output)))
            wires += [] if entry in wires else [entry]
        else:
            wires.append(wire)
    nodes: dict[str, Node] = {}
    for each, node in document.nodes.items():
        if each not in inside:
            nodes[each] = node
        elif name not in nodes:
            nodes[name] = Node(definition.kind(), _middle(inside))
    made = document.with_(nodes=nodes, wires=tuple(wires), definitions={**document.definitions, name: definition})
    return _checked(made, definition), name


def ungroup(document: Document, name: str) -> tuple[Document, tuple[str, ...]]:
    """With what lies inside a composite in its place, all its copies, under free names; and these names."""
    block, at = _composite(document, name), document.nodes[name].position or (0.0, 0.0)
    opened = unrolled(document, {name})
    fresh = {n: v for n, v in opened.nodes.items() if n not in document.nodes}
    names: dict[str, str] = {}
    for path in fresh:
        stem = path.rpartition("/")[2]
        taken = {*names.values(), *(n for n in document.nodes if n != name)}
        names[path] = edits.free_name(document, stem, taken) if stem in taken else stem
    by = _away(fresh, at)
    width = max((v.position[0] for v in fresh.values() if v.position), default=0.0) - min(
        (v.position[0] for v in fresh.values() if v.position), default=0.0
    )
    nodes: dict[str, Node] = {}
    for each, node in opened.nodes.items():
        copy = next((i for i, path in enumerate(block.copies(name)) if each.startswith(path)), 0)
        across = by[0] + copy * (width + APART)
        nodes[names.get(each, each)] = _shifted(node, (across, by[1])) if each in fresh else node
        if each in fresh and document.nodes[name].mode == "mute":
            nodes[names[each]] = replace(nodes[names[each]], mode="mute")
    wires = tuple(edits.renamed(w, names) for w in opened.wires)
    return document.with_(nodes=nodes, wires=wires), tuple(names.values())


def repeat(document: Document, names: Collection[str], times: int) -> tuple[Document, str]:
    """With a chain of so many copies in the place of these blocks, as one composite; and its name. Raises SettingError."""
    chosen = [n for n in names if n in document.nodes]
    one = document.nodes[chosen[0]].block if len(chosen) == 1 else None
    name = chosen[0] if isinstance(one, Composite) else ""
    if not name:
        document, name = group(document, names)
    block = _composite(document, name)
    return edits.set_block(document, name, replace(block, repeat=times)), name


# definitions -------------------------------------------------------------------------------------------------------------


def define(document: Document, definition: Definition) -> Document:
    """With this definition under its name. Every block made of it follows; so do wires to ports that have a new name.

    Raises GraphError where a composite would contain itself, or too many lie in one another.
    """
    old = document.definitions.get(definition.name)
    if old is definition:
        return document
    if (settings := _settled(old, definition)) != definition.settings:
        definition = replace(definition, settings=MappingProxyType(settings))
    ports = _renamed_ends(old, definition)
    sources = {**document.definitions, definition.name: definition}
    done: dict[str, Definition] = {}

    def now(name: str, within: tuple[str, ...] = ()) -> Definition:
        if name in within:
            raise GraphError(
                Words(f"The composite {name!r} would contain itself.", f"组合模块 {name!r} 会包含它自己。")
            )
        if name not in done:
            it = sources[name]
            nodes, wires = bound(it.nodes, it.wires, (*within, name))
            done[name] = it if nodes is it.nodes and wires is it.wires else replace(it, nodes=nodes, wires=wires)
        return done[name]

    def bound(
        nodes: Mapping[str, Node], wires: tuple[Wire, ...], within: tuple[str, ...] = ()
    ) -> tuple[Mapping[str, Node], tuple[Wire, ...]]:
        fresh: dict[str, Node] = {}
        changed: set[str] = set()
        for name, node in nodes.items():
            block = node.block
            if isinstance(block, Composite):
                today = now(block.definition.name, within)
                if today is not block.definition:
                    fresh[name] = replace(node, block=block.made_of(today))
                    changed |= {name} if today.name == definition.name else set()
        if not fresh:
            return nodes, wires
        kept = tuple(w for w in (_to_ports(w, changed, ports) for w in wires) if w is not None)
        return MappingProxyType({n: fresh.get(n, v) for n, v in nodes.items()}), kept if kept != wires else wires

    definitions = {name: now(name) for name in sources}
    nodes, wires = bound(document.nodes, document.wires)
    return _checked(document.with_(nodes=nodes, wires=wires, definitions=definitions), definitions[definition.name])


def make_unique(document: Document, name: str) -> Document:
    """With a definition of its own for one composite, so that it can be changed alone."""
    block = _composite(document, name)
    base = block.definition.name
    new = edits.free_name(document, base, document.definitions)
    definition = replace(block.definition, name=new)
    nodes = {**document.nodes, name: replace(document.nodes[name], block=block.made_of(definition))}
    return document.with_(nodes=nodes, definitions={**document.definitions, new: definition})


def set_title(document: Document, definition: str, title: str) -> Document:
    """With another title for all composites of a definition."""
    it = document.definitions[definition]
    return document if it.title == title else define(document, replace(it, title=title))


def promote(document: Document, definition: str, target: Target, key: str = "") -> Document:
    """With a setting of a block inside as a setting of the composite. Raises GraphError where that cannot be."""
    return define(document, with_setting(document.definitions[definition], target, key))


def demote(document: Document, definition: str, target: Target) -> Document:
    """Without this inner setting among those of the composite."""
    it = document.definitions[definition]
    left = {k: tuple(t for t in targets if t != target) for k, targets in it.settings.items()}
    left = {k: targets for k, targets in left.items() if targets}
    return document if left == it.settings else define(document, replace(it, settings=MappingProxyType(left)))


# inside -------------------------------------------------------------------------------------------------------------------


def _may_enter(node: Node) -> bool:
    block = node.block
    return isinstance(block, Unknown) or block.group not in ENDS


def _composite(document: Document, name: str) -> Composite:
    block = document.nodes[name].block if name in document.nodes else None
    if not isinstance(block, Composite):
        raise GraphError(Words(f"{name} is no composite.", f"{name} 不是组合模块。"))
    return block


def _checked(document: Document, definition: Definition) -> Document:
    if definition.depth > DEEPEST:
        raise GraphError(
            Words(
                f"Composites lie {definition.depth} deep in one another; at most {DEEPEST} are allowed.",
                f"组合模块嵌套了 {definition.depth} 层，最多允许 {DEEPEST} 层。",
            )
        )
    return document


def _check_convex(document: Document, inside: Collection[str]) -> None:
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph((w.source, w.target) for w in document.wires)
    graph.add_nodes_from(inside)
    behind = set().union(*(nx.descendants(graph, n) for n in inside)) - set(inside)
    for name in behind:
        if any(n in inside for n in nx.descendants(graph, name)):
            raise GraphError(
                Words(
                    f"{name} lies between these blocks: it is fed by them and feeds them, so the group would feed itself. "
                    f"Choose {name} too.",
                    f"{name} 位于这些模块之间：既接收它们的输出，又输入到它们，组合后会首尾相连。请把 {name} 也选上。",
                )
            )


def _inlets(document: Document, inside: Mapping[str, Node]) -> tuple[dict[str, tuple[End | None, Point]], list[Wire]]:
    """For each inlet what feeds it and where that lies; and the wires from the inlets."""
    fed: dict[tuple[object, ...], list[End]] = {}
    wired = {(w.target, w.input): w for w in document.wires}
    for name, node in inside.items():
        ports = node.block.input_ports() if isinstance(node.block, Block) else ()
        optional = node.block.optional if isinstance(node.block, Block) else ()
        for port in dict.fromkeys((*ports, *(p for n, p in wired if n == name))):
            wire = wired.get((name, port))
            if wire is not None and wire.source not in inside:
                fed.setdefault((wire.source, wire.output), []).append((name, port))
            elif wire is None and port not in optional:
                fed.setdefault((None, name, port), []).append((name, port))
    names = _end_names(len(fed), ("x", "abcdefgh"), "in", inside)
    inlets = {
        new: (None if key[0] is None else (str(key[0]), str(key[1])), _place(inside[ends[0][0]]))
        for new, (key, ends) in zip(names, fed.items(), strict=True)
    }
    wires = [Wire(new, "y", *end) for new, ends in zip(names, fed.values(), strict=True) for end in ends]
    return inlets, wires


def _outlets(document: Document, inside: Mapping[str, Node]) -> tuple[dict[str, tuple[End | None, Point]], list[Wire]]:
    """For each outlet what leaves by it and where that lies; and the wires to the outlets."""
    sources = [(w.source, w.output) for w in document.wires if w.source in inside and w.target not in inside]
    used = {(w.source, w.output) for w in document.wires}
    loose = [
        (n, port)
        for n, v in inside.items()
        if isinstance(v.block, Block)
        for port in v.block.output_ports()
        if (n, port) not in used
    ]
    leaving = list(dict.fromkeys((*sources, *loose)))
    names = _end_names(len(leaving), ("y", ""), "out", inside)
    outlets: dict[str, tuple[End | None, Point]] = {
        new: (end, _place(inside[end[0]])) for new, end in zip(names, leaving, strict=True)
    }
    return outlets, [Wire(*end, new, "x") for new, end in zip(names, leaving, strict=True)]


def _end_names(count: int, plain: tuple[str, str], stem: str, taken: Collection[str]) -> list[str]:
    """As ports of blocks are called: x, or a, b, c; y, or out1, out2."""
    one, several = plain
    wanted = [one] if count == 1 else list(several[:count]) if count <= len(several) else []
    if wanted and not any(name in taken for name in wanted):
        return wanted
    found: list[str] = []
    number = 1
    while len(found) < count:
        found += [f"{stem}{number}"] if f"{stem}{number}" not in taken else []
        number += 1
    return found


def _port(ends: Mapping[str, tuple[End | None, Point]], end: End) -> str:
    return next(name for name, (outer, _) in ends.items() if outer == end)


def _place(node: Node) -> Point:
    return node.position or (0.0, 0.0)


def _ends(
    ends: Mapping[str, tuple[End | None, Point]], block: Block, inside: Mapping[str, Node], side: int, flow: Flow
) -> dict[str, Node]:
    """Nodes beside the blocks: inlets before them, outlets behind, each level with what it is wired to, none on another."""
    along, across = (0, 1) if flow == "right" else (1, 0)
    at = [v.position[along] for v in inside.values() if v.position] or [0.0]
    apart = NOMINAL[along] + LAYER_GAP
    level = min(at) - apart if side < 0 else max(at) + apart
    made: dict[str, Node] = {}
    lowest = -1e9
    for name, (_, place) in sorted(ends.items(), key=lambda item: item[1][1][across]):
        lowest = max(place[across], lowest)
        made[name] = Node(block, (level, lowest) if along == 0 else (lowest, level))
        lowest += NOMINAL[across] + 4 * GRID
    return {name: made[name] for name in ends}


def _middle(nodes: Mapping[str, Node]) -> Point | None:
    """Where a composite lies: in the middle of its blocks, on the grid."""
    at = [v.position for v in nodes.values() if v.position]
    if not at:
        return None
    xs, ys = zip(*at, strict=True)
    return round((min(xs) + max(xs)) / 2 / GRID) * GRID, round((min(ys) + max(ys)) / 2 / GRID) * GRID


def _away(nodes: Mapping[str, Node], at: Point) -> Point:
    """How far blocks are from where their middle is to be."""
    middle = _middle(nodes) or at
    return at[0] - middle[0], at[1] - middle[1]


def _shifted(node: Node, by: Point) -> Node:
    return replace(node, position=node.position and (node.position[0] + by[0], node.position[1] + by[1]))


def _renamed_ends(old: Definition | None, new: Definition) -> dict[str, str]:
    """Ports of the definition before -> ports now: the same node under another name is the same port."""
    if old is None:
        return {}
    now = {id(v): n for n, v in new.nodes.items()}
    kept = {
        n: n for n in (*old.inlets, *old.outlets) if n in new.nodes and isinstance(new.nodes[n].block, Inlet | Outlet)
    }
    return {n: now[id(old.nodes[n])] for n in (*old.inlets, *old.outlets) if id(old.nodes[n]) in now} | kept


def _to_ports(wire: Wire, changed: Collection[str], ports: Mapping[str, str]) -> Wire | None:
    """A wire whose ends follow the ports of changed composites; None where its port is no more."""
    if wire.source in changed:
        if wire.output not in ports:
            return None
        wire = replace(wire, output=ports[wire.output])
    if wire.target in changed:
        if wire.input not in ports:
            return None
        wire = replace(wire, input=ports[wire.input])
    return wire


def _settled(old: Definition | None, new: Definition) -> dict[str, tuple[Target, ...]]:
    """Promoted settings after blocks inside were renamed, removed or became others."""
    now = {id(v): n for n, v in new.nodes.items()}
    names = {n: now[id(v)] for n, v in old.nodes.items() if id(v) in now} if old is not None else {}
    settings: dict[str, tuple[Target, ...]] = {}
    for key, targets in new.settings.items():
        moved = ((n if n in new.nodes else names.get(n, n), inner) for n, inner in targets)
        left = tuple(t for t in moved if t[0] in new.nodes and row_of(new.nodes[t[0]].block, t[1]) is not None)
        if left:
            settings[key] = left
    return settings
