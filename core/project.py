"""The project file: JSON text that people and scripts read and write. Nothing in it is ever run, and nothing is lost.

Read: text -> limits -> JSON -> migrations -> document, with the place of every fault. Write: the same, short and stable.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

from core import blocks, data, optimizers
from core.blocks._base import GROUPS, Block
from core.data.normalisation import Rule
from core.errors import GraphError, NeuroloomError, ProjectFileError, SettingError
from core.exchange.files import write_whole
from core.graph import edits
from core.graph.document import DataChoice, Document, Node, Numbers, Unknown, Wire
from core.graph.training import Training
from core.words import Words

MIGRATIONS: list[Callable[[dict[str, Any]], dict[str, Any]]] = []  # step i brings format i + 1 to format i + 2
FORMAT = len(MIGRATIONS) + 1
MOST_BYTES = 64 << 20
MOST_DEPTH = 40
MOST_BLOCKS = 100_000
MOST_NUMBERS = 4096  # in weights set by hand
KEYS = ("neuroloom", "title", "note", "data", "blocks", "wires", "training")
SCHEMA = Path(__file__).parents[1] / "resources" / "project.schema.json"


# reading ------------------------------------------------------------------------------------------------------------------


def load(path: Path) -> Document:
    """The document in a file. Raises ProjectFileError for whatever is wrong with it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _fault(str(path), f"the file is larger than {MOST_BYTES >> 20} MB", f"文件大于 {MOST_BYTES >> 20} MB")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _fault(str(path), f"it cannot be read: {error.strerror}", f"无法读取：{error.strerror}") from None
    except UnicodeDecodeError:
        raise _fault(str(path), "it is not UTF-8 text, so it is no project file", "不是 UTF-8 文本，因此不是项目文件") from None
    return loads(text, path.name)


def loads(text: str, where: str = "project") -> Document:
    """The document in a text. `where` names the text in messages."""
    content = _parse(text, where)
    version = content.get("neuroloom")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise _fault(where, "it has no line \"neuroloom\": 1, so it is no project file", "缺少 \"neuroloom\": 1，因此不是项目文件")
    if version > FORMAT:
        raise _fault(
            where,
            f"it was written by a newer version (format {version}; this program reads up to {FORMAT}). Update the program",
            f"由更新的版本写出（格式 {version}，本程序最高支持 {FORMAT}）。请更新程序",
        )
    for step in MIGRATIONS[version - 1 :]:
        content = step(content)
    document = Document(
        title=_text(content, "title", where),
        note=_text(content, "note", where),
        kept={k: v for k, v in content.items() if k not in KEYS},
    )
    listed = _mapping(content.get("blocks", {}), f"{where}: blocks")
    if len(listed) > MOST_BLOCKS:
        raise _fault(f"{where}: blocks", f"there are {len(listed):,}, and {MOST_BLOCKS:,} is the limit", f"共 {len(listed):,} 个，上限为 {MOST_BLOCKS:,}")
    nodes = {name: _node(name, _mapping(v, f"{where}: blocks.{name}"), f"{where}: blocks.{name}") for name, v in listed.items()}
    document = document.with_(nodes=nodes)
    document = document.with_(wires=_wires(content.get("wires", []), document, f"{where}: wires"))
    if "data" in content:
        document = document.with_(data=_data(_mapping(content["data"], f"{where}: data"), f"{where}: data"))
    training = dict(_mapping(content.get("training", {}), f"{where}: training"))
    place = f"{where}: training"
    if "optimizer" in training:
        given = training.pop("optimizer")
        given = {"type": given} if isinstance(given, str) else dict(_mapping(given, f"{place}.optimizer"))
        kind = _one_of(given.pop("type", None), optimizers.registry(), f"{place}.optimizer.type")
        document = document.with_(optimizer=_settings(kind, given, f"{place}.optimizer"))
    return document.with_(training=_settings(Training, training, place))


def _parse(text: str, where: str) -> dict[str, Any]:
    if len(text) > MOST_BYTES:
        raise _fault(where, "the text is too long", "文本过长")
    depth = deepest = 0
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', text):  # brackets inside strings do not count
        if mark[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark[0] in "]}":
            depth -= 1
    if deepest > MOST_DEPTH:
        raise _fault(where, f"it is nested {deepest} deep, and {MOST_DEPTH} is the limit", f"嵌套 {deepest} 层，上限为 {MOST_DEPTH}")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = next(k for i, (k, _) in enumerate(pairs) if k in dict(pairs[:i]))
            raise _fault(where, f"the key {twice[:80]!r} is there twice. Remove one", f"键 {twice[:80]!r} 出现了两次。请删去一个")
        return found

    def refuse(constant: str) -> None:
        raise _fault(where, f"{constant} is no number a project may hold", f"项目中不能出现 {constant}")

    try:
        content = json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}, column {error.colno}"
        raise _fault(place, f"it is not JSON: {error.msg}", f"不是有效的 JSON：{error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise _fault(where, f"it cannot be read as JSON: {error}", f"无法读作 JSON：{error}") from None
    return dict(_mapping(content, where))


def _node(name: str, given: Mapping[str, Any], place: str) -> Node:
    try:
        edits.check_name(name)
    except GraphError as error:
        raise ProjectFileError(Words(f"{place}: {error.words.en}", f"{place}：{error.words.zh}")) from None
    settings = dict(given)
    at = settings.pop("at", None)
    weights = _mapping(settings.pop("weights", {}), f"{place}.weights")
    kind = settings.pop("type", None)
    if not isinstance(kind, str):
        raise _fault(place, "it has no \"type\". Say which block it is", "缺少 \"type\"。请说明是哪种模块")
    if at is not None and not (
        isinstance(at, list) and len(at) == 2 and all(_is_number(v) and abs(v) <= 1e7 for v in at)
    ):
        raise _fault(f"{place}.at", "it must be two numbers, [x, y]", "应为两个数 [x, y]")
    known = blocks.registry().get(kind)
    block = Unknown(kind, settings) if known is None else _settings(known, settings, place)
    budget = [MOST_NUMBERS]
    by_hand = {k: _numbers(v, f"{place}.weights.{k}", budget) for k, v in weights.items()}
    return Node(block, None if at is None else (float(at[0]), float(at[1])), by_hand)


def _numbers(value: Any, place: str, budget: list[int]) -> Numbers:  # noqa: ANN401
    if isinstance(value, list):
        return tuple(_numbers(v, place, budget) for v in value)
    budget[0] -= 1
    if not _is_number(value) or budget[0] < 0:
        raise _fault(place, f"it must be nested lists of at most {MOST_NUMBERS} finite numbers", f"应为嵌套列表，最多 {MOST_NUMBERS} 个有限的数")
    return float(value)


def _wires(given: Any, document: Document, place: str) -> tuple[Wire, ...]:  # noqa: ANN401
    if not isinstance(given, list):
        raise _fault(place, 'it must be a list such as ["input > dense1"]', '应为列表，如 ["input > dense1"]')
    wires: list[Wire] = []
    taken: set[tuple[str, str]] = set()
    for at, text in enumerate(given):
        here = f"{place}[{at}]"
        ends = re.fullmatch(r"\s*([^\s.>]+)(?:\.([^\s.>]+))?\s*>\s*([^\s.>]+)(?:\.([^\s.>]+))?\s*", text) if isinstance(text, str) else None
        if ends is None:
            raise _fault(here, f'it must be text such as "a > b" or "a.out > b.in", and it is {str(text)[:80]!r}', f'应为 "a > b" 或 "a.out > b.in" 的文本，现在是 {str(text)[:80]!r}')
        source, output, target, port = ends.groups()
        for name in (source, target):
            if name not in document.nodes:
                raise _fault(here, f"there is no block named {name[:80]!r}. Add it to blocks, or mend the name", f"没有名为 {name[:80]!r} 的模块。请在 blocks 中添加，或改正名称")
        wire = Wire(source, _port(document, source, output, "outputs", here), target, _port(document, target, port, "inputs", here))
        if (wire.target, wire.input) in taken:
            raise _fault(here, f"two wires end at {wire.target}.{wire.input}. Remove one", f"有两条连线都连到 {wire.target}.{wire.input}。请删去一条")
        taken.add((wire.target, wire.input))
        wires.append(wire)
    return tuple(wires)


def _port(document: Document, name: str, port: str | None, side: str, place: str) -> str:
    block = document.nodes[name].block
    if isinstance(block, Unknown):
        return port or ("y" if side == "outputs" else "x")
    ports = block.outputs if side == "outputs" else block.input_ports()
    if port is None and ports:
        return ports[0]
    if port not in ports:
        have = ", ".join(ports) or "—"
        raise _fault(place, f"{name} has no port {port!r} among its {side}: {have}", f"{name} 没有端口 {port!r}；可用：{have}")
    return str(port)


def _data(given: Mapping[str, Any], place: str) -> DataChoice:
    settings = dict(given)
    kind = _one_of(settings.pop("source", None), data.registry(), f"{place}.source")
    rule = settings.pop("normalise", "none")
    if rule not in get_args(Rule):
        raise _fault(f"{place}.normalise", f"it must be one of {', '.join(get_args(Rule))}", f"应为 {'、'.join(get_args(Rule))} 之一")
    return DataChoice(_settings(kind, settings, place), rule)


def _settings(kind: Any, given: Mapping[str, Any], place: str) -> Any:  # noqa: ANN401
    try:
        return kind.from_json(given)
    except SettingError as error:
        raise ProjectFileError(Words(f"{place}.{error.setting}: {error.words.en}", f"{place}.{error.setting}：{error.words.zh}")) from None


def _one_of(key: Any, known: Mapping[str, Any], place: str) -> Any:  # noqa: ANN401
    if not isinstance(key, str) or key not in known:
        shown, names = repr(key)[:80], ", ".join(known)
        raise _fault(place, f"it must be one of {names}, and it is {shown}", f"应为下列之一：{names}；现在是 {shown}")
    return known[key]


def _mapping(value: Any, place: str) -> Mapping[str, Any]:  # noqa: ANN401
    if not isinstance(value, dict):
        raise _fault(place, "it must be an object in braces { }", "应为花括号 { } 中的对象")
    return value


def _text(content: Mapping[str, Any], key: str, where: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str) or len(value) > 100_000:
        raise _fault(f"{where}: {key}", "it must be text", "应为文字")
    return value


def _is_number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300


def _fault(place: str, en: str, zh: str) -> ProjectFileError:
    return ProjectFileError(Words(f"{place}: {en}.", f"{place}：{zh}。"))


# writing ------------------------------------------------------------------------------------------------------------------


def save(document: Document, path: Path) -> None:
    """Write the file whole or not at all. Raises ProjectFileError where that fails; the old file is then intact."""
    try:
        write_whole(path, lambda file: file.write(dumps(document).encode()))
    except NeuroloomError as error:
        raise ProjectFileError(error.words) from error


def dumps(document: Document) -> str:
    """The text of a document: a line for each block, wires together, defaults left out."""
    lines = [f'  "neuroloom": {FORMAT}', *(f'  "{k}": {_line(v)}' for k in ("title", "note") if (v := getattr(document, k)))]
    if document.data is not None:
        rule = {} if document.data.normalise == "none" else {"normalise": document.data.normalise}
        source = document.data.source
        lines.append(f'  "data": {_line({"source": source.id, **source.to_json(), **rule})}')
    listed = ",\n".join(f"    {_line(name)}: {_line(node_to_json(node))}" for name, node in document.nodes.items())
    lines.append('  "blocks": {\n' + listed + "\n  }" if listed else '  "blocks": {}')
    lines.append(f'  "wires": [{_wrapped([_line(wire_text(w, document)) for w in document.wires])}]')
    training: dict[str, Any] = dict(document.training.to_json())
    if document.optimizer is not None:
        training = {"optimizer": {"type": document.optimizer.id, **document.optimizer.to_json()}, **training}
    lines.append(f'  "training": {_line(training)}')
    lines += [f"  {_line(k)}: {_line(v)}" for k, v in document.kept.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def node_to_json(node: Node) -> dict[str, Any]:
    """A block as the file holds it."""
    block = node.block
    out = {"type": block.type, **block.settings} if isinstance(block, Unknown) else {"type": block.id, **block.to_json()}
    if node.weights:
        out["weights"] = dict(node.weights)
    if node.position is not None:
        out["at"] = [round(v, 1) for v in node.position]
    return out


def node_from_json(name: str, given: Mapping[str, Any]) -> Node:
    """A block from what `node_to_json` wrote, as a clipboard carries it."""
    return _node(name, given, name)


def wire_text(wire: Wire, document: Document) -> str:
    """A wire as the file holds it; a first port goes without saying."""
    source, target = document.nodes[wire.source].block, document.nodes[wire.target].block
    outputs = ("y",) if isinstance(source, Unknown) else source.outputs
    inputs = ("x",) if isinstance(target, Unknown) else target.input_ports()
    left = wire.source if wire.output == outputs[0] else f"{wire.source}.{wire.output}"
    return f"{left} > " + (wire.target if wire.input == inputs[0] else f"{wire.target}.{wire.input}")


def document_hash(document: Document) -> str:
    """A fingerprint of what the outputs depend on beside the weights: blocks, wires and normalisation."""
    content: list[Any] = [
        {n: node_to_json(Node(v.block)) for n, v in sorted(document.nodes.items())},
        sorted(wire_text(w, document) for w in document.wires),
        document.data.normalise if document.data else "none",
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _wrapped(parts: list[str]) -> str:
    text, width = "", 0
    for at, part in enumerate(parts):
        new_line = width == 0 or width + len(part) > 110
        text += ("," if at else "") + ("\n    " if new_line else " ") + part
        width = len(part) if new_line else width + len(part) + 2
    return text + ("\n  " if parts else "")


# schema -------------------------------------------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """JSON Schema of the whole file, made from the same declarations that everything else is made from."""

    def of(kind: Any, key: str, id: str, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:  # noqa: ANN401
        about = {"title": kind.title.en, "description": kind.help.en}
        properties = {key: {"const": id}, **(extra or {}), **kind.json_schema()}
        return {**about, "type": "object", "required": [key], "properties": properties, "additionalProperties": False}

    placed = {
        "at": {"description": "Place on the canvas, [x, y]; laid out when absent.", "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        "weights": {"description": "First values set by hand, by weight name, as nested lists.", "type": "object"},
    }
    sources = [of(k, "source", i, {"normalise": {"description": "How inputs are brought to a size that trains well.", "enum": list(get_args(Rule))}}) for i, k in data.registry().items()]
    built_in = {i: k for i, k in blocks.registry().items() if k.__module__.startswith("core.")}
    optimizer = {"description": "How the weights move.", "anyOf": [{"enum": list(optimizers.registry())}, *(of(k, "type", i) for i, k in optimizers.registry().items())]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Neuroloom project",
        "description": "A network, its data and how it is trained. Block groups: " + ", ".join(g.en for g in GROUPS.values()) + ".",
        "type": "object",
        "required": ["neuroloom", "blocks"],
        "properties": {
            "neuroloom": {"description": "Version of the file format.", "const": FORMAT},
            "title": {"description": "A name for people.", "type": "string"},
            "note": {"description": "Anything worth saying about the project.", "type": "string"},
            "data": {"description": "Where the rows come from.", "anyOf": sources},
            "blocks": {"description": "The blocks by name.", "type": "object", "additionalProperties": {"anyOf": [of(k, "type", i, placed) for i, k in built_in.items()]}},
            "wires": {"description": "Wires, \"from > to\"; with port names where a block has several, \"a.y > b.x\".", "type": "array", "items": {"type": "string"}},
            "training": {"description": "How the network is trained.", "type": "object", "properties": {"optimizer": optimizer, **Training.json_schema()}, "additionalProperties": False},
        },
    }  # fmt: skip


def schema_text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
