"""Blocks as text: what is copied can be pasted into another window, a chat or a file, and from there."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from core.blocks import registry
from core.blocks._base import Block
from core.errors import NeuroloomError, ProjectFileError
from core.graph.document import Document, Node, Numbers, Unknown, Wire
from core.graph.edits import check_name
from core.words import Words

MIME = "application/x-neuroloom-graph+json"
VERSION = 1
LONGEST_TEXT = 16 * 1024 * 1024
MOST_BLOCKS = 10_000


@dataclass(frozen=True, slots=True)
class Fragment:
    """Some blocks, the wires between them, and the wires that came in from blocks that were not copied."""

    nodes: dict[str, Node]
    wires: tuple[Wire, ...]
    incoming: tuple[Wire, ...]


def cut_out(document: Document, names: Collection[str]) -> Fragment:
    """The part of a document that consists of these blocks."""
    nodes = {name: node for name, node in document.nodes.items() if name in names}
    return Fragment(
        nodes,
        tuple(w for w in document.wires if w.source in nodes and w.target in nodes),
        tuple(w for w in document.wires if w.source not in nodes and w.target in nodes),
    )


def encode(fragment: Fragment) -> str:
    """A fragment as JSON text that a person can read."""
    return json.dumps(
        {
            "neuroloom": "fragment",
            "version": VERSION,
            "nodes": {name: node_to_json(node) for name, node in fragment.nodes.items()},
            "wires": [[w.source, w.output, w.target, w.input] for w in fragment.wires],
            "incoming": [[w.source, w.output, w.target, w.input] for w in fragment.incoming],
        },
        ensure_ascii=False,
        indent=1,
    )


def decode(text: str) -> Fragment:
    """The fragment in a text. Raises ProjectFileError if there is none, whatever the text is."""
    if len(text) > LONGEST_TEXT:
        raise _nothing_to_paste()
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise _nothing_to_paste() from None
    if not isinstance(data, dict) or data.get("neuroloom") != "fragment":
        raise _nothing_to_paste()
    try:
        if len(data["nodes"]) > MOST_BLOCKS:
            raise _nothing_to_paste()
        for name in data["nodes"]:
            check_name(name)
        return Fragment(
            {name: node_from_json(entry) for name, entry in data["nodes"].items()},
            tuple(_wire(ends) for ends in data["wires"]),
            tuple(_wire(ends) for ends in data.get("incoming", ())),
        )
    except ProjectFileError:
        raise
    except NeuroloomError as error:
        raise ProjectFileError(error.words) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError):
        raise _nothing_to_paste() from None


def node_to_json(node: Node) -> dict[str, Any]:
    """One block as a project file holds it."""
    block = node.block
    entry: dict[str, Any] = (
        {"type": block.type, "settings": dict(block.settings)}
        if isinstance(block, Unknown)
        else {"type": block.id, "settings": block.to_json()}
    )
    if node.position is not None:
        entry["position"] = list(node.position)
    if node.weights:
        entry["weights"] = dict(node.weights)
    return entry


def node_from_json(entry: dict[str, Any]) -> Node:
    """One block from a project file; a type that is not known here is kept as it is."""
    kind, settings = entry["type"], entry.get("settings", {})
    if not isinstance(kind, str) or not isinstance(settings, dict):
        raise TypeError
    found = registry().get(kind)
    block: Block | Unknown = found.from_json(settings) if found is not None else Unknown(kind, settings)
    position = None
    if (at := entry.get("position")) is not None:
        x, y = (float(v) for v in at)
        position = (x, y) if abs(x) < 1e6 and abs(y) < 1e6 else (0.0, 0.0)
    return Node(block, position, {str(n): _numbers(v) for n, v in entry.get("weights", {}).items()})


def _numbers(value: object) -> Numbers:
    return tuple(_numbers(v) for v in value) if isinstance(value, list) else float(value)  # type: ignore[arg-type]


def _wire(ends: list[object]) -> Wire:
    source, output, target, into = ends
    if not all(isinstance(end, str) for end in ends):
        raise TypeError
    return Wire(str(source), str(output), str(target), str(into))


def _nothing_to_paste() -> ProjectFileError:
    return ProjectFileError(
        Words(
            "There are no blocks on the clipboard. Copy some blocks first.",
            "剪贴板中没有模块。请先复制一些模块。",
        )
    )
