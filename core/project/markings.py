"""Frames and notes from their JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from core.data._files import shown
from core.graph.document import FLAGS, LONGEST_TEXT, Frame, Note, Rect
from core.graph.markings import COLOURS
from core.project.faults import Faults, as_written
from core.project.fields import OBJECT, PLACE, REMOVE, flags_of, point
from core.project.named import CORRECT, text
from core.words import Words, same

T = TypeVar("T")
MOST_FRAMES = 10_000  # and notes


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
        corner, size = point(value.get("at")), point(value.get("size"))
        if corner is None:
            faults.add(f"{place}.at", as_written(value.get("at")), PLACE, CORRECT)
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
    return Frame(title, rect, colour, **flags_of(given, FLAGS, place, faults))


def _note(given: dict[str, Any], rect: Rect, place: str, faults: Faults) -> Note:
    _only(given, ("text", "at", "size", "folded"), place, faults)
    said = text(given.get("text", ""), f"{place}.text", faults)
    if len(said) > LONGEST_TEXT:
        wanted = Words(f"at most {LONGEST_TEXT:,} characters", f"不超过 {LONGEST_TEXT:,} 个字符")
        faults.add(f"{place}.text", as_written(said), wanted, CORRECT)
    return Note(said[:LONGEST_TEXT], rect, **flags_of(given, (), place, faults))


def _only(given: Iterable[str], known: tuple[str, ...], place: str, faults: Faults) -> None:
    for key in given:
        if key not in known:
            names = ", ".join(known)
            faults.add(
                f"{place}.{shown(key)}", same(repr(shown(key))), Words(f"one of: {names}", f"下列之一：{names}"), REMOVE
            )
