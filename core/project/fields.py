"""What fields of a file hold: places, numbers, the settings of a kind, flags. What is wrong with one is told as a fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from core.data._files import shown
from core.errors import SettingError
from core.graph.document import FARTHEST
from core.project.faults import Faults, as_written
from core.project.named import CORRECT, text
from core.settings import Settings
from core.words import Words, same

S = TypeVar("S", bound=Settings)

OBJECT = Words("an object { … }", "对象 { … }")
REMOVE = Words("Remove it, or correct the name", "请删除它，或改正名称")
PLACE = Words(
    f"two numbers [x, y] from -{FARTHEST:.0f} to {FARTHEST:.0f}", f"两个数 [x, y]，绝对值不超过 {FARTHEST:.0f}"
)


def point(given: object) -> tuple[float, float] | None:
    """A place on a canvas; None where it is none."""
    if not isinstance(given, list) or len(given) != 2 or not all(is_number(v) and abs(v) <= FARTHEST for v in given):
        return None
    return float(given[0]), float(given[1])


def is_number(value: Any) -> bool:
    """Whether it is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def flags_of(given: Mapping[str, Any], flags: tuple[str, ...], place: str, faults: Faults) -> dict[str, Any]:
    """The flags, and the frame that it is folded into."""
    for flag in flags:
        if not isinstance(given.get(flag, False), bool):
            faults.add(f"{place}.{flag}", as_written(given[flag]), same("true, false"), CORRECT)
    folded = text(given.get("folded", ""), f"{place}.folded", faults)
    return {flag: given.get(flag) is True for flag in flags} | {"folded": folded}


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
