"""From a document to the text of its file: short, stable, and laid out for people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from core.blocks._base import Block
from core.graph.composites import Composite, Definition
from core.graph.document import FLAGS, Document, Frame, Mask, Node, Note, Numbers, Rect, Unknown, Wire
from core.graph.expand import expand
from core.graph.training import Training
from core.project.migrations import version
from core.settings import Settings

_WIDTH = 110


def dumps(document: Document) -> str:
    """The text of the project file. What is at its default is left out; a block a line; equal documents, equal texts."""
    data: dict[str, Any] = {"neuroloom": version()}
    if document.title:
        data["title"] = document.title
    if document.note:
        data["note"] = document.note.split("\n") if "\n" in document.note else document.note
    if document.data is not None:
        data["data"] = {"source": document.data.source.id, **_settings(document.data.source)}
        if document.data.normalise != "none":
            data["data"]["normalise"] = document.data.normalise
    if document.definitions:
        data["definitions"] = {name: definition_to_json(d) for name, d in document.definitions.items()}
    data |= _sheet(document)
    if training := _training(document):
        data["training"] = training
    parts = [
        f"{_quoted(key)}: {layout(value, 2, open_=key in ('blocks', 'definitions'))}"
        for key, value in {**data, **document.kept}.items()
    ]
    return "{\n" + ",\n".join("  " + part for part in parts) + "\n}\n"


def definition_to_json(definition: Definition) -> dict[str, Any]:
    """What a composite is made of, as the file has it."""
    data: dict[str, Any] = {"title": definition.title} if definition.title else {}
    data |= _sheet(definition)
    if definition.settings:
        data["settings"] = {
            key: [f"{name}.{inner}" for name, inner in targets] for key, targets in definition.settings.items()
        }
    return data


def node_to_json(node: Node) -> dict[str, Any]:
    """One block as the file has it."""
    block = node.block
    if isinstance(block, Unknown):
        data: dict[str, Any] = {"type": block.type, **block.settings}
    elif isinstance(block, Composite):
        data = {"type": Composite.id, "definition": block.definition.name, **_settings(block)}
    else:
        data = {"type": block.id, **_settings(block)}
    if node.position is not None:
        data["at"] = _pair(node.position)
    if node.mode != "on":
        data["mode"] = node.mode
    data |= _drawn(node)
    if node.weights:
        data["weights"] = {name: _listed(value) for name, value in node.weights.items()}
    data |= _settings(node.learning)
    if node.frozen_weights:
        data["frozen_weights"] = {name: _marked(mask) for name, mask in node.frozen_weights.items()}
    return data


def _sheet(sheet: Document | Definition) -> dict[str, Any]:
    """What lies on a canvas: that of the project, or that of the inside of a composite."""
    data: dict[str, Any] = {"flow": sheet.flow} if sheet.flow != "right" else {}
    data |= {
        "blocks": {name: node_to_json(node) for name, node in sheet.nodes.items()},
        "wires": _chains(sheet),
    }
    if bends := {"{} > {}".format(*_ends(sheet, w)): [_pair(p) for p in w.bends] for w in sheet.wires if w.bends}:
        data["bends"] = bends
    return data | markings_to_json(sheet.frames, sheet.notes)


def markings_to_json(frames: Mapping[str, Frame], notes: Mapping[str, Note]) -> dict[str, Any]:
    """Frames and notes as the file has them; nothing where there are none."""
    data: dict[str, Any] = {}
    if frames:
        data["frames"] = {name: _frame(frame) for name, frame in frames.items()}
    if notes:
        data["notes"] = {n: {"text": note.text, **_place(note.rect), **_drawn(note)} for n, note in notes.items()}
    return data


def _frame(frame: Frame) -> dict[str, Any]:
    title = {"title": frame.title} if frame.title else {}
    return {
        **title,
        **_place(frame.rect),
        **({"colour": frame.colour} if frame.colour else {}),
        **_drawn(frame),
    }


def _drawn(thing: Node | Frame | Note) -> dict[str, Any]:
    """The flags that are set, and the frame that it is folded into."""
    flags = {flag: True for flag in FLAGS if getattr(thing, flag, False)}
    return flags | ({"folded": thing.folded} if thing.folded else {})


def _place(rect: Rect) -> dict[str, Any]:
    return {"at": _pair(rect[:2]), "size": _pair(rect[2:])}


def _pair(values: tuple[float, ...]) -> list[float | int]:
    return [_short(value) for value in values]


def document_hash(document: Document) -> str:
    """SHA-256 of what decides which numbers come out for given weights: blocks, their settings, wires, order of the ends.

    Not of titles, positions, notes, data or training; so weights still fit after a block was moved. Composites count as
    what lies inside them.
    """
    document = expand(document)
    ends = {"input", "output"}
    blocks = {name: _meaning(node.block) for name, node in document.nodes.items()}
    order = [n for n, node in document.nodes.items() if isinstance(node.block, Block) and node.block.group in ends]
    wires = sorted((w.source, w.output, w.target, w.input) for w in document.wires)
    text = json.dumps([blocks, order, wires], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _meaning(block: Block | Unknown) -> list[Any]:
    return [block.type, dict(block.settings)] if isinstance(block, Unknown) else [block.id, _settings(block)]


def _settings(settings: Settings) -> dict[str, object]:
    return {name: _short(value) if isinstance(value, float) else value for name, value in settings.to_json().items()}


def _training(document: Document) -> dict[str, Any]:
    training: dict[str, Any] = {}
    for key, chosen in (("optimizer", document.optimizer), ("schedule", document.schedule)):
        if chosen is not None:
            settings = _settings(chosen)
            training[key] = {"type": chosen.id, **settings} if settings else chosen.id
    return training | _settings(document.training or Training())


def _short(value: float) -> float | int:
    """3.0 as 3, as a person writes it; but not −0.0."""
    return int(value) if value.is_integer() and abs(value) < 1e15 and str(value) != "-0.0" else value


def _listed(value: Numbers) -> object:
    return [_listed(part) for part in value] if isinstance(value, tuple) else _short(value)


def _marked(mask: Mask) -> object:
    """A whole weight as true or false, its numbers one by one as 1 or 0, so that a row of them is short."""
    return (
        [_marked(part) if isinstance(part, tuple) else int(part) for part in mask] if isinstance(mask, tuple) else mask
    )


def _chains(sheet: Document | Definition) -> list[str]:
    """Wires as text; those that follow one another from first output to first input run on as one chain."""
    chains: list[str] = []
    last: Wire | None = None
    for wire in sheet.wires:
        start, end = _ends(sheet, wire)
        follows = (
            last is not None
            and last.target == wire.source
            and start == wire.source
            and chains[-1].endswith(f"> {start}")
        )
        if follows and len(chains[-1]) + len(end) < _WIDTH:
            chains[-1] += f" > {end}"
        else:
            chains.append(f"{start} > {end}")
        last = wire
    return chains


def _ends(sheet: Document | Definition, wire: Wire) -> tuple[str, str]:
    """The ends of a wire as text: block and port, or the block alone where it is its first port."""
    output, input_ = _ports(sheet, wire)
    start = wire.source if wire.output == output else f"{wire.source}.{wire.output}"
    return start, wire.target if wire.input == input_ else f"{wire.target}.{wire.input}"


def _ports(sheet: Document | Definition, wire: Wire) -> tuple[str, str]:
    """The first output of the one end and the first input of the other: the ports that need not be named."""
    source, target = sheet.nodes[wire.source].block, sheet.nodes[wire.target].block
    output = next(iter(source.output_ports()), "") if isinstance(source, Block) else ""
    return output, next(iter(target.input_ports()), "") if isinstance(target, Block) else ""


def layout(value: object, indent: int = 0, *, open_: bool = False) -> str:
    """JSON on one line where it fits or holds nothing but numbers, else one part a line."""
    flat = _flat(value)
    if not open_ and (len(flat) + indent <= _WIDTH or not isinstance(value, dict | list) or _is_row(value)):
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{_quoted(key)}: {layout(part, indent + 2)}" for key, part in value.items()]
    elif isinstance(value, list):
        parts = [layout(part, indent + 2) for part in value]
    else:
        parts = []
    if not parts:
        return flat
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}\n" + ",\n".join(inner + part for part in parts) + f"\n{' ' * indent}{last}"


def _is_row(value: Mapping[str, object] | Iterable[object]) -> bool:
    return isinstance(value, list) and not any(isinstance(part, str | list | dict) for part in value)


def _flat(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
