"""The blocks of a canvas from their JSON: settings, weights that a person wrote, what is frozen, how they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, get_args

import numpy as np

from core.blocks import registry
from core.blocks._base import Block
from core.data._files import shown
from core.errors import GraphError
from core.graph.boundary import ENDS
from core.graph.composites import Composite, Definition
from core.graph.document import FLAGS, Mask, Mode, Node, Numbers, Unknown
from core.graph.edits import check_name
from core.graph.training import Learning
from core.project.faults import Faults, as_written
from core.project.fields import OBJECT, PLACE, flags_of, is_number, point, settings
from core.project.named import CORRECT, choice
from core.words import Words, headed, same

T = TypeVar("T")
Definitions = Mapping[str, Definition]

NONE: Definitions = MappingProxyType({})
COMPOSITE = Composite.id
OF_A_BLOCK = frozenset({"type", "at", "weights", "frozen_weights", "mode", "folded", *FLAGS}) | {
    row.name for row in Learning.rows()
}  # keys that every block may have
MOST_BLOCKS = 100_000
_NUMBERS = Words("a number, or lists of numbers that are equally long", "一个数，或长度一致的数字列表")
_MASK = Words("true, false, or equally long lists of 0 and 1", "true、false，或长度一致的 0、1 列表")


def read_nodes(given: object, at: str, faults: Faults, definitions: Definitions, *, inside: bool) -> dict[str, Node]:
    """The blocks by their names; `at` is what their places begin with in messages."""
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
            faults.tell(headed(place, error.words))
        before = len(faults.found)
        node = read_node(value, place, faults, definitions, inside=inside)
        # a block with a fault of its own still stands for its name, so that its wires are no faults too
        is_sound = node is not None and len(faults.found) == before
        nodes[name] = node if node is not None and is_sound else _of_version(value, faults.version)
    return nodes


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
    position, mode = point(given.get("at")), given.get("mode", "on")
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
            f"{place}.at", as_written(given["at"]), PLACE, Words("Remove it to have it laid out", "删除后会自动布局")
        )
    if mode not in get_args(Mode):
        names = ", ".join(get_args(Mode))
        faults.add(f"{place}.mode", as_written(mode), Words(f"one of: {names}", f"下列之一：{names}"), CORRECT)
        mode = "on"
    drawn = flags_of(given, FLAGS, place, faults)
    weights = _by_weight(given, "weights", _numbers, _NUMBERS, place, faults)
    frozen = _by_weight(given, "frozen_weights", _mask, _MASK, place, faults)
    learning = settings(
        Learning, {row.name: given[row.name] for row in Learning.rows() if row.name in given}, place, faults
    )
    if made is None or learning is None:
        return None
    return Node(made, position, MappingProxyType(weights), learning, MappingProxyType(frozen), mode, **drawn)


def _as_it_is(kind: str, given: Mapping[str, Any]) -> Node:
    """A block that is not understood: kept as it is written, and drawn where it says, if it says so in a way we know."""
    position, mode = point(given.get("at")), given.get("mode", "on")
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
    if not is_number(value):
        raise ValueError(value)
    return float(value)


def _mask(value: Any) -> Mask:
    if isinstance(value, list):
        return tuple(map(_mask, value))
    if not isinstance(value, bool) and value not in (0, 1):
        raise ValueError(value)
    return bool(value)
