"""What lies on a canvas, from its JSON: blocks, wires and how they bend, frames and notes.

The project has one such sheet, and so has every definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypedDict, get_args

from core.data._files import shown
from core.graph.document import Flow, Frame, Node, Note, Wire
from core.project.faults import Faults, as_written
from core.project.fields import REMOVE
from core.project.markings import read_markings
from core.project.named import CORRECT
from core.project.nodes import Definitions, read_nodes
from core.project.wires import bent, read_wires
from core.words import Words, same


class Sheet(TypedDict):
    """The fields of a document or a definition that hold what lies on its canvas."""

    nodes: Mapping[str, Node]
    wires: tuple[Wire, ...]
    frames: Mapping[str, Frame]
    notes: Mapping[str, Note]
    flow: Flow


def read_sheet(
    given: Mapping[str, Any], at: str, faults: Faults, definitions: Definitions, *, inside: bool = False
) -> Sheet:
    """A canvas; `at` is what its places begin with in messages."""
    nodes = read_nodes(given.get("blocks", {}), at, faults, definitions, inside=inside)
    wires = read_wires(given.get("wires", []), at, nodes, faults)
    frames, notes = read_markings(given, at, faults)
    for name in frames.keys() & notes.keys():
        got = Words("a frame and a note of this name", "同名的框和注释")
        faults.add(f"{at}notes.{shown(name)}", got, Words("a name of its own", "不同的名称"), REMOVE)
    flow = given.get("flow", "right")
    if flow not in get_args(Flow):
        faults.add(f"{at}flow", as_written(flow), same(", ".join(get_args(Flow))), CORRECT)
        flow = "right"
    return Sheet(
        nodes=MappingProxyType(nodes),
        wires=bent(wires, given.get("bends", {}), at, nodes, faults),
        frames=MappingProxyType(frames),
        notes=MappingProxyType(notes),
        flow=flow,
    )
