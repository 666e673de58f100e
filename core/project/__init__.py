"""The project file: `*.loom`, JSON text meant to be read and written by people and scripts too.

A file is read in this order: limits and JSON (`text`), older versions (`migrations`), the document (`read`). It is written by
`write` and `disk`, and explained by `schema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import ProjectFileError
from core.graph.composites import Definition
from core.graph.document import Document, Frame, Node, Note
from core.project import disk, migrations
from core.project.faults import Faults, as_written, fault
from core.project.markings import read_markings
from core.project.newer import NewerFileError
from core.project.nodes import NONE, read_node
from core.project.read import read_definitions, read_document
from core.project.text import MOST_BYTES, strict_json, too_big
from core.project.write import definition_to_json, document_hash, dumps, markings_to_json, node_to_json
from core.words import Words

__all__ = [
    "SUFFIX", "NewerFileError", "definition_to_json", "definitions_from_json", "document_hash", "dumps", "load", "loads",
    "markings_from_json", "markings_to_json", "node_from_json", "node_to_json", "save",
]  # fmt: skip

SUFFIX = ".loom"


def load(path: Path) -> Document:
    """The document in a file. Raises ProjectFileError, with all its faults, and nothing else; NewerFileError is one."""
    with disk.reading(path, ProjectFileError) as file:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ProjectFileError(too_big(disk.place(path), size))
        data = file.read(MOST_BYTES + 1)
    return _document(data, disk.place(path))


def loads(text: str, where: str) -> Document:
    """The document in a text; `where` says in messages where it came from. Raises ProjectFileError."""
    return _document(text.encode("utf-8", "surrogatepass"), where)


def save(document: Document, path: Path, previous: str = "") -> None:
    """Write the file whole or not at all. Raises ProjectFileError; then what was there before is untouched.

    With an ending `previous`, what was there before stays beside it, such as `net.loom.bak`, if it was another text.
    """
    text = dumps(document).encode("utf-8", "replace")
    if previous and path.is_file() and path.stat().st_size == len(text) and path.read_bytes() == text:
        previous = ""  # saved twice: what was there before that is worth more
    disk.write_whole(path, lambda file: file.write(text), ProjectFileError, previous)


def node_from_json(
    given: Mapping[str, Any], where: str, definitions: Mapping[str, Definition] = NONE, *, inside: bool = False
) -> Node:
    """One block as `node_to_json` wrote it. Raises ProjectFileError."""
    faults = Faults(where)
    node = read_node(given, "block", faults, definitions, inside=inside)
    faults.check()
    assert node is not None
    return node


def markings_from_json(given: Mapping[str, Any], where: str) -> tuple[dict[str, Frame], dict[str, Note]]:
    """Frames and notes as `markings_to_json` wrote them. Raises ProjectFileError."""
    faults = Faults(where)
    found = read_markings(given, "", faults)
    faults.check()
    return found


def definitions_from_json(given: object, where: str) -> dict[str, Definition]:
    """Definitions as `definition_to_json` wrote each. Raises ProjectFileError."""
    faults = Faults(where)
    definitions = read_definitions(given, faults)
    faults.check()
    return definitions


def _document(data: bytes, where: str) -> Document:
    given = strict_json(data, where, ProjectFileError)
    if not isinstance(given, dict) or "neuroloom" not in given:
        got = Words("JSON of something else", "其他内容的 JSON")
        wanted = Words('an object with the key "neuroloom"', '含有键 "neuroloom" 的对象')
        raise ProjectFileError(
            fault(where, got, wanted, Words("Choose a project file (*.loom)", "请选择项目文件（*.loom）"))
        )
    given = _of_today(given, where)
    faults = Faults(where)
    faults.version = migrations.version()
    document = read_document(given, faults)
    faults.check()
    return document


def _of_today(given: dict[str, Any], where: str) -> dict[str, Any]:
    """The file in the format of today. Raises NewerFileError for a newer one: half of it would be lost on saving."""
    number, today = given["neuroloom"], migrations.version()
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        wanted = Words(f"a whole number from 1 to {today}", f"1 到 {today} 的整数")
        do = Words("Correct it in a text editor", "请用文本编辑器修正")
        raise ProjectFileError(fault(f"{where}: neuroloom", as_written(number), wanted, do))
    if number > today:
        raise _newer(given, number, where)
    for step in migrations.MIGRATIONS[number - 1 :]:
        try:
            given = step(given)
        except Exception as error:  # noqa: BLE001  a step trusts what the older program let through; a stranger's file may not be that
            got = Words(
                f"a file of version {number} that breaks off at {error!r}", f"版本 {number} 的文件，出错于 {error!r}"
            )
            do = Words("Take the file from a backup", "请从备份恢复文件")
            raise ProjectFileError(
                fault(where, got, Words(f"one of version {today}", f"版本 {today} 的文件"), do)
            ) from None
    return given


def _newer(given: dict[str, Any], number: int, where: str) -> ProjectFileError:
    """The refusal of a newer file; with the document, where so much of it is understood that a copy can be saved."""
    got = Words(f"format version {number}", f"格式版本 {number}")
    wanted = Words(f"at most {migrations.version()}", f"不超过 {migrations.version()}")
    do = Words("A newer Neuroloom wrote the file: update the program", "文件由更新的 Neuroloom 写成：请更新程序")
    refusal = fault(where, got, wanted, do)
    gaps = Faults(where)
    gaps.version, gaps.do = number, Words("Update the program to use it", "更新程序后即可使用")
    try:
        document = loads(dumps(read_document(given, gaps)), where)
    except ProjectFileError:
        return ProjectFileError(refusal)
    return NewerFileError(refusal, document, tuple(gaps.found))
