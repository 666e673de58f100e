"""A stranger's text of one sentence a line: settings, columns parted by tabs, and words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from core.data._base import Array
from core.data._files import MOST_BYTES, shown, trouble
from core.data._text import read_text
from core.data._words import PADDING, UNKNOWN
from core.settings import setting
from core.words import Words, same

MOST_TEXT = 16 << 20
_IDEOGRAPHS = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W{_IDEOGRAPHS}]+(?:['’][^\W{_IDEOGRAPHS}]+)*|[^\w\s]")


def length_setting(default: int, label: Words) -> int:
    """The setting of how many words or letters a row holds."""
    return setting(
        default,
        label,
        Words("How many places a row has; shorter ones are padded.", "每行的位置数；较短的以填充补足。"),
        ge=2,
        le=1024,
    )


def most_words_setting() -> int:
    """The setting `most_words`, alike for every text that is cut into words."""
    return setting(
        5000,
        Words("Vocabulary", "词表大小"),
        Words(
            "The commonest words so many, marks included; all others become <unknown>.",
            "最常见的这么多个词（含标记）；其余都记作 <unknown>。",
        ),
        ge=8,
        le=100_000,
    )


def words_of(text: str) -> tuple[str, ...]:
    """Small letters; every Chinese character and every punctuation mark is a word."""
    return tuple(_WORD.findall(text.lower()))


def lines_of(path: Path, encoding: str) -> tuple[tuple[tuple[int, str], ...], tuple[Words, ...]]:
    """The lines that are not empty, with their numbers from 1, and what is to be told of the encoding."""
    text, notes = read_text(path, encoding, MOST_TEXT)
    numbered = ((n, line.strip("\n")) for n, line in enumerate(text.split("\n"), 1))
    return tuple((n, line) for n, line in numbered if line.strip()), notes


def columns_of(path: Path, lines: Sequence[tuple[int, str]], example: Words) -> list[list[str]]:
    """The cells of each line, two or more. Raises DataError with the number of the first line that has no tab."""
    rows = [line.split("\t") for _, line in lines]
    bad = next((i for i, row in enumerate(rows) if len(row) < 2), None)
    if bad is None:
        return rows
    number, line = lines[bad]
    raise trouble(
        path,
        Words(f"line {number:,} has no tab", f"第 {number:,} 行没有制表符"),
        same(f" {shown(line)!r}"),
        example,
        Words("Mend the line, or choose another file", "请修正该行，或换一个文件"),
    )


def check_rows(path: Path, rows: int, places: int) -> None:
    """Refuse arrays that would not fit in memory: `places` whole numbers a row."""
    if (needed := 4 * rows * places) > MOST_BYTES:
        raise trouble(
            path,
            Words("the rows do not fit in memory", "数据行超出内存上限"),
            Words(f"{needed:,} bytes", f" {needed:,} 字节"),
            Words(f"at most {MOST_BYTES:,}", f"不超过 {MOST_BYTES:,} 字节"),
            Words("Lower the length, or take a part of the file", "请减小长度，或取文件的一部分"),
        )


def left_out(kept: int, all_: int, longest: Words) -> tuple[Words, ...]:
    """The note about rows that are too long, if there are any."""
    if kept == all_:
        return ()
    return (
        Words(
            f"{all_ - kept:,} of {all_:,} rows were left out: they have more than {longest.en}.",
            f"共 {all_:,} 行，略去 {all_ - kept:,} 行：超过{longest.zh}。",
        ),
    )


def unknown(tokens: Array, what: Words) -> tuple[Words, ...]:
    """The note about words outside the vocabulary, if there are any."""
    share = float((tokens == UNKNOWN).sum() / max(1, (tokens != PADDING).sum()))
    if not share:
        return ()
    return (Words(f"{share:.1%} of the {what.en} are not in the vocabulary.", f"{share:.1%} 的{what.zh}不在词表中。"),)
