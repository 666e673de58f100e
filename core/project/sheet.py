"""What lies on a canvas, from its JSON: blocks, wires and how they bend, frames and notes.

The project has one such sheet, and so has every definition.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypedDict, TypeVar, get_args

import numpy as np

from core.blocks import registry
from core.blocks._base import Block
from core.data._files import shown
from core.errors import GraphError, SettingError
from core.graph.boundary import ENDS
from core.graph.composites import Composite, Definition
from core.graph.document import (
    FARTHEST,
    FLAGS,
    LONGEST_TEXT,
    MOST_BENDS,
    Flow,
    Frame,
    Mask,
    Mode,
    Node,
    Note,
    Numbers,
    Point,
    Rect,
    Unknown,
    Wire,
)
from core.graph.edits import check_name
from core.graph.markings import COLOURS
from core.graph.training import Learning
from core.project.faults import Faults, as_written
from core.project.named import CORRECT, choice, near, text
from core.settings import Settings
from core.words import Words, same

S = TypeVar("S", bound=Settings)
T = TypeVar("T")
Definitions = Mapping[str, Definition]

NONE: Definitions = MappingProxyType({})
COMPOSITE = Composite.id
OF_A_BLOCK = frozenset({"type", "at", "weights", "frozen_weights", "mode", "folded", *FLAGS}) | {
    row.name for row in Learning.rows()
}  # keys that every block may have
MOST_BLOCKS = 100_000
MOST_FRAMES = 10_000  # and notes
OBJECT = Words("an object { … }", "对象 { … }")
REMOVE = Words("Remove it, or correct the name", "请删除它，或改正名称")
_NUMBERS = Words("a number, or lists of numbers that are equally long", "一个数，或长度一致的数字列表")
_MASK = Words("true, false, or equally long lists of 0 and 1", "true、false，或长度一致的 0、1 列表")
_PLACE = Words(
    f"two numbers [x, y] from -{FARTHEST:.0f} to {FARTHEST:.0f}", f"两个数 [x, y]，绝对值不超过 {FARTHEST:.0f}"
)


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
    nodes = _nodes(given.get("blocks", {}), at, faults, definitions, inside=inside)
    wires = _wires(given.get("wires", []), at, nodes, faults)
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
        wires=_bent(wires, given.get("bends", {}), at, nodes, faults),
        frames=MappingProxyType(frames),
        notes=MappingProxyType(notes),
        flow=flow,
    )


def read_node(
    given: object, place: str, faults: Faults, definitions: Definitions = NONE, *, inside: bool = False
) -> Node | None:
    """One block, perhaps made of one of these definitions. A type this program does not have is kept as it is written.

    `inside` a definition there may be inlets and outlets.
    """
    if not isinstance(given, dict):
        faults.add(place, as_written(given), OBJECT, CORRECT)
        return None
    kind = given.get("type")
    if not isinstance(kind, str):
        got = as_written(kind) if "type" in given else Words("no type", "没有 type")
        faults.add(f"{place}.type", got, Words('the id of a block, such as "dense"', '模块类型，如 "dense"'), CORRECT)
        return None
    known = {*OF_A_BLOCK, *(["definition"] if kind == COMPOSITE else [])}
    position, mode = _position(given.get("at")), given.get("mode", "on")
    block: type[Block] | None
    if kind == COMPOSITE:
        definition = choice(given.get("definition"), definitions, f"{place}.definition", faults)
        block = definition.kind if definition is not None else None
        if block is None:
            return None
    else:
        block = registry().get(kind) or (ENDS.get(kind) if inside else None)
    if block is None:
        return _as_it_is(kind, given)
    made = settings(block, {key: value for key, value in given.items() if key not in known}, place, faults)
    if "at" in given and position is None:
        faults.add(
            f"{place}.at", as_written(given["at"]), _PLACE, Words("Remove it to have it laid out", "删除后会自动布局")
        )
    if mode not in get_args(Mode):
        names = ", ".join(get_args(Mode))
        faults.add(f"{place}.mode", as_written(mode), Words(f"one of: {names}", f"下列之一：{names}"), CORRECT)
        mode = "on"
    drawn = _drawn(given, FLAGS, place, faults)
    weights = _by_weight(given, "weights", _numbers, _NUMBERS, place, faults)
    frozen = _by_weight(given, "frozen_weights", _mask, _MASK, place, faults)
    learning = settings(
        Learning, {row.name: given[row.name] for row in Learning.rows() if row.name in given}, place, faults
    )
    if made is None or learning is None:
        return None
    return Node(made, position, MappingProxyType(weights), learning, MappingProxyType(frozen), mode, **drawn)


def _nodes(given: object, at: str, faults: Faults, definitions: Definitions, *, inside: bool) -> dict[str, Node]:
    if not isinstance(given, dict):
        faults.add(f"{at}blocks", as_written(given), OBJECT, CORRECT)
        return {}
    if len(given) > MOST_BLOCKS:
        got, wanted = Words(f"{len(given):,} blocks", f"{len(given):,} 个模块"), same(f"<= {MOST_BLOCKS:,}")
        faults.add(f"{at}blocks", got, wanted, Words("Split the network", "请拆分网络"))
        return {}
    nodes: dict[str, Node] = {}
    for name, value in given.items():
        place = f"{at}blocks.{shown(name)}"
        try:
            check_name(name)
        except GraphError as error:
            faults.tell(Words(f"{place}: {error.words.en}", f"{place}：{error.words.zh}"))
        before = len(faults.found)
        node = read_node(value, place, faults, definitions, inside=inside)
        # a block with a fault of its own still stands for its name, so that its wires are no faults too
        is_sound = node is not None and len(faults.found) == before
        nodes[name] = node if node is not None and is_sound else _of_version(value, faults.version)
    return nodes


def _as_it_is(kind: str, given: Mapping[str, Any]) -> Node:
    """A block that is not understood: kept as it is written, and drawn where it says, if it says so in a way we know."""
    position, mode = _position(given.get("at")), given.get("mode", "on")
    ours = {"at": position is not None, "mode": mode in get_args(Mode), "folded": isinstance(given.get("folded"), str)}
    ours |= {flag: isinstance(given.get(flag), bool) for flag in FLAGS}
    rest = {key: value for key, value in given.items() if key != "type" and not ours.get(key)}
    block = Unknown(kind, MappingProxyType(rest))
    drawn: dict[str, Any] = {flag: given.get(flag) is True for flag in FLAGS}
    drawn["folded"] = given["folded"] if ours["folded"] else ""
    return Node(block, position, mode=mode if ours["mode"] else "on", **drawn)


def _of_version(given: object, version: int) -> Node:
    """A block that a newer format writes in a way of its own, under a type of its own: `dense@2`."""
    if not isinstance(given, dict):
        return Node(Unknown("", MappingProxyType({})))
    return _as_it_is(f"{given.get('type')}@{version}", given)


def settings(kind: type[S], given: Mapping[str, object], place: str, faults: Faults) -> S | None:
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
    block: Mapping[str, Any], key: str, read: Callable[[Any], T], wanted: Words, place: str, faults: Faults
) -> dict[str, T]:
    """What a block says about its weights, by their names."""
    given = block.get(key, {})
    if not isinstance(given, dict):
        faults.add(f"{place}.{key}", as_written(given), OBJECT, CORRECT)
        return {}
    found: dict[str, T] = {}
    for name, value in given.items():
        try:
            found[name] = read(value)
            np.shape(found[name])  # type: ignore[call-overload]  # raises ValueError for rows of unequal length
        except ValueError:
            faults.add(f"{place}.{key}.{shown(name)}", as_written(value), wanted, CORRECT)
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


def _wires(given: object, at: str, nodes: Mapping[str, Node], faults: Faults) -> tuple[Wire, ...]:
    if not isinstance(given, list):
        wanted = Words('a list such as ["input > dense1"]', '列表，如 ["input > dense1"]')
        faults.add(f"{at}wires", as_written(given), wanted, CORRECT)
        return ()
    wires: dict[tuple[str, str], Wire] = {}
    for index, chain in enumerate(given):
        place = f"{at}wires[{index}]"
        if not isinstance(chain, str) or ">" not in chain:
            wanted = Words(
                'text such as "conv1 > relu1" or "split.a > add.b"', '文字，如 "conv1 > relu1" 或 "split.a > add.b"'
            )
            faults.add(place, as_written(chain), wanted, CORRECT)
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
            close = near(name, nodes)
            wanted = Words(f"the name of a block{close.en}", f"模块名称{close.zh}")
            faults.add(place, same(repr(shown(name))), wanted, CORRECT)
            return None
        if isinstance(node.block, Unknown):
            ports.append(port)  # left out means the first, and which that is nobody knows here
            continue
        known = node.block.output_ports() if is_source else node.block.input_ports()
        if not known or (port and port not in known):
            said = Words("no output", "没有输出端口") if is_source else Words("no input", "没有输入端口")
            got = Words(f"{name} has {said.en} {shown(port)}".rstrip(), f"{name} {said.zh} {shown(port)}".rstrip())
            names = ", ".join(known) or "—"
            faults.add(place, got, Words(f"one of: {names}", f"下列之一：{names}"), CORRECT)
            return None
        ports.append(port or known[0])
    return Wire(start[0], ports[0], end[0], ports[1])


def _bent(
    wires: tuple[Wire, ...], given: object, at: str, nodes: Mapping[str, Node], faults: Faults
) -> tuple[Wire, ...]:
    if not isinstance(given, dict):
        faults.add(f"{at}bends", as_written(given), OBJECT, CORRECT)
        return wires
    bends: dict[Wire, tuple[Point, ...]] = {}
    for key, value in given.items():
        place = f"{at}bends.{shown(key)}"
        found = _wires([key], f"{place}: ", nodes, faults)
        points = [_position(point) for point in value] if isinstance(value, list) else []
        if not 0 < len(points) <= MOST_BENDS or None in points:
            wanted = Words(
                f"a list of 1 to {MOST_BENDS} points, each {_PLACE.en}", f"1 到 {MOST_BENDS} 个点，每个为{_PLACE.zh}"
            )
            faults.add(
                place, as_written(value), wanted, Words("Remove it to have the wire straight", "删除后连线不再弯折")
            )
        elif len(found) == 1 and found[0] in wires:
            bends[found[0]] = tuple(point for point in points if point is not None)
        elif found:
            faults.add(place, same(repr(shown(key))), Words("one of the wires", "已有的一条连线"), REMOVE)
    return tuple(replace(w, bends=bends[w]) if w in bends else w for w in wires) if bends else wires


def read_markings(given: Mapping[str, Any], at: str, faults: Faults) -> tuple[dict[str, Frame], dict[str, Note]]:
    """The frames and the notes."""
    frames = _boxes(given.get("frames", {}), f"{at}frames", _frame, faults)
    return frames, _boxes(given.get("notes", {}), f"{at}notes", _note, faults)


def _boxes(
    given: object, at: str, read: Callable[[dict[str, Any], Rect, str, Faults], T], faults: Faults
) -> dict[str, T]:
    if not isinstance(given, dict):
        faults.add(at, as_written(given), OBJECT, CORRECT)
        return {}
    if len(given) > MOST_FRAMES:
        faults.add(at, same(f"{len(given):,}"), same(f"<= {MOST_FRAMES:,}"), Words("Remove some", "请删去一些"))
        return {}
    found: dict[str, T] = {}
    for name, value in given.items():
        place = f"{at}.{shown(name)}"
        if not isinstance(value, dict):
            faults.add(place, as_written(value), OBJECT, CORRECT)
            continue
        corner, size = _position(value.get("at")), _position(value.get("size"))
        if corner is None:
            faults.add(f"{place}.at", as_written(value.get("at")), _PLACE, CORRECT)
        if size is None or min(size) <= 0:
            wanted = Words("[width, height], both above 0", "[宽, 高]，均大于 0")
            faults.add(f"{place}.size", as_written(value.get("size")), wanted, CORRECT)
        elif corner is not None:
            found[name] = read(value, (*corner, *size), place, faults)
    return found


def _frame(given: dict[str, Any], rect: Rect, place: str, faults: Faults) -> Frame:
    _only(given, ("title", "at", "size", "colour", "folded", *FLAGS), place, faults)
    colour = given.get("colour", 0)
    if not isinstance(colour, int) or isinstance(colour, bool) or not 0 <= colour < COLOURS:
        wanted = Words(f"a whole number from 0 to {COLOURS - 1}", f"0 到 {COLOURS - 1} 的整数")
        faults.add(f"{place}.colour", as_written(colour), wanted, CORRECT)
        colour = 0
    title = text(given.get("title", ""), f"{place}.title", faults)
    return Frame(title, rect, colour, **_drawn(given, FLAGS, place, faults))


def _note(given: dict[str, Any], rect: Rect, place: str, faults: Faults) -> Note:
    _only(given, ("text", "at", "size", "folded"), place, faults)
    said = text(given.get("text", ""), f"{place}.text", faults)
    if len(said) > LONGEST_TEXT:
        wanted = Words(f"at most {LONGEST_TEXT:,} characters", f"不超过 {LONGEST_TEXT:,} 个字符")
        faults.add(f"{place}.text", as_written(said), wanted, CORRECT)
    return Note(said[:LONGEST_TEXT], rect, **_drawn(given, (), place, faults))


def _drawn(given: Mapping[str, Any], flags: tuple[str, ...], place: str, faults: Faults) -> dict[str, Any]:
    """The flags, and the frame that it is folded into."""
    for flag in flags:
        if not isinstance(given.get(flag, False), bool):
            faults.add(f"{place}.{flag}", as_written(given[flag]), same("true, false"), CORRECT)
    folded = text(given.get("folded", ""), f"{place}.folded", faults)
    return {flag: given.get(flag) is True for flag in flags} | {"folded": folded}


def _only(given: Iterable[str], known: tuple[str, ...], place: str, faults: Faults) -> None:
    for key in given:
        if key not in known:
            names = ", ".join(known)
            faults.add(
                f"{place}.{shown(key)}", same(repr(shown(key))), Words(f"one of: {names}", f"下列之一：{names}"), REMOVE
            )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
