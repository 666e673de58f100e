"""Blocks as text: what is copied can be pasted into another window, a chat or a file, and from there."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import NeuroloomError, ProjectFileError
from core.graph.adopt import needed
from core.graph.document import Document, Frame, Node, Note, Point, Wire
from core.graph.edits import check_name
from core.project import (
    definition_to_json,
    definitions_from_json,
    markings_from_json,
    markings_to_json,
    node_from_json,
    node_to_json,
)
from core.project.text import strict_json
from core.words import Words

MIME = "application/x-neuroloom-graph+json"
KEY, VERSION = "neuroloom_fragment", 1
MOST_BLOCKS = 10_000
WHERE = "clipboard"


@dataclass(frozen=True, slots=True)
class Fragment:
    """Some blocks, the wires between them, those that came in from blocks that were not copied, and frames and notes.

    As text it also holds what composites among them are made of.
    """

    nodes: dict[str, Node]
    wires: tuple[Wire, ...]
    incoming: tuple[Wire, ...]
    frames: dict[str, Frame] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)

    def corner(self) -> Point | None:
        """The top-left corner of all of it; None where nothing has a place."""
        boxes: list[Frame | Note] = [*self.frames.values(), *self.notes.values()]
        corners = [*(n.position for n in self.nodes.values() if n.position is not None), *(b.rect[:2] for b in boxes)]
        return (min(x for x, _ in corners), min(y for _, y in corners)) if corners else None

    def folded(self, names: Mapping[str, str]) -> dict[str, str]:
        """The frames that blocks are folded into, by the names the blocks were given."""
        return {names[name]: node.folded for name, node in self.nodes.items() if node.folded}


def cut_out(document: Document, names: Collection[str], boxes: Collection[str] = ()) -> Fragment:
    """The part of a document that consists of these blocks, and of these frames and notes."""
    nodes = {name: node for name, node in document.nodes.items() if name in names}
    return Fragment(
        nodes,
        tuple(w for w in document.wires if w.source in nodes and w.target in nodes),
        tuple(w for w in document.wires if w.source not in nodes and w.target in nodes),
        {name: frame for name, frame in document.frames.items() if name in boxes},
        {name: note for name, note in document.notes.items() if name in boxes},
    )


def encode(fragment: Fragment) -> str:
    """A fragment as JSON text that a person can read; blocks are written as in a project file."""
    definitions = needed(fragment.nodes)
    parts = {
        KEY: VERSION,
        **({"definitions": {n: definition_to_json(d) for n, d in definitions.items()}} if definitions else {}),
        "blocks": {name: node_to_json(node) for name, node in fragment.nodes.items()},
        "wires": [_ends(wire) for wire in fragment.wires],
        "incoming": [_ends(wire) for wire in fragment.incoming],
        **markings_to_json(fragment.frames, fragment.notes),
    }
    return json.dumps(parts, ensure_ascii=False, indent=1)


def decode(text: str) -> Fragment:
    """The fragment in a text. Raises ProjectFileError if there is none, whatever the text is."""
    if f'"{KEY}"' not in text:
        raise ProjectFileError(NO_BLOCKS)
    data = strict_json(text.encode("utf-8", "surrogatepass"), WHERE, ProjectFileError)
    if not isinstance(data, dict) or not isinstance(data.get("blocks"), dict) or len(data["blocks"]) > MOST_BLOCKS:
        raise ProjectFileError(NO_BLOCKS)
    try:
        for name in data["blocks"]:
            check_name(name)
    except NeuroloomError as error:
        raise ProjectFileError(error.words) from error
    definitions = definitions_from_json(data.get("definitions", {}), WHERE)
    blocks = data["blocks"].items()
    nodes = {name: node_from_json(given, WHERE, definitions, inside=True) for name, given in blocks}
    frames, notes = markings_from_json(data, WHERE)
    return Fragment(nodes, _wires(data.get("wires")), _wires(data.get("incoming")), frames, notes)


def _ends(wire: Wire) -> list[str]:
    return [wire.source, wire.output, wire.target, wire.input]


def _wires(given: Any) -> tuple[Wire, ...]:
    """The wires, without what is none."""
    lists = given if isinstance(given, list) else []
    four = (ends for ends in lists if isinstance(ends, list) and len(ends) == 4)
    return tuple(Wire(*ends) for ends in four if all(isinstance(end, str) for end in ends))


NO_BLOCKS = Words(
    "There are no blocks on the clipboard. Copy some blocks first.", "剪贴板中没有模块。请先复制一些模块。"
)
