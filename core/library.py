"""Composites that lie ready: bundled ones, and those a person keeps for other projects. Each is a project file of its own.

Of the definitions in such a file the last is the one that is offered; its title is the file's, its help the file's note.
A text for both languages is written `English · 中文`, a note for both as two lines.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from core.blocks import registry
from core.blocks._base import Block
from core.errors import NeuroloomError
from core.folders import config_folder
from core.graph.adopt import needed
from core.graph.composites import ABOUT, Definition, in_both
from core.graph.document import Document, Node
from core.project import SUFFIX, load, save
from core.words import Words, same

BUNDLED = Path(__file__).parents[1] / "resources" / "composites"


@dataclass(frozen=True, slots=True)
class Broken:
    """A file of the library that cannot be used, and why."""

    path: Path
    reason: Words


def own_folder() -> Path:
    """Where a person's own composites are kept, one file each."""
    return config_folder() / "composites"


def library() -> tuple[dict[str, type[Block]], tuple[Broken, ...]]:
    """Classes of blocks by id, the bundled ones first; and the files that cannot be used."""
    found: dict[str, type[Block]] = {}
    broken: list[Broken] = []
    for folder in (BUNDLED, own_folder()):
        for path in sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else ():
            try:
                document = load(path)
            except NeuroloomError as error:
                broken.append(Broken(path, error.words))
                continue
            if document.definitions:
                kind = _offered(f"composite:{'own:' if folder != BUNDLED else ''}{path.stem}", document)
                found[kind.id] = kind
    return found, tuple(broken)


def offered() -> dict[str, type[Block]]:
    """All that can be put on a canvas: blocks, and the composites of the library."""
    return {**registry(), **library()[0]}


def keep(definition: Definition) -> Path:
    """Put a composite into a person's own library, with all that it is made of. Raises ProjectFileError."""
    used = needed({"it": Node(definition.kind())})
    path = own_folder() / f"{definition.name}{SUFFIX}"
    path.parent.mkdir(parents=True, exist_ok=True)
    save(Document(title=definition.title or definition.name).with_(definitions=used), path)
    return path


def _offered(id_: str, document: Document) -> type[Block]:
    """The class that lists show; a block that is made of it becomes one of the document's own definition."""
    definition = list(document.definitions.values())[-1]
    lines = document.note.split("\n")
    help_ = Words(lines[0], lines[1]) if len(lines) == 2 else same(document.note) if document.note else ABOUT
    words = {"id": id_, "title": in_both(document.title or definition.name), "help": help_, "stem": definition.name}
    made = dataclasses.make_dataclass(
        "Composite", [], bases=(definition.kind,), namespace=words, frozen=True, kw_only=True, eq=False
    )
    assert issubclass(made, Block)
    return made
