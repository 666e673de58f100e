"""JSON text from a stranger: every limit is checked before memory is taken, and what is doubtful is refused in words."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

import numpy as np

from core.data._files import shown
from core.errors import NeuroloomError
from core.project.faults import fault
from core.words import Words, same

MOST_BYTES = 64 << 20
MOST_VALUES = 4_000_000
DEEPEST = 64
_LONGEST_INTEGER = 40
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{},'))
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")


class _RefusedError(ValueError):
    """Raised inside the parser, where the place in the file is not known yet."""

    def __init__(self, token: str, wanted: Words) -> None:
        super().__init__(token)
        self.token, self.wanted = token, wanted


def strict_json(data: bytes, where: str, error: type[NeuroloomError]) -> Any:
    """The value of a JSON text in UTF-8. Raises `error` for what JSON allows or Python lets pass but no honest file holds.

    Refused: more than 64 MB, 64 levels or 4,000,000 values, NaN and infinity, a key twice in one object, half characters.
    """
    _check_limits(data, where, error)
    doubled: list[tuple[dict[str, Any], str]] = []

    def joined(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        merged = dict(pairs)
        if len(merged) < len(pairs):
            doubled.append((merged, Counter(key for key, _ in pairs).most_common(1)[0][0]))
        return merged

    text = ""
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(
            text, object_pairs_hook=joined, parse_constant=_constant, parse_int=_integer, parse_float=_number
        )
        if "\\ud" in text.lower():
            json.dumps(
                value, ensure_ascii=False
            ).encode()  # an escape can write half a character, which no text may hold
    except (UnicodeDecodeError, UnicodeEncodeError) as problem:
        got = Words(
            f"bytes that are not UTF-8 ({shown(problem.reason)})", f"不是 UTF-8 的字节（{shown(problem.reason)}）"
        )
        raise error(fault(where, got, Words("text in UTF-8", "UTF-8 文本"), _RESTORE)) from None
    except _RefusedError as problem:
        line = text[: max(text.find(problem.token), 0)].count("\n") + 1
        place = Words(f"{where}, line {line}", f"{where} 第 {line} 行")
        raise error(fault(place, same(shown(problem.token)), problem.wanted, _CORRECT)) from None
    except json.JSONDecodeError as problem:
        raise error(_syntax(text, problem, where)) from None
    if doubled:
        raise error(_twice(value, doubled, where))
    return value


_RESTORE = Words("Take the file from a backup, or save it again as UTF-8", "请从备份恢复文件，或重新以 UTF-8 保存")
_CORRECT = Words("Correct it in a text editor", "请用文本编辑器修正")


def _check_limits(data: bytes, where: str, error: type[NeuroloomError]) -> None:
    if len(data) > MOST_BYTES:
        raise error(too_big(where, len(data)))
    bare = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NOT_STRUCTURE)
    outside = b"".join(bare.split(b'"')[::2])  # brackets and commas that are not inside strings
    steps = np.frombuffer(outside.replace(b",", b"").translate(_STEPS), np.int8)
    values = len(outside) - len(steps) // 2
    if values > MOST_VALUES:
        got, wanted = Words(f"about {values:,} values", f"约 {values:,} 个值"), same(f"<= {MOST_VALUES:,}")
        raise error(fault(where, got, wanted, Words("Keep large arrays in a weights file", "请把大数组放在权重文件里")))
    deepest = int(steps.cumsum(dtype=np.int32).max(initial=0))
    if deepest > DEEPEST:
        got, wanted = Words(f"{deepest:,} levels of brackets", f"{deepest:,} 层括号"), same(f"<= {DEEPEST}")
        raise error(fault(where, got, wanted, Words("Check where the file comes from", "请检查文件来源")))


def too_big(where: str, size: int) -> Words:
    """The fault of a file that is larger than is ever read."""
    got, wanted = Words(f"a file of {size:,} bytes", f"{size:,} 字节的文件"), same(f"<= {MOST_BYTES:,}")
    return fault(where, got, wanted, Words("Check that it is the file you mean", "请检查是否选错了文件"))


def _constant(token: str) -> float:
    raise _RefusedError(token, Words("a finite number", "有限的数"))


def _integer(token: str) -> int:
    if len(token) > _LONGEST_INTEGER:
        raise _RefusedError(
            token, Words(f"a number of at most {_LONGEST_INTEGER} digits", f"不超过 {_LONGEST_INTEGER} 位的数")
        )
    return int(token)


def _number(token: str) -> float:
    value = float(token)
    return value if math.isfinite(value) else _constant(token)


def _syntax(text: str, problem: json.JSONDecodeError, where: str) -> Words:
    place = Words(
        f"{where}, line {problem.lineno}, column {problem.colno}",
        f"{where} 第 {problem.lineno} 行第 {problem.colno} 列",
    )
    rest = text[problem.pos : problem.pos + 30].split("\n", maxsplit=1)[0]
    if not text[problem.pos :].strip():
        got = Words("the end of the file", "文件结尾")
        do = Words("The file was cut short: take it from a backup, or complete it", "文件不完整：请从备份恢复，或补全")
    else:
        got = Words(f"{shown(rest)!r} ({problem.msg})", f"{shown(rest)!r}（{problem.msg}）")
        do = Words(
            "Look for a comma, colon, quotation mark or bracket too many or too few",
            "请检查此处是否多了或少了逗号、冒号、引号或括号",
        )
    return fault(place, got, Words("JSON text", "JSON 文本"), do)


def _twice(root: Any, doubled: list[tuple[dict[str, Any], str]], where: str) -> Words:
    places = {id(holder): key for holder, key in doubled}
    names: list[str] = []

    def walk(value: object, place: str) -> None:
        if isinstance(value, dict):
            if id(value) in places:
                names.append(f"{place}{shown(places[id(value)])}")
            for key, part in value.items():
                walk(part, f"{place}{shown(key)}.")
        elif isinstance(value, list):
            for index, part in enumerate(value):
                walk(part, f"{re.sub(r'[.]$', '', place)}[{index}].")

    walk(root, "")
    listed = ", ".join(
        names[:5] or [shown(key) for _, key in doubled[:5]]
    )  # one inside another of the same key is lost
    got = Words(f"two entries named {listed}", f"重复的键 {listed}")
    return fault(
        where, got, Words("each name once", "每个键只出现一次"), Words("Rename or remove one", "请改名或删去其一")
    )
