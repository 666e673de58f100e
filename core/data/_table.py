"""Reading tables: which character parts the cells, whether the first row holds names, and which columns are numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from core.data._files import shown, trouble
from core.data._text import read_text
from core.errors import DataError
from core.words import Words

Numbers = npt.NDArray[np.float64]

DELIMITERS = {"tab": "\t", "semicolon": ";", "comma": ",", "bar": "|", "space": " "}
MISSING = frozenset({"", "?", "na", "n/a", "nan", "null"})
_MOST_TEXT = 128 << 20
_MOST_ROWS = 2_000_000
_MOST_COLUMNS = 10_000
_LONGEST_LINE = 1 << 20
_SAMPLE = 64
_CHUNK = 4096
_LARGEST = 1e30  # beyond this, differences and squares no longer fit float32


@dataclass(frozen=True, slots=True)
class Layout:
    """What parts the cells of a row, and whether quotes hold a cell together."""

    delimiter: str
    quoted: bool


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column: numbers with NaN for what is missing, or texts with an empty one."""

    name: str
    place: int  # in the file, counted from 1
    cells: Numbers | npt.NDArray[np.object_]

    @property
    def is_text(self) -> bool:
        """Whether the cells are texts."""
        return self.cells.dtype == object

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Which cells are missing, (rows,)."""
        return np.asarray(self.cells == "" if self.is_text else np.isnan(self.cells), dtype=bool)


Block = dict[int, list[npt.NDArray[Any]]]  # the cells of each column, some thousand rows at a time


@dataclass(frozen=True, slots=True)
class _Survey:
    """What the first walk over a file finds out."""

    layout: Layout
    first: list[str]
    sample: list[list[str]]  # the rows after the first, some of them
    numbers: Block  # of the columns that hold nothing but numbers after the first row
    texts: frozenset[int]  # the other columns


def read_table(
    path: Path, delimiter: str = "auto", header: str = "auto", encoding: str = "auto"
) -> tuple[tuple[Column, ...], tuple[Words, ...]]:
    """The columns of a table in a text file, and notes. Columns without any value are left out, with a note."""
    text, notes = read_text(path, encoding, _MOST_TEXT)
    survey = _survey(text, delimiter, path)
    named = header == "yes" or (header == "auto" and _is_header(survey))
    if named and not survey.sample:
        raise trouble(
            path,
            Words("there are no rows in it", "没有数据行"),
            Words("a header and nothing below", "只有表头"),
            Words("at least one row", "至少一行"),
            Words("Choose another file, or set Header to none", "请换一个文件，或将“表头”设为“无”"),
        )
    columns = _columns(text, survey, named, path)
    if gone := ", ".join([c.name for c in columns if c.missing.all()][:5]):
        notes += (Words(f"Columns without any value were left out: {gone}.", f"没有任何值的列已略去：{gone}。"),)
    return tuple(c for c in columns if not c.missing.all()), notes


def _survey(text: str, delimiter: str, path: Path) -> _Survey:
    """Walk over the file in the first way of reading that gives every row the same two or more cells."""
    characters = list(DELIMITERS.values()) if delimiter == "auto" else [DELIMITERS[delimiter]]
    # tabs are rarely quoted, and sentences beside tabs have stray quotes; the other way round for the rest
    layouts = [Layout(c, q) for c in characters for q in ((False, True) if c == "\t" else (True, False))]
    failure: DataError | None = None
    for layout in layouts:
        try:
            rows = _rows(text, layout, path)
            first = next(rows)
            if len(first) > 1:
                sample = list(islice(rows, _SAMPLE))
                return _Survey(layout, first, sample, *_walk(chain(sample, rows), layout))
        except DataError as error:
            failure = failure or error
    raise failure or trouble(
        path,
        Words("it is no table", "不是表格"),
        Words("a single column", "只有一列"),
        Words(
            "two or more, parted by commas, semicolons, tabs, bars or spaces",
            "两列以上，以逗号、分号、制表符、竖线或空格分隔",
        ),
        Words("Choose another file, or set the delimiter by hand", "请换一个文件，或手动设置分隔符"),
    )


def _walk(
    rows: Iterator[list[str]], layout: Layout, texts: frozenset[int] = frozenset()
) -> tuple[Block, frozenset[int]]:
    """The cells of each column, those of `texts` as texts; and the others that turned out to be no numbers."""
    kept: Block = {}
    failed: set[int] = set()
    same: dict[str, str] = {}  # a text that comes again is kept once
    while chunk := list(islice(rows, _CHUNK)):
        for i, cells in enumerate(zip(*chunk, strict=True)):
            if i in texts:
                kept.setdefault(i, []).append(np.array([_text(c, same) for c in cells], dtype=object))
            elif i not in failed:
                values = _numbers(cells, layout)
                if values is None:
                    failed.add(i)
                    kept.pop(i, None)
                else:
                    kept.setdefault(i, []).append(values)
    return kept, frozenset(failed)


def _is_header(survey: _Survey) -> bool:
    """Whether the first row holds names: no numbers, and either numbers below or words that never come again below."""
    if not survey.sample or any(_is_number(cell, survey.layout) for cell in survey.first):
        return False
    below = list(zip(*survey.sample, strict=True))
    if any(i not in survey.texts and any(_is_number(c, survey.layout) for c in cells) for i, cells in enumerate(below)):
        return True
    repeating = [i for i, cells in enumerate(below) if len(set(cells)) <= len(cells) / 2]
    return bool(repeating) and all(survey.first[i] not in below[i] for i in repeating)


def _columns(text: str, survey: _Survey, named: bool, path: Path) -> list[Column]:
    """The columns, after a second walk over the file where some of them are texts."""
    layout, texts, kept = survey.layout, survey.texts, survey.numbers
    if not named:
        texts |= {i for i, cell in enumerate(survey.first) if number(cell, layout) is None}
    if texts:
        kept, _ = _walk(islice(_rows(text, layout, path), 1, None), layout, texts)
    top = {} if named else _walk(iter([survey.first]), layout, texts)[0]
    names = [shown(n.strip()) for n in survey.first] if named else [""] * len(survey.first)
    return [
        Column(name or f"x{i + 1}", i + 1, np.concatenate([*top.get(i, []), *kept.get(i, [])]))
        for i, name in enumerate(names)
    ]


def _text(cell: str, same: dict[str, str]) -> str:
    plain = cell.strip()
    return "" if plain.lower() in MISSING else same.setdefault(plain, plain)


def _numbers(cells: Sequence[str], layout: Layout) -> Numbers | None:
    """The numbers in these cells, NaN where missing; None where one of them is text."""
    if not any("_" in c for c in cells):
        try:
            values = np.array(cells, dtype=np.float64)  # ten times as fast, where nothing is missing
        except ValueError:
            pass
        else:
            return np.where(np.abs(values) < _LARGEST, values, np.nan)
    found: list[float] = []
    for cell in cells:
        value = number(cell, layout)
        if value is None:
            return None
        found.append(value)
    return np.array(found)


def _is_number(cell: str, layout: Layout) -> bool:
    value = number(cell, layout)
    return value is not None and not np.isnan(value)


def number(cell: str, layout: Layout) -> float | None:
    """The number in a cell, NaN where it is missing, None where it is text."""
    plain = cell.strip()
    if plain.lower() in MISSING:
        return float("nan")
    if layout.delimiter == ";" and "." not in plain:
        plain = plain.replace(",", ".")  # where a semicolon parts cells, a comma is the decimal point
    try:
        value = float(plain)
    except ValueError:
        return None
    if "_" in plain:
        return None  # Python would read 1_000 as a number
    return value if abs(value) < _LARGEST else float("nan")


def _lines(text: str, path: Path) -> Iterator[str]:
    """The lines of a text; without a copy of it, and none so long that it cannot be a row."""
    start, line = 0, 1
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        if end - start > _LONGEST_LINE:
            raise trouble(
                path,
                Words(f"line {line} is too long for a row of a table", f"第 {line} 行过长，不像表格的一行"),
                Words(f"{end - start:,} characters", f" {end - start:,} 个字符"),
                Words(f"at most {_LONGEST_LINE:,}", f"不超过 {_LONGEST_LINE:,} 个"),
                Words("Check that it is a table with one row a line", "请确认是每行一条记录的表格"),
            )
        yield text[start:end]
        start, line = end, line + 1


def _rows(text: str, layout: Layout, path: Path) -> Iterator[list[str]]:
    """The rows of a table, blank lines left out. Raises DataError at the first row of another width."""
    lines = _lines(text, path)
    if layout.delimiter == " ":
        reader: Iterator[list[str]] = (line.split() for line in lines)
    else:
        quotes: Literal[0, 3] = csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE
        reader = csv.reader(lines, delimiter=layout.delimiter, quoting=quotes, skipinitialspace=True, strict=True)
    width, row = 0, 0
    try:
        for cells in reader:
            row += 1
            if not any(map(str.strip, cells)):
                continue
            width = width or len(cells)
            if len(cells) != width:
                raise _ragged(path, row, len(cells), width)
            if width > _MOST_COLUMNS or row > _MOST_ROWS:
                raise _too_much(path, width, row)
            yield cells
    except csv.Error as error:
        reason = shown(str(error), 80)
        raise trouble(
            path,
            Words(f"row {row + 1} cannot be read", f"第 {row + 1} 条记录无法读取"),
            Words(f"this: {reason}", f"：{reason}"),
            Words("cells with quotes that open and close", "引号成对的单元格"),
            Words(
                "Look for a stray quote in that row, or set the delimiter by hand",
                "请检查该行是否有多余的引号，或手动设置分隔符",
            ),
        ) from None


def _ragged(path: Path, row: int, got: int, width: int) -> DataError:
    return trouble(
        path,
        Words(f"row {row} is not as wide as the first", f"第 {row} 行与首行的列数不同"),
        Words(f"{got:,} cell{'s' if got != 1 else ''}", f" {got:,} 个单元格"),
        Words(f"{width:,}", f" {width:,} 个"),
        Words("Mend that row, or set the delimiter by hand", "请修正该行，或手动设置分隔符"),
    )


def _too_much(path: Path, columns: int, rows: int) -> DataError:
    return trouble(
        path,
        Words("the table is too big", "表格过大"),
        Words(f"{columns:,} columns, {rows:,} rows or more", f" {columns:,} 列、至少 {rows:,} 行"),
        Words(
            f"at most {_MOST_COLUMNS:,} columns and {_MOST_ROWS:,} rows",
            f"不超过 {_MOST_COLUMNS:,} 列、{_MOST_ROWS:,} 行",
        ),
        Words("Take a part of it, or check the delimiter", "请取其中一部分，或检查分隔符"),
    )
