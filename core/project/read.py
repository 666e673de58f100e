"""From the JSON of a project file to a document, with every fault of the file collected on the way."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_args

from core import data as sources
from core import optimizers, schedules
from core.data._files import shown
from core.data.normalisation import Rule
from core.errors import GraphError
from core.graph.composites import DEEPEST, MOST_BLOCKS, Definition, with_setting
from core.graph.document import DataChoice, Document
from core.graph.edits import check_name
from core.graph.training import Training
from core.optimizers._base import Optimizer
from core.project.faults import Faults, as_written
from core.project.fields import OBJECT, REMOVE, S, settings
from core.project.named import CORRECT, choice, text
from core.project.nodes import COMPOSITE
from core.project.sheet import read_sheet
from core.schedules._base import Schedule
from core.words import Words, headed, same

KEYS = (
    "neuroloom",
    "title",
    "note",
    "data",
    "definitions",
    "flow",
    "blocks",
    "wires",
    "bends",
    "frames",
    "notes",
    "training",
)
INNER_KEYS = ("title", "flow", "blocks", "wires", "bends", "frames", "notes", "settings")
MOST_DEFINITIONS = 1_000
MOST_KEPT = 100


def read_document(given: Mapping[str, Any], faults: Faults) -> Document:
    """The document a file of today's version holds; what cannot be read is left out and told in `faults`."""
    definitions = read_definitions(given.get("definitions", {}), faults)
    sheet = read_sheet(given, "", faults, definitions)
    optimizer, schedule, training = _training(given.get("training", {}), faults)
    return Document(
        title=text(given.get("title", ""), "title", faults),
        note=_note(given.get("note", ""), faults),
        **sheet,
        definitions=MappingProxyType(definitions),
        data=_data(given["data"], faults) if "data" in given else None,
        optimizer=optimizer,
        schedule=schedule,
        training=training,
        kept=MappingProxyType(_kept(given, faults)),
    )


def read_definitions(given: object, faults: Faults) -> dict[str, Definition]:
    """What composites are made of; each may use the others, in any order, but none itself."""
    if not isinstance(given, dict):
        faults.add("definitions", as_written(given), OBJECT, CORRECT)
        return {}
    if len(given) > MOST_DEFINITIONS:
        got, wanted = same(f"{len(given):,}"), same(f"<= {MOST_DEFINITIONS:,}")
        faults.add("definitions", got, wanted, Words("Split the network", "请拆分网络"))
        return {}
    done: dict[str, Definition] = {}

    def read(name: str, within: tuple[str, ...]) -> None:
        """Those that this one uses first."""
        for other in dict.fromkeys(_used(given[name])):
            if other in (*within, name) or len(within) >= DEEPEST:
                got = Words(f"{name} inside {other}, again and again", f"{name} 与 {other} 层层互相包含")
                wanted = Words(f"at most {DEEPEST} inside one another", f"嵌套不超过 {DEEPEST} 层")
                faults.add(
                    f"definitions.{shown(name)}",
                    got,
                    wanted,
                    Words("Take one out of the other", "请从其中一个删去另一个"),
                )
                return
            if other in given and other not in done:
                read(other, (*within, name))
        if name not in done:
            done[name] = _definition(name, given[name], done, faults)

    for name in given:
        try:
            check_name(name)
        except GraphError as error:
            faults.tell(Words(f"definitions: {error.words.en}", f"definitions：{error.words.zh}"))
        if name not in done:
            read(name, ())
    return {name: done[name] for name in given if name in done}


def _used(given: object) -> list[str]:
    """Names of the definitions that a definition speaks of, whatever it is."""
    blocks = given.get("blocks") if isinstance(given, dict) else None
    inside = blocks.values() if isinstance(blocks, dict) else ()
    names = (b.get("definition") for b in inside if isinstance(b, dict) and b.get("type") == COMPOSITE)
    return [name for name in names if isinstance(name, str)]


def _definition(name: str, given: object, known: Mapping[str, Definition], faults: Faults) -> Definition:
    place = f"definitions.{shown(name)}"
    if not isinstance(given, dict):
        faults.add(place, as_written(given), OBJECT, CORRECT)
        return Definition(name)
    for key in given:
        if key not in INNER_KEYS:
            names = ", ".join(INNER_KEYS)
            faults.add(
                f"{place}.{shown(key)}", same(repr(shown(key))), Words(f"one of: {names}", f"下列之一：{names}"), REMOVE
            )
    title = text(given.get("title", ""), f"{place}.title", faults)
    made = Definition(name, title, **read_sheet(given, f"{place}.", faults, known, inside=True))
    if made.size > MOST_BLOCKS or made.depth > DEEPEST:
        got = Words(f"{made.size:,} blocks, {made.depth} deep", f"{made.size:,} 个模块，{made.depth} 层")
        wanted = Words(f"at most {MOST_BLOCKS:,}, {DEEPEST} deep", f"不超过 {MOST_BLOCKS:,} 个，{DEEPEST} 层")
        faults.add(place, got, wanted, Words("Repeat fewer of them", "请减少重复次数"))
        return Definition(name)
    return _with_settings(made, given.get("settings", {}), f"{place}.settings", faults)


def _with_settings(definition: Definition, given: object, place: str, faults: Faults) -> Definition:
    if not isinstance(given, dict):
        faults.add(place, as_written(given), OBJECT, CORRECT)
        return definition
    for key, targets in given.items():
        for target in targets if isinstance(targets, list) else [targets]:
            if not isinstance(target, str) or "." not in target:
                wanted = Words('a setting inside, such as "conv1.filters"', '内部的一个设置，如 "conv1.filters"')
                faults.add(f"{place}.{shown(key)}", as_written(target), wanted, CORRECT)
                continue
            name, _, inner = target.partition(".")
            try:
                definition = with_setting(definition, (name, inner), key)
            except GraphError as error:
                faults.tell(headed(place, error.words))
    return definition


def _data(given: object, faults: Faults) -> DataChoice | None:
    if not isinstance(given, dict):
        faults.add("data", as_written(given), OBJECT, CORRECT)
        return None
    kind = choice(given.get("source"), sources.registry(), "data.source", faults)
    rule = given.get("normalise", "none")
    if rule not in get_args(Rule):
        names = ", ".join(get_args(Rule))
        faults.add("data.normalise", as_written(rule), Words(f"one of: {names}", f"下列之一：{names}"), CORRECT)
        rule = "none"
    if kind is None:
        return None
    source = settings(kind, {k: v for k, v in given.items() if k not in {"source", "normalise"}}, "data", faults)
    return None if source is None else DataChoice(source, rule)


def _training(given: object, faults: Faults) -> tuple[Optimizer | None, Schedule | None, Training]:
    if not isinstance(given, dict):
        faults.add("training", as_written(given), OBJECT, CORRECT)
        return None, None, Training()
    own = {k: v for k, v in given.items() if k not in {"optimizer", "schedule"}}
    training = settings(Training, own, "training", faults) or Training()
    optimizer = _chosen(given, "optimizer", optimizers.registry(), faults)
    return optimizer, _chosen(given, "schedule", schedules.registry(), faults), training


def _chosen(given: Mapping[str, Any], key: str, known: Mapping[str, type[S]], faults: Faults) -> S | None:
    """One of several kinds with its settings; its id alone is short for {"type": id}."""
    if key not in given:
        return None
    own = given[key] if isinstance(given[key], dict) else {"type": given[key]}
    kind = choice(own.get("type"), known, f"training.{key}", faults)
    if kind is None:
        return None
    return settings(kind, {k: v for k, v in own.items() if k != "type"}, f"training.{key}", faults)


def _note(given: object, faults: Faults) -> str:
    """Text, or a list of its lines."""
    if isinstance(given, list) and all(isinstance(line, str) for line in given):
        return "\n".join(given)
    return text(given, "note", faults)


def _kept(given: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """What a later program may understand. A key that is nearly one of ours is a slip, and would be lost in silence."""
    kept = {key: value for key, value in given.items() if key not in KEYS}
    if len(kept) > MOST_KEPT:
        got, wanted = Words(f"{len(kept):,} unknown keys", f"{len(kept):,} 个未知的键"), same(", ".join(KEYS))
        faults.add("{ }", got, wanted, REMOVE)
        return {}
    for key in kept:
        near = [name for name in difflib.get_close_matches(key, KEYS, n=1, cutoff=0.75) if name not in given]
        if near:
            got, wanted = same(repr(shown(key))), same(repr(near[0]))
            faults.add(shown(key), got, wanted, REMOVE)
    return kept
