"""Where blocks go when nobody has put them anywhere: in layers along the flow, with few crossings and straight wires.

The classic scheme in three steps (Sugiyama, Tagawa & Toda, 1981): a layer for each block by its longest path from an
input; an order within each layer by sweeps of medians (Eades & Wormald, 1994); coordinates that respect the sizes of
the blocks. A wire that skips layers is given an invisible place in each of them, so it is not drawn across blocks.
A long network is folded into rows, as a text is into lines, at places that a single wire
crosses; or two or three, where it would be too small to read otherwise.
Nothing is left to chance: the same document gives the same places.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from core.graph.document import Document, Flow

if TYPE_CHECKING:
    import networkx as nx  # imported where it is used: 20 MB that the engine has no need of

Position = tuple[float, float]
Size = tuple[float, float]

NOMINAL: Size = (176.0, 64.0)  # of a block whose size is not given
SCREEN: Size = (960.0, 520.0)  # of the canvas in a window of common size: rows are folded so that all is seen largest
LAYER_GAP = 88.0  # between layers, along the flow: room for a shape written on a wire
BLOCK_GAP = 32.0  # between blocks of one layer, across the flow
WIRE_GAP = 24.0  # kept free for a wire that passes a layer
ROW_GAP = 136.0  # between rows: room for a picture below a block, and for the wire that runs back
LEGIBLE = 0.6  # scale at which the values on blocks are drawn
WORTH = 1.25  # how much larger a network must be seen for rows that are joined by more wires than one
PASSING = 0.02  # how hard a passing wire pulls at the blocks beside it
GRID = 8.0
SWEEPS = 8

Place = str | tuple[str, str, int]  # a block, or the place of a passing wire in a layer
Links = Mapping[Place, Sequence[Place]]
Spans = Mapping[Place, tuple[float, float]]  # room before and behind the line that wires run on, across the flow


def layout(
    document: Document,
    sizes: Mapping[str, Size] | None = None,
    direction: Flow = "right",
    axes: Mapping[str, float] | None = None,
) -> dict[str, Position]:
    """Top-left corners of all blocks. `sizes` are (width, height) by name; the flow runs to the right or down.

    `axes` says how far across the flow the ports of a block are, half its size where not given: axes are lined up.
    """
    import networkx as nx

    sizes, axes = sizes or {}, axes or {}
    graph = _acyclic(document)
    turned = {n: _turned(sizes.get(n, NOMINAL), direction) for n in document.nodes}
    spans = {n: (axes.get(n, size[1] / 2), size[1] - axes.get(n, size[1] / 2)) for n, size in turned.items()}
    places: dict[str, Position] = {}
    top = 0.0
    order = {name: index for index, name in enumerate(document.nodes)}
    for part in sorted(nx.weakly_connected_components(graph), key=lambda part: min(order[n] for n in part)):
        names = sorted(part, key=order.__getitem__)
        placed = _part(graph.subgraph(names), names, turned, spans, _turned(SCREEN, direction))
        for name, (x, y) in placed.items():
            places[name] = _turned((_snapped(x), _snapped(y + top)), direction)
        top = max(y + top + turned[n][1] for n, (_, y) in placed.items()) + 2 * BLOCK_GAP
    return {name: places[name] for name in document.nodes}


def place(
    document: Document, sizes: Mapping[str, Size] | None = None, axes: Mapping[str, float] | None = None
) -> Document:
    """The document with a position for every block that has none; those that have one stay where they are."""
    lost = [name for name, node in document.nodes.items() if node.position is None]
    if not lost:
        return document
    found = layout(document, sizes, document.flow, axes)
    placed = [node.position for node in document.nodes.values() if node.position is not None]
    below = max((y for _, y in placed), default=0.0) + (NOMINAL[1] + 2 * BLOCK_GAP if placed else 0.0)
    highest = min(found[name][1] for name in lost)
    settled = {
        name: replace(node, position=(found[name][0], found[name][1] - highest + below))
        for name, node in document.nodes.items()
        if node.position is None
    }
    return document.with_(nodes={**document.nodes, **settled})


def make_room(document: Document, name: str, sizes: Mapping[str, Size] | None = None) -> dict[str, Position]:
    """New positions of the blocks behind `name`, moved along the flow until its wires have room; {} if they have it.

    What lies behind a wire that runs back, in another row, stays where it is.
    """
    sizes = sizes or {}
    node = document.nodes[name]
    if node.position is None:
        return {}
    axis = 0 if document.flow == "right" else 1
    ahead = [
        n
        for wire in document.outgoing(name)
        if (n := document.nodes[wire.target]).position is not None and n.position[axis] >= node.position[axis]
    ]
    if not ahead:
        return {}
    edge = node.position[axis] + sizes.get(name, NOMINAL)[axis] + LAYER_GAP
    missing = ceil((edge - min(n.position[axis] for n in ahead if n.position)) / GRID) * GRID
    by = (missing, 0.0) if axis == 0 else (0.0, missing)
    if missing <= 0:
        return {}
    moved: dict[str, Position] = {}
    frontier = [name]
    while frontier:
        here = frontier.pop()
        for wire in document.outgoing(here):
            at, start = document.nodes[wire.target].position, document.nodes[here].position
            if wire.target not in moved and at is not None and start is not None and at[axis] >= start[axis]:
                moved[wire.target] = (at[0] + by[0], at[1] + by[1])
                frontier.append(wire.target)
    return moved


def _part(
    graph: nx.DiGraph[str],
    names: list[str],
    sizes: Mapping[str, Size],
    blocks: Mapping[str, tuple[float, float]],
    screen: Size,
) -> dict[str, Position]:
    """Places of one connected part, with its top-left corner at (0, 0)."""
    layers, before, behind = _chains(graph, names, _ranks(graph, names))
    _untangle(layers, before, behind)
    spans = {p: blocks[p] if isinstance(p, str) else (WIRE_GAP / 2, WIRE_GAP / 2) for layer in layers for p in layer}
    across = _coordinates(layers, before, behind, spans)
    inside = [[p for p in layer if isinstance(p, str)] for layer in layers]
    lengths = [max((sizes[n][0] for n in layer), default=0.0) for layer in inside]
    tops = [min((across[n] - spans[n][0] for n in layer), default=0.0) for layer in inside]
    ends = [max((across[n] + spans[n][1] for n in layer), default=0.0) for layer in inside]
    wires = [sum(len(behind[p]) for p in layer) for layer in layers[:-1]]
    sources = [len({p if isinstance(p, str) else p[0] for p in layer if behind[p]}) for layer in layers[:-1]]
    placed: dict[str, Position] = {}
    down = 0.0
    for first, last in _folds(lengths, tops, ends, list(zip(wires, sources, strict=True)), screen):
        along, top = 0.0, min(tops[first:last])
        for index in range(first, last):
            placed |= {n: (along, across[n] - spans[n][0] - top + down) for n in inside[index]}
            along += lengths[index] + LAYER_GAP
        down += max(ends[first:last]) - top + ROW_GAP
    return placed


def _folds(
    lengths: list[float], tops: list[float], ends: list[float], crossing: list[tuple[int, int]], screen: Size
) -> list[tuple[int, int]]:
    """Rows as (first layer, layer after the last): those that are seen largest on the screen, and the fewest of them.

    `crossing` counts the wires that would run on into the next row, and the blocks they come from. The more they are the
    harder they are to follow, so a single one is best, unless the network is then too small to read.
    """
    count = len(lengths)

    def seen(rows: list[tuple[int, int]]) -> float:
        width = max(sum(lengths[a:b]) + LAYER_GAP * (b - a - 1) for a, b in rows)
        height = sum(max(ends[a:b]) - min(tops[a:b]) + ROW_GAP for a, b in rows) - ROW_GAP
        return min(1.0, screen[0] / max(width, 1.0), screen[1] / max(height, 1.0))

    def best(wires: int, sources: int) -> list[tuple[int, int]]:
        few = [has <= wires and come_from <= sources for has, come_from in crossing]
        stops = [i for i in range(2, count - 1) if few[i - 1]]  # nothing stands alone in a row
        found = [(0, count)]
        for most in sorted({-(-count // rows) for rows in range(2, count // 2 + 1)}, reverse=True):
            folded, first = [], 0
            while first < count:
                low, high = bisect_left(stops, first + 2), bisect_right(stops, first + most)
                near = stops[high - 1 : high] if high > low else stops[low : low + 1]
                last = near[0] if near and count - first > most else count
                folded.append((first, last))
                first = last
            if seen(folded) > 1.03 * seen(found):
                found = folded
        return found

    chosen = best(1, 1)
    for wires, sources in ((2, 1), (4, 2)):  # around a shortcut; with a mask or a second branch as well
        if seen(chosen) < LEGIBLE and seen(denser := best(wires, sources)) > WORTH * seen(chosen):
            chosen = denser
    return chosen


def _acyclic(document: Document) -> nx.DiGraph[str]:
    """The graph without the wires that close a circle, so that even a faulty document has a picture."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(document.nodes)
    graph.add_edges_from((w.source, w.target) for w in document.wires if w.source != w.target)
    while not nx.is_directed_acyclic_graph(graph):
        graph.remove_edge(*nx.find_cycle(graph)[-1][:2])
    return graph


def _ranks(graph: nx.DiGraph[str], names: list[str]) -> dict[str, int]:
    """Longest path from a start; a block that starts a path itself is drawn near to what it feeds."""
    import networkx as nx

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
    for upper, lower in pairwise(layers):
        at = {place: index for index, place in enumerate(upper)}
        ends = [end for place in lower for end in sorted(at[n] for n in before[place])]
        count += sum(1 for i, a in enumerate(ends) for b in ends[i + 1 :] if a > b)
    return count


def _coordinates(layers: Sequence[Sequence[Place]], before: Links, behind: Links, spans: Spans) -> dict[Place, float]:
    """Axes across the flow: every place is drawn to its neighbours, and blocks never overlap."""
    across: dict[Place, float] = {}
    for layer in layers:
        across.update(zip(layer, _spread(layer, [0.0] * len(layer), spans), strict=True))
    for sweep in range(SWEEPS):
        links = behind if sweep % 2 else before
        for layer in reversed(layers) if sweep % 2 else layers:
            wanted = [_drawn_to(links[p], across, across[p]) for p in layer]
            across.update(zip(layer, _spread(layer, wanted, spans), strict=True))
    return across


def _drawn_to(neighbours: Sequence[Place], across: Mapping[Place, float], otherwise: float) -> float:
    """The mean of neighbouring blocks; wires that skip layers count only where there is no block: the trunk is straight."""
    blocks = [n for n in neighbours if isinstance(n, str)]
    drawn = [across[n] for n in blocks or neighbours]
    return sum(drawn) / len(drawn) if drawn else otherwise


def _spread(layer: Sequence[Place], wanted: Sequence[float], spans: Spans) -> list[float]:
    """The axes nearest to those wanted (least squares) that keep order and gaps, by pooling neighbours that collide."""
    offsets: list[float] = []
    at = 0.0
    for index, place in enumerate(layer):
        if index:
            gap = BLOCK_GAP if isinstance(place, str) or isinstance(layer[index - 1], str) else 0.0
            at += spans[layer[index - 1]][1] + gap + spans[place][0]
        offsets.append(at)
    pools: list[tuple[float, float, int]] = []  # (mean of wanted - offset, weight, how many)
    for place, want, offset in zip(layer, wanted, offsets, strict=True):
        mean, weight, count = want - offset, 1.0 if isinstance(place, str) else PASSING, 1
        while pools and pools[-1][0] > mean:
            other, load, many = pools.pop()
            mean = (mean * weight + other * load) / (weight + load)
            weight, count = weight + load, count + many
        pools.append((mean, weight, count))
    bases = [mean for mean, _, count in pools for _ in range(count)]
    return [base + offset for base, offset in zip(bases, offsets, strict=True)]


def _turned(pair: tuple[float, float], direction: Flow) -> tuple[float, float]:
    return pair if direction == "right" else (pair[1], pair[0])


def _snapped(value: float) -> float:
    return round(value / GRID) * GRID
