"""Where blocks go when nobody has put them anywhere: in layers along the flow, with few crossings and straight wires.

The classic scheme in three steps (Sugiyama, Tagawa & Toda, 1981): a layer for each block by its longest path from an
input; an order within each layer by sweeps of medians (Eades & Wormald, 1994); coordinates that respect the sizes of
the blocks. A wire that skips layers is given an invisible place in each of them, so it is not drawn across blocks.
Nothing is drawn by lot: the same document gives the same places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Literal

import networkx as nx

from core.graph.document import Document, Node

Direction = Literal["right", "down"]
Position = tuple[float, float]
Size = tuple[float, float]

NOMINAL: Size = (168.0, 64.0)  # of a block whose size is not given
LAYER_GAP = 72.0  # between layers, along the flow: room for a shape written on a wire
BLOCK_GAP = 32.0  # between blocks of one layer, across the flow
WIRE_GAP = 24.0  # kept free for a wire that passes a layer
LINE = 1150.0  # a longer flow is folded into lines of about this length
LINE_GAP = 72.0  # between those lines
GRID = 8.0
SWEEPS = 8

Place = str | tuple[str, str, int]  # a block, or the place of a passing wire in a layer
Links = Mapping[Place, Sequence[Place]]


def layout(
    document: Document, sizes: Mapping[str, Size] | None = None, direction: Direction = "right"
) -> dict[str, Position]:
    """Top-left corners of all blocks. `sizes` are (width, height) by name; the flow runs to the right or down."""
    sizes = sizes or {}
    graph = _acyclic(document)
    places: dict[str, Position] = {}
    top = 0.0
    order = {name: index for index, name in enumerate(document.nodes)}
    parts = sorted(nx.weakly_connected_components(graph), key=lambda part: min(order[n] for n in part))
    for part in parts:
        names = sorted(part, key=order.__getitem__)
        along_across = {n: _turned(sizes.get(n, NOMINAL), direction) for n in names}
        placed = _part(graph.subgraph(names), names, along_across)
        lowest = min(y for _, y in placed.values())
        for name, (x, y) in placed.items():
            places[name] = _turned((_snapped(x), _snapped(y - lowest + top)), direction)
        top += max(y + along_across[n][1] for n, (_, y) in placed.items()) - lowest + 2 * BLOCK_GAP
    return {name: places[name] for name in document.nodes}


def place(document: Document, sizes: Mapping[str, Size] | None = None) -> Document:
    """The document with a position for every block that has none; those that have one stay where they are."""
    lost = [name for name, node in document.nodes.items() if node.position is None]
    if not lost:
        return document
    found = layout(document, sizes)
    placed = [node.position for node in document.nodes.values() if node.position is not None]
    below = max((y for _, y in placed), default=0.0) + (NOMINAL[1] + 2 * BLOCK_GAP if placed else 0.0)
    highest = min(found[name][1] for name in lost)
    settled = {
        name: Node(document.nodes[name].block, (found[name][0], found[name][1] - highest + below), node.weights)
        for name, node in document.nodes.items()
        if node.position is None
    }
    return document.with_(nodes={**document.nodes, **settled})


def make_room(document: Document, name: str, sizes: Mapping[str, Size] | None = None) -> dict[str, Position]:
    """New positions of the blocks behind `name`, moved along the flow until its wires have room; {} if they have it."""
    sizes = sizes or {}
    node = document.nodes[name]
    ahead = [n for wire in document.outgoing(name) if (n := document.nodes[wire.target]).position is not None]
    if node.position is None or not ahead:
        return {}
    edge = node.position[0] + sizes.get(name, NOMINAL)[0] + LAYER_GAP
    missing = _snapped(edge - min(n.position[0] for n in ahead if n.position))
    if missing <= 0:
        return {}
    graph: nx.DiGraph[str] = nx.DiGraph((w.source, w.target) for w in document.wires)
    moved = {n: p for n in nx.descendants(graph, name) if (p := document.nodes[n].position) is not None and n != name}
    return {n: (x + missing, y) for n, (x, y) in moved.items()}


def _part(graph: nx.DiGraph[str], names: list[str], sizes: Mapping[str, Size]) -> dict[str, Position]:
    rank = _ranks(graph, names)
    layers, before, behind = _chains(graph, names, rank)
    _untangle(layers, before, behind)
    spans: dict[Place, float] = {p: sizes[p][1] if isinstance(p, str) else WIRE_GAP for layer in layers for p in layer}
    across = _coordinates(layers, before, behind, spans)
    placed: dict[str, Position] = {}
    start = 0.0
    for layer in layers:
        blocks = [p for p in layer if isinstance(p, str)]
        length = max((sizes[n][0] for n in blocks), default=0.0)
        for name in blocks:
            placed[name] = (start, across[name] - spans[name] / 2)
        start += length + LAYER_GAP
    return _folded(placed, layers, sizes)


def _folded(
    placed: dict[str, Position], layers: Sequence[Sequence[Place]], sizes: Mapping[str, Size]
) -> dict[str, Position]:
    """A long flow in lines of about equal length, like a text, so that all of it can be read at once.

    A line ends only where a single wire goes on; a flow with branches all along stays one line.
    """
    length = max(x + sizes[n][0] for n, (x, _) in placed.items())
    lines = round(length / LINE)
    if lines < 2:
        return placed
    folded: dict[str, Position] = {}
    begin = down = 0.0
    line: list[str] = []
    for at, layer in enumerate(layers):
        blocks = [p for p in layer if isinstance(p, str)]
        here = min((placed[n][0] for n in blocks), default=begin)
        single = len(layer) == 1 and at > 0 and len(layers[at - 1]) == 1
        if single and here - begin >= length / lines - LAYER_GAP:
            down += _line(folded, line, placed, sizes, begin, down)
            begin, line = here, []
        line += blocks
    _line(folded, line, placed, sizes, begin, down)
    return folded


def _line(
    folded: dict[str, Position], line: Sequence[str], placed: Mapping[str, Position], sizes: Mapping[str, Size],
    begin: float, down: float,
) -> float:  # fmt: skip
    """Put one line at `down`, moved to the left edge; the distance to the next line."""
    top = min(placed[n][1] for n in line)
    for name in line:
        x, y = placed[name]
        folded[name] = (x - begin, y - top + down)
    return max(placed[n][1] + sizes[n][1] for n in line) - top + LINE_GAP


def _acyclic(document: Document) -> nx.DiGraph[str]:
    """The graph without the wires that close a circle, so that even a faulty document has a picture."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(document.nodes)
    graph.add_edges_from((w.source, w.target) for w in document.wires if w.source != w.target)
    while not nx.is_directed_acyclic_graph(graph):
        graph.remove_edge(*nx.find_cycle(graph)[-1][:2])
    return graph


def _ranks(graph: nx.DiGraph[str], names: list[str]) -> dict[str, int]:
    """Longest path from a start; a block that starts a path itself is drawn near to what it feeds."""
    rank: dict[str, int] = {}
    for name in nx.lexicographical_topological_sort(graph, key=names.index):
        rank[name] = max((rank[p] + 1 for p in graph.predecessors(name)), default=0)
    for name in names:
        if not graph.in_degree(name) and graph.out_degree(name):
            rank[name] = min(rank[s] for s in graph.successors(name)) - 1
    lowest = min(rank.values())
    return {name: at - lowest for name, at in rank.items()}


def _chains(
    graph: nx.DiGraph[str], names: list[str], rank: Mapping[str, int]
) -> tuple[list[list[Place]], dict[Place, list[Place]], dict[Place, list[Place]]]:
    """Layers in first order, and the neighbours of every place in the layer before and in the layer behind."""
    layers: list[list[Place]] = [[] for _ in range(max(rank.values()) + 1)]
    before: dict[Place, list[Place]] = {}
    behind: dict[Place, list[Place]] = {}
    for name in names:
        layers[rank[name]].append(name)
        before[name], behind[name] = [], []
    for source in names:
        for target in sorted(graph.successors(source), key=names.index):
            last: Place = source
            for layer in range(rank[source] + 1, rank[target]):
                passing: Place = (source, target, layer)
                layers[layer].append(passing)
                before[passing], behind[passing] = [last], []
                behind[last].append(passing)
                last = passing
            before[target].append(last)
            behind[last].append(target)
    return layers, before, behind


def _untangle(layers: list[list[Place]], before: Links, behind: Links) -> None:
    """Order every layer by the medians of its neighbours, down and up in turn, and keep the order with fewest crossings."""
    best = [list(layer) for layer in layers]
    fewest = _crossings(layers, before)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        links = behind if sweep % 2 else before
        for index in range(len(layers) - 2, -1, -1) if sweep % 2 else range(1, len(layers)):
            fixed = {place: at for at, place in enumerate(layers[index + 1 if sweep % 2 else index - 1])}
            old = {place: at for at, place in enumerate(layers[index])}
            layers[index].sort(key=lambda place: (_median([fixed[n] for n in links[place]], old[place]), old[place]))
        crossings = _crossings(layers, before)
        if crossings < fewest:
            fewest, best = crossings, [list(layer) for layer in layers]
    layers[:] = best


def _median(positions: list[int], otherwise: float) -> float:
    """The middle one; between the two middle ones for an even number; a place without neighbours stays where it is."""
    if not positions:
        return otherwise
    ordered, half = sorted(positions), len(positions) // 2
    return float(ordered[half]) if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _crossings(layers: Sequence[Sequence[Place]], before: Links) -> int:
    """How many pairs of wires cross, counted as inversions layer by layer."""
    count = 0
    for upper, lower in zip(layers, layers[1:], strict=False):
        at = {place: index for index, place in enumerate(upper)}
        ends = [end for place in lower for end in sorted(at[n] for n in before[place])]
        count += sum(1 for i, a in enumerate(ends) for b in ends[i + 1 :] if a > b)
    return count


def _coordinates(
    layers: Sequence[Sequence[Place]], before: Links, behind: Links, spans: Mapping[Place, float]
) -> dict[Place, float]:
    """Centres across the flow: every place is drawn to the mean of its neighbours, and blocks never overlap."""
    across: dict[Place, float] = {}
    for layer in layers:
        for place, centre in zip(layer, _spread(layer, [0.0] * len(layer), spans), strict=True):
            across[place] = centre
    for sweep in range(SWEEPS):
        links = behind if sweep % 2 else before
        for layer in reversed(layers) if sweep % 2 else layers:
            wanted = [fmean(across[n] for n in links[p]) if links[p] else across[p] for p in layer]
            for place, centre in zip(layer, _spread(layer, wanted, spans), strict=True):
                across[place] = centre
    return across


def _spread(layer: Sequence[Place], wanted: Sequence[float], spans: Mapping[Place, float]) -> list[float]:
    """The centres nearest to those wanted (least squares) that keep order and gaps, by pooling neighbours that collide."""
    offsets: list[float] = []
    at = 0.0
    for index, place in enumerate(layer):
        if index:
            gap = BLOCK_GAP if isinstance(place, str) or isinstance(layer[index - 1], str) else 0.0
            at += spans[layer[index - 1]] / 2 + gap + spans[place] / 2
        offsets.append(at)
    pools: list[tuple[float, int]] = []  # (mean of wanted - offset, how many)
    for want, offset in zip(wanted, offsets, strict=True):
        mean, count = want - offset, 1
        while pools and pools[-1][0] > mean:
            other, many = pools.pop()
            mean, count = (mean * count + other * many) / (count + many), count + many
        pools.append((mean, count))
    bases = [mean for mean, count in pools for _ in range(count)]
    return [base + offset for base, offset in zip(bases, offsets, strict=True)]


def _turned(pair: tuple[float, float], direction: Direction) -> tuple[float, float]:
    return pair if direction == "right" else (pair[1], pair[0])


def _snapped(value: float) -> float:
    return round(value / GRID) * GRID
