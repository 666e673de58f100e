"""Reading tables: which character parts the cells, whether the first row holds names, and which columns are numbers."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.data._files import MOST_BYTES, shown, trouble
from core.data._text import Encoding, read_text
from core.words import Words

Delimiter = Literal["auto", "comma", "semicolon", "tab", "bar", "space"]
Header = Literal["auto", "yes", "no"]
Numbers = npt.NDArray[np.float64]

DELIMITERS = {"tab": "\t", "semicolon": ";", "comma": ",", "bar": "|", "space": " "}
MISSING = frozenset({"", "?", "na", "n/a", "nan", "null"})
_MOST_TEXT = 256 << 20
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
    """One column: `numbers` with NaN for what is missing, or `texts` with None."""

    name: str
    numbers: Numbers | None = None
    texts: tuple[str | None, ...] = ()

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Which cells are missing, (rows,)."""
        return np.isnan(self.numbers) if self.numbers is not None else np.array([t is None for t in self.texts])


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The columns of a file, all of the same length."""

    columns: tuple[Column, ...]
    notes: tuple[Words, ...] = ()


def read_table(path: Path, delimiter: Delimiter = "auto", header: Header = "auto", encoding: Encoding = "auto") -> Table:
    """A table from a text file. Columns without any value are left out, with a note."""
    text, notes = read_text(path, encoding, _MOST_TEXT)
    layout, width = _layout(text, delimiter, path)
    first, *sample = islice(_rows(text, layout, path), _SAMPLE)
    named = header == "yes" or (header == "auto" and _is_header(first, sample, layout))
    if named and not sample:
        raise trouble(
            path,
            Words("there are no rows in it", "没有数据行"),
            Words("a header and nothing below", "只有表头"),
            Words("at least one row", "至少一行"),
            Words("Choose another file, or set header to no", "请换一个文件，或将“表头”设为“无”"),
        )
    names = [shown(name.strip()) or f"x{i + 1}" for i, name in enumerate(first)] if named else _numbered(width)
    texts = _text_columns(text, layout, named, path)
    columns = [c for c in _columns(text, layout, names, texts, path) if not c.missing.all()]
    if gone := [n for n in names if n not in {c.name for c in columns}]:
        listed = ", ".join(gone[:5])
        notes += (Words(f"Columns without any value were left out: {listed}.", f"没有任何值的列已略去：{listed}。"),)
    return Table(tuple(columns), notes)


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


def _numbered(width: int) -> list[str]:
    return [f"x{i + 1}" for i in range(width)]


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
        quoting = csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE
        reader = csv.reader(lines, delimiter=layout.delimiter, quoting=quoting, skipinitialspace=True, strict=True)
    width, row = 0, 0
    try:
        for cells in reader:
            row += 1
            if not any(map(str.strip, cells)):
                continue
            width = width or len(cells)
            if len(cells) != width or width > _MOST_COLUMNS:
                raise _ragged(path, row, len(cells), width)
            yield cells
    except csv.Error as error:
        reason = shown(str(error), 80)
        raise trouble(
            path,
            Words(f"row {row + 1} cannot be read", f"第 {row + 1} 条记录无法读取"),
            Words(f"this: {reason}", f"：{reason}"),
            Words("cells with quotes that open and close", "引号成对的单元格"),
            Words("Look for a stray quote in that row, or set the delimiter by hand", "请检查该行是否有多余的引号，或手动设置分隔符"),
        ) from None


def _ragged(path: Path, row: int, got: int, width: int) -> Exception:
    if got == width:
        return trouble(
            path,
            Words("it has too many columns", "列数过多"),
            Words(f"{got:,}", f" {got:,} 列"),
            Words(f"at most {_MOST_COLUMNS:,}", f"不超过 {_MOST_COLUMNS:,} 列"),
            Words("Check the delimiter", "请检查分隔符"),
        )
    return trouble(
        path,
        Words(f"row {row} is not as wide as the first", f"第 {row} 行与首行的列数不同"),
        Words(f"{got:,} cell{'s' if got != 1 else ''}", f" {got:,} 个单元格"),
        Words(f"{width:,}", f" {width:,} 个"),
        Words("Mend that row, or set the delimiter by hand", "请修正该行，或手动设置分隔符"),
    )


def _layout(text: str, delimiter: Delimiter, path: Path) -> tuple[Layout, int]:
    """The first way of reading that gives every row the same two or more cells; and how many."""
    characters = list(DELIMITERS.values()) if delimiter == "auto" else [DELIMITERS[delimiter]]
    # tabs are rarely quoted, and sentences beside tabs have stray quotes; the other way round for the rest
    tries = [Layout(c, q) for c in characters for q in ((False, True) if c == "\t" else (True, False))]
    first: Exception | None = None
    for layout in tries:
        try:
            width = len(next(_rows(text, layout, path)))
            if width > 1:
                for _ in _rows(text, layout, path):
                    pass
                return layout, width
        except NotImplementedError:
            raise
        except Exception as error:
            first = first or error
    if first is not None:
        raise first
    raise trouble(
        path,
        Words("it is no table", "不是表格"),
        Words("a single column", "只有一列"),
        Words("two or more, parted by commas, semicolons, tabs, bars or spaces", "两列以上，以逗号、分号、制表符、竖线或空格分隔"),
        Words("Choose another file, or set the delimiter by hand", "请换一个文件，或手动设置分隔符"),
    )
