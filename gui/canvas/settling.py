"""Where a block goes that an edit has left without a place: into the flow, behind what feeds it, and what follows makes room."""

from __future__ import annotations

from core.graph import edits
from core.graph.document import Document, Point
from core.graph.layout import LAYER_GAP, make_room, place
from gui.canvas.geometry import along, free_spot, measures, snapped


def settled(document: Document) -> Document:
    """With a position for every block that has none; the document itself where all have one."""
    lost = [name for name, node in document.nodes.items() if node.position is None]
    if not lost:
        return document
    sizes, axes = measures(document.nodes, document.flow)
    fresh: list[str] = []
    while found := next(((n, at) for n in lost if (at := _beside(document, n, sizes, axes)) is not None), None):
        lost.remove(found[0])
        fresh.append(found[0])
        document = edits.move(document, dict([found]))
    if lost:
        return place(document, sizes, axes)  # wired to nothing that has a place
    for name in fresh:
        document = edits.move(document, make_room(document, name, sizes))
    for name in fresh:
        at = document.nodes[name].position or (0.0, 0.0)
        taken = [(*v.position, *sizes[n]) for n, v in document.nodes.items() if v.position is not None and n != name]
        document = edits.move(document, {name: free_spot(at, sizes[name], taken)})
    return document


def _beside(document: Document, name: str, sizes: dict[str, Point], axes: dict[str, float]) -> Point | None:
    """Behind the blocks that feed it, else before those that it feeds, on one line with the first; None without any."""
    nodes, flow = document.nodes, document.flow
    long = {n: along(size, flow)[0] for n, size in sizes.items()}
    before = [(n, along(at, flow)) for n in (w.source for w in document.incoming(name)) if (at := nodes[n].position)]
    behind = [(n, along(at, flow)) for n in (w.target for w in document.outgoing(name)) if (at := nodes[n].position)]
    if before:
        place = max(at + long[n] for n, (at, _) in before) + LAYER_GAP
    elif behind:
        place = min(at for _, (at, _) in behind) - long[name] - LAYER_GAP
    else:
        return None
    other, (_, across) = (before or behind)[0]
    return along((snapped(place), snapped(across + axes[other] - axes[name])), flow)
