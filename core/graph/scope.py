"""A composite seen from inside, as a document of its own, so that everything that edits a document edits it.

`enter` gives the inside of the composite at the end of a path of names, with the project's data, training and definitions;
`leave` puts such a document back, and with it every block that is made of the same definition. The empty path is the
project itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.blocks._base import Shape
from core.graph.composites import Composite, Definition
from core.graph.document import Document, Node
from core.graph.grouping import define, make_unique
from core.graph.shapes import Inference, infer

Path = tuple[str, ...]


def reachable(root: Document, path: Sequence[str]) -> Path:
    """The longest beginning of a path that still leads through composites."""
    found: list[str] = []
    sheet: Document | Definition = root
    for name in path:
        inner = _definition(sheet, name)
        if inner is None:
            break
        sheet = inner
        found.append(name)
    return tuple(found)


def opened(root: Document, path: Sequence[str]) -> Definition | None:
    """The definition of the composite at the end of a path; None for the empty path."""
    sheet: Document | Definition = root
    for name in path:
        inner = _definition(sheet, name)
        assert inner is not None, path
        sheet = inner
    return sheet if isinstance(sheet, Definition) else None


def enter(root: Document, path: Sequence[str]) -> Document:
    """The inside of the composite at the end of the path."""
    inner = opened(root, path)
    if inner is None:
        return root
    return root.with_(nodes=inner.nodes, wires=inner.wires, frames=inner.frames, notes=inner.notes, flow=inner.flow)


def leave(root: Document, path: Sequence[str], inside: Document) -> Document:
    """The project with the inside of that composite as it is now. Raises GraphError where it would contain itself."""
    inner = opened(root, path)
    if inner is None:
        return inside
    after = inside.with_(
        nodes=root.nodes,
        wires=root.wires,
        frames=root.frames,
        notes=root.notes,
        flow=root.flow,
        definitions=root.definitions,
    )
    for name, definition in inside.definitions.items():
        if root.definitions.get(name) is not definition:
            after = define(after, definition)
    drawn = {part: getattr(inside, part) for part in ("nodes", "wires", "frames", "notes", "flow")}
    if all(value is getattr(inner, part) for part, value in drawn.items()):
        return after
    return define(after, replace(after.definitions[inner.name], **drawn))


def sharing(root: Document, definition: Definition) -> int:
    """How many blocks of the project are made of a definition, those inside other composites counted once for each."""
    sheets: list[Document | Definition] = [root, *root.definitions.values()]
    blocks = (node.block for sheet in sheets for node in sheet.nodes.values())
    return sum(isinstance(block, Composite) and block.definition is definition for block in blocks)


def unshared(root: Document, path: Sequence[str]) -> Document:
    """The project where the composite at the end of the path, and each it lies in, has a definition of its own.

    The copies that a repeated block stands for stay alike: they are one block.
    """
    for depth, name in enumerate(path):
        outer = enter(root, path[:depth])
        definition = _definition(outer, name)
        if definition is not None and sharing(root, definition) > 1:
            root = leave(root, path[:depth], make_unique(outer, name))
    return root


def instance(root: Document, known: Inference, path: Sequence[str]) -> tuple[Document, dict[str, Shape]]:
    """The inside of the very block at the end of the path: with the settings it was given, and what enters its inlets.

    Shapes are those by inlet that are known. The empty path leads to the project itself.
    """
    sheet, given = root, dict[str, Shape]()
    for depth, name in enumerate(path):
        if depth:
            known = infer(sheet, given=given)
        block = sheet.nodes[name].block
        assert isinstance(block, Composite)
        shapes = known.ins.get(name)
        given = dict(zip(block.definition.inlets, shapes, strict=True)) if shapes is not None else {}
        sheet = block.content()
    return sheet, given


def inner_prefix(root: Document, path: Sequence[str]) -> str:
    """What the names of the blocks inside begin with in the document that the engine has; of copies, in the first."""
    sheet, prefix = root, ""
    for name in path:
        block = sheet.nodes[name].block
        assert isinstance(block, Composite)
        prefix = block.copies(prefix + name)[0]
        sheet = enter(sheet, (name,))
    return prefix


def inner_prefixes(root: Document, definition: str) -> list[str]:
    """The same for a definition: one for each copy of each block that is made of it, wherever it lies."""
    found: list[str] = []

    def walk(nodes: Mapping[str, Node], before: str) -> None:
        for name, node in nodes.items():
            if isinstance(node.block, Composite):
                for path in node.block.copies(before + name):
                    found.extend([path] if node.block.definition.name == definition else [])
                    walk(node.block.definition.nodes, path)

    walk(root.nodes, "")
    return found


def path_of(root: Document, flat: str) -> tuple[Path, str]:
    """Where a block of the document that the engine has is found: the composite it lies in, and its name there.

    The engine may have an older document, so the path is followed only as far as it leads.
    """
    *outer, name = flat.split("/")
    path: list[str] = []
    block: object = None
    for part in outer:
        if isinstance(block, Composite) and block.repeat > 1:
            block = None  # this part says which of the copies
            continue
        inside = enter(root, path).nodes
        block = inside[part].block if part in inside else None
        if not isinstance(block, Composite):
            break
        path.append(part)
    return tuple(path), name


def _definition(sheet: Document | Definition, name: str) -> Definition | None:
    block = sheet.nodes[name].block if name in sheet.nodes else None
    return block.definition if isinstance(block, Composite) else None
