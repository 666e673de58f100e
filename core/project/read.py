"""From the JSON of a project file to a document, with every fault of the file collected on the way."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, get_args

import numpy as np

from core import data as sources
from core import optimizers, schedules
from core.blocks import registry
from core.data._files import shown
from core.data.normalisation import Rule
from core.errors import GraphError, SettingError
from core.graph.document import DataChoice, Document, Mask, Node, Numbers, Unknown, Wire
from core.graph.edits import check_name
from core.graph.training import Learning, Training
from core.optimizers._base import Optimizer
from core.project.faults import Faults, as_written
from core.schedules._base import Schedule
from core.settings import Settings
from core.words import Words, same

S = TypeVar("S", bound=Settings)
V = TypeVar("V")

KEYS = ("neuroloom", "title", "note", "data", "blocks", "wires", "training")
MOST_BLOCKS = 100_000
MOST_KEPT = 100
OF_A_BLOCK = ("type", "at", "weights", "frozen_weights", *(row.name for row in Learning.rows()))  # what every block has
FARTHEST = 1e6  # canvas units; beyond it no view can scroll
_OBJECT = Words("an object { … }", "对象 { … }")
_CORRECT = Words("Correct it in a text editor", "请用文本编辑器修正")
_NUMBERS = Words("a number, or lists of numbers that are equally long", "一个数，或长度一致的数字列表")
_MASK = Words("true, false, or equally long lists of 0 and 1", "true、false，或长度一致的 0、1 列表")
_REMOVE = Words("Remove it, or correct the name", "请删除它，或改正名称")


def read_document(given: Mapping[str, Any], faults: Faults) -> Document:
    """The document a file of today's version holds; what cannot be read is left out and told in `faults`."""
    nodes = _nodes(given.get("blocks", {}), faults)
    optimizer, schedule, training = _training(given.get("training", {}), faults)
    return Document(
        title=_text(given.get("title", ""), "title", faults),
        note=_note(given.get("note", ""), faults),
        nodes=MappingProxyType(nodes),
        wires=_wires(given.get("wires", []), nodes, faults),
        data=_data(given["data"], faults) if "data" in given else None,
        optimizer=optimizer,
        schedule=schedule,
        training=training,
        kept=MappingProxyType(_kept(given, faults)),
    )


def read_node(given: object, place: str, faults: Faults) -> Node | None:
    """One block. A type this program does not have is kept as it is written."""
    if not isinstance(given, dict):
        faults.add(place, as_written(given), _OBJECT, _CORRECT)
        return None
    kind = given.get("type")
    if not isinstance(kind, str):
        got = as_written(kind) if "type" in given else Words("no type", "没有 type")
        faults.add(f"{place}.type", got, Words('the id of a block, such as "dense"', '模块类型，如 "dense"'), _CORRECT)
        return None
    settings = {key: value for key, value in given.items() if key not in OF_A_BLOCK}
    block = registry().get(kind)
    if block is None:
        position = _position(given.get("at"))
        rest = {key: value for key, value in given.items() if key != "type" and not (key == "at" and position)}
        return Node(Unknown(kind, MappingProxyType(rest)), position)
    made = _settings(block, settings, place, faults)
    position = _position(given.get("at"))
    if "at" in given and position is None:
        wanted = Words(
            f"two numbers [x, y] from -{FARTHEST:.0f} to {FARTHEST:.0f}", f"两个数 [x, y]，绝对值不超过 {FARTHEST:.0f}"
        )
        faults.add(
            f"{place}.at", as_written(given["at"]), wanted, Words("Remove it to have it laid out", "删除后会自动布局")
        )
    weights = _by_weight(given, "weights", _numbers, _NUMBERS, place, faults)
    frozen = _by_weight(given, "frozen_weights", _mask, _MASK, place, faults)
    learning = _settings(
        Learning, {row.name: given[row.name] for row in Learning.rows() if row.name in given}, place, faults
    )
    if made is None or learning is None:
        return None
    return Node(made, position, MappingProxyType(weights), learning, MappingProxyType(frozen))


def _nodes(given: object, faults: Faults) -> dict[str, Node]:
    if not isinstance(given, dict):
        faults.add("blocks", as_written(given), _OBJECT, _CORRECT)
        return {}
    if len(given) > MOST_BLOCKS:
        got, wanted = Words(f"{len(given):,} blocks", f"{len(given):,} 个模块"), same(f"<= {MOST_BLOCKS:,}")
        faults.add("blocks", got, wanted, Words("Split the network", "请拆分网络"))
        return {}
    nodes: dict[str, Node] = {}
    for name, value in given.items():
        place = f"blocks.{shown(name)}"
        try:
            check_name(name)
        except GraphError as error:
            faults.tell(Words(f"{place}: {error.words.en}", f"{place}：{error.words.zh}"))
        node = read_node(value, place, faults)
        # a block with a fault of its own still stands for its name, so that its wires are no faults too
        nodes[name] = node or Node(Unknown("", MappingProxyType({})))
    return nodes


def _settings(kind: type[S], given: Mapping[str, object], place: str, faults: Faults) -> S | None:
    """The settings; every one that is wrong is told on its own."""
    try:
        return kind.from_json(given)
    except SettingError as first:
        found = 0
        for key, value in given.items():
            if error := _error(kind, key, value):
                _tell(error, place, faults)
                found += 1
        if not found:
            _tell(first, place, faults)  # allowed one by one, not together
        return None


def _tell(error: SettingError, place: str, faults: Faults) -> None:
    got = as_written(error.value)
    faults.tell(
        Words(
            f"{place}.{shown(error.setting)}: it is {got.en}, and must be {error.expected.en}.",
            f"{place}.{shown(error.setting)}：现为 {got.zh}，应为{error.expected.zh}。",
        )
    )


def _error(kind: type[S], key: str, value: object) -> SettingError | None:
    """What is wrong with one setting on its own, not in company with the defaults of the others."""
    try:
        kind.from_json({key: value})
    except SettingError as error:
        return error if error.setting == kind.renamed.get(key, key) or error.setting == key else None
    return None


def _position(given: object) -> tuple[float, float] | None:
    if not isinstance(given, list) or len(given) != 2 or not all(_is_number(v) and abs(v) <= FARTHEST for v in given):
        return None
    return float(given[0]), float(given[1])


def _by_weight(
    block: Mapping[str, Any], key: str, read: Callable[[Any], V], wanted: Words, place: str, faults: Faults
) -> dict[str, V]:
    """What a block says about its weights, by their names."""
    given = block.get(key, {})
    if not isinstance(given, dict):
        faults.add(f"{place}.{key}", as_written(given), _OBJECT, _CORRECT)
        return {}
    found: dict[str, V] = {}
    for name, value in given.items():
        try:
            found[name] = read(value)
            np.shape(found[name])  # type: ignore[call-overload]  # raises ValueError for rows of unequal length
        except ValueError:
            faults.add(f"{place}.{key}.{shown(name)}", as_written(value), wanted, _CORRECT)
    return found


def _numbers(value: Any) -> Numbers:
    if isinstance(value, list):
        return tuple(map(_numbers, value))
    if not _is_number(value):
        raise ValueError(value)
    return float(value)


def _mask(value: Any) -> Mask:
    if isinstance(value, list):
        return tuple(map(_mask, value))
    if not isinstance(value, bool) and value not in (0, 1):
        raise ValueError(value)
    return bool(value)


def _wires(given: object, nodes: Mapping[str, Node], faults: Faults) -> tuple[Wire, ...]:
    if not isinstance(given, list):
        wanted = Words('a list such as ["input > dense1"]', '列表，如 ["input > dense1"]')
        faults.add("wires", as_written(given), wanted, _CORRECT)
        return ()
    wires: dict[tuple[str, str], Wire] = {}
    for index, chain in enumerate(given):
        place = f"wires[{index}]"
        if not isinstance(chain, str) or ">" not in chain:
            wanted = Words(
                'text such as "conv1 > relu1" or "split.a > add.b"', '文字，如 "conv1 > relu1" 或 "split.a > add.b"'
            )
            faults.add(place, as_written(chain), wanted, _CORRECT)
            continue
        ends = [tuple(map(str.strip, end.partition(".")[::2])) for end in chain.split(">")]
        if any(port for _, port in ends[1:-1]):
            wanted = Words("ports only at the ends of a chain", "端口名只出现在链的两端")
            faults.add(place, as_written(chain), wanted, Words("Write it as two wires", "请拆成两条连线"))
            continue
        for (source, output), (target, entry) in itertools.pairwise(ends):
            wire = _wire((source, output), (target, entry), nodes, place, faults)
            if wire is None:
                continue
            if (wire.target, wire.input) in wires:
                got = Words(
                    f"a second wire to the same input of {shown(target)}", f"{shown(target)} 的同一输入端口有第二条连线"
                )
                faults.add(place, got, Words("one wire for each input", "每个输入端口一条连线"), _JOIN)
                continue
            wires[wire.target, wire.input] = wire
    return tuple(wires.values())


_JOIN = Words("Remove one, or join them with an Add or Concat block", "请删去一条，或用相加、拼接模块合并")


def _wire(
    start: tuple[str, ...], end: tuple[str, ...], nodes: Mapping[str, Node], place: str, faults: Faults
) -> Wire | None:
    ports: list[str] = []
    for (name, port), is_source in ((start, True), (end, False)):
        node = nodes.get(name)
        if node is None:
            near = _near(name, nodes)
            wanted = Words(f"the name of a block{near.en}", f"模块名称{near.zh}")
            faults.add(place, same(repr(shown(name))), wanted, _CORRECT)
            return None
        if isinstance(node.block, Unknown):
            ports.append(port)  # left out means the first, and which that is nobody knows here
            continue
        known = node.block.output_ports() if is_source else node.block.input_ports()
        if not known or (port and port not in known):
            said = Words("no output", "没有输出端口") if is_source else Words("no input", "没有输入端口")
            got = Words(f"{name} has {said.en} {shown(port)}".rstrip(), f"{name} {said.zh} {shown(port)}".rstrip())
            names = ", ".join(known) or "—"
            faults.add(place, got, Words(f"one of: {names}", f"下列之一：{names}"), _CORRECT)
            return None
        ports.append(port or known[0])
    return Wire(start[0], ports[0], end[0], ports[1])


def _data(given: object, faults: Faults) -> DataChoice | None:
    if not isinstance(given, dict):
        faults.add("data", as_written(given), _OBJECT, _CORRECT)
        return None
    kind = _choice(given.get("source"), sources.registry(), "data.source", faults)
    rule = given.get("normalise", "none")
    if rule not in get_args(Rule):
        names = ", ".join(get_args(Rule))
        faults.add("data.normalise", as_written(rule), Words(f"one of: {names}", f"下列之一：{names}"), _CORRECT)
        rule = "none"
    if kind is None:
        return None
    source = _settings(kind, {k: v for k, v in given.items() if k not in {"source", "normalise"}}, "data", faults)
    return None if source is None else DataChoice(source, rule)


def _training(given: object, faults: Faults) -> tuple[Optimizer | None, Schedule | None, Training]:
    if not isinstance(given, dict):
        faults.add("training", as_written(given), _OBJECT, _CORRECT)
        return None, None, Training()
    own = {k: v for k, v in given.items() if k not in {"optimizer", "schedule"}}
    training = _settings(Training, own, "training", faults) or Training()
    optimizer = _chosen(given, "optimizer", optimizers.registry(), faults)
    return optimizer, _chosen(given, "schedule", schedules.registry(), faults), training


def _chosen(given: Mapping[str, Any], key: str, known: Mapping[str, type[S]], faults: Faults) -> S | None:
    """One of several kinds with its settings; its id alone is short for {"type": id}."""
    if key not in given:
        return None
    settings = given[key] if isinstance(given[key], dict) else {"type": given[key]}
    kind = _choice(settings.get("type"), known, f"training.{key}", faults)
    if kind is None:
        return None
    return _settings(kind, {k: v for k, v in settings.items() if k != "type"}, f"training.{key}", faults)


def _choice(given: object, known: Mapping[str, type[S]], place: str, faults: Faults) -> type[S] | None:
    if isinstance(given, str) and given in known:
        return known[given]
    near = _near(given, known)
    names = ", ".join(known)
    faults.add(place, as_written(given), Words(f"one of: {names}{near.en}", f"下列之一：{names}{near.zh}"), _CORRECT)
    return None


def _text(given: object, place: str, faults: Faults) -> str:
    if isinstance(given, str):
        return given
    faults.add(place, as_written(given), Words("text", "文字"), _CORRECT)
    return ""


def _note(given: object, faults: Faults) -> str:
    """Text, or a list of its lines."""
    if isinstance(given, list) and all(isinstance(line, str) for line in given):
        return "\n".join(given)
    return _text(given, "note", faults)


def _kept(given: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """What a later program may understand. A key that is nearly one of ours is a slip, and would be lost in silence."""
    kept = {key: value for key, value in given.items() if key not in KEYS}
    if len(kept) > MOST_KEPT:
        got, wanted = Words(f"{len(kept):,} unknown keys", f"{len(kept):,} 个未知的键"), same(", ".join(KEYS))
        faults.add("{ }", got, wanted, _REMOVE)
        return {}
    for key in kept:
        near = [name for name in difflib.get_close_matches(key, KEYS, n=1, cutoff=0.75) if name not in given]
        if near:
            got, wanted = same(repr(shown(key))), same(repr(near[0]))
            faults.add(shown(key), got, wanted, _REMOVE)
    return kept


def _near(given: object, known: Iterable[str]) -> Words:
    if not isinstance(given, str) or not (near := difflib.get_close_matches(given[:64], list(known)[:1000], n=1)):
        return same("")
    return Words(f" (did you mean {near[0]!r}?)", f"（是否想写 {near[0]!r}？）")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
