"""Names in a file, and what they stand for; a name that stands for nothing is told with one that is near."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import TypeVar

from core.project.faults import Faults, as_written
from core.words import Words, same

T = TypeVar("T")
CORRECT = Words("Correct it in a text editor", "请用文本编辑器修正")


def choice(given: object, known: Mapping[str, T], place: str, faults: Faults) -> T | None:
    """What a name stands for; None where nothing is called so."""
    if isinstance(given, str) and given in known:
        return known[given]
    close, names = near(given, known), ", ".join(known) or "—"
    faults.add(place, as_written(given), Words(f"one of: {names}{close.en}", f"下列之一：{names}{close.zh}"), CORRECT)
    return None


def text(given: object, place: str, faults: Faults) -> str:
    """A text, or none where it is something else."""
    if isinstance(given, str):
        return given
    faults.add(place, as_written(given), Words("text", "文字"), CORRECT)
    return ""


def near(given: object, known: Iterable[str]) -> Words:
    """What was probably meant, in brackets; nothing where no name is near."""
    if not isinstance(given, str) or not (close := difflib.get_close_matches(given[:64], list(known)[:1000], n=1)):
        return same("")
    return Words(f" (did you mean {close[0]!r}?)", f"（是否想写 {close[0]!r}？）")
