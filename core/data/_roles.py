"""From the columns of a table to inputs and a target: which are left out, what becomes of text and of missing cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from core.data._base import Array, Dataset, Field
from core.data._files import check_size, shown, trouble
from core.data._table import Column
from core.words import Words, same

_MOST_TEXTS = 50  # different texts of an input column
_MOST_CLASSES = 1000
_FEW = 20  # whole numbers with no more different values than this are taken as classes


def dataset(
    columns: Sequence[Column], target: Column, path: Path, *, ignored: Sequence[Column] = (), task: str = "auto",
    name: Words | None = None,
) -> Dataset:  # fmt: skip
    """One input of numbers (rows, features), and the target. Rows without a target are left out, with a note."""
    known = ~target.missing
    used = [_rows(c, known) for c in columns if c is not target and c not in ignored]
    inputs, notes = _inputs(used, path)
    wanted, decided = _target(_rows(target, known), task, path, name)
    if gone := len(known) - int(known.sum()):
        notes += (Words(f"{gone} rows without a target were left out.", f"{gone} 行没有目标值，已略去。"),)
    return Dataset((inputs,), (wanted,), notes=(*notes, *decided))


def find(columns: Sequence[Column], text: str, path: Path) -> Column:
    """The column of that name or number."""
    plain = text.strip()
    for column in columns:
        if column.name == plain:
            return column
    for column in columns:
        if column.name.lower() == plain.lower() or str(column.place) == plain:
            return column
    names = ", ".join(c.name for c in columns[:12]) + (" …" if len(columns) > 12 else "")
    raise trouble(
        path,
        Words("there is no such column", "没有这一列"),
        same(f" {shown(plain)!r}"),
        Words(f"one of {names}, or a number from 1", f"{names} 之一，或从 1 起的列号"),
        Words("Change the setting", "请修改设置"),
    )


def _rows(column: Column, rows: npt.NDArray[np.bool_]) -> Column:
    return Column(column.name, column.place, column.cells[rows])


def _inputs(columns: Sequence[Column], path: Path) -> tuple[Field, tuple[Words, ...]]:
    names: list[str] = []
    parts: list[npt.NDArray[np.float64]] = []
    notes: list[Words] = []
    for column in columns:
        if column.missing.all():  # in the rows that are left
            continue
        if not column.is_text:
            names.append(column.name)
            parts.append(column.cells.astype(np.float64))
            continue
        texts = sorted(set(column.cells) - {""})
        if len(texts) > _MOST_TEXTS:
            notes.append(
                Words(
                    f"Column {column.name} was left out: it holds {len(texts):,} different texts.",
                    f"列 {column.name} 已略去：其中有 {len(texts):,} 种不同的文字。",
                )
            )
            continue
        check_size(path, 8 * len(column.cells) * (len(names) + len(texts)), path.stat().st_size)
        for text in texts:
            names.append(f"{column.name}={shown(text)}")
            parts.append(np.where(column.missing, np.nan, column.cells == text))
    if not parts:
        raise trouble(
            path,
            Words("no column is left for the input", "没有可用作输入的列"),
            Words(f"{len(columns)} beside the target", f"目标之外有 {len(columns)} 列"),
            Words(
                f"at least one of numbers, or of at most {_MOST_TEXTS} different texts",
                f"至少一列数值，或不超过 {_MOST_TEXTS} 种文字的列",
            ),
            Words("Choose another target, or ignore fewer columns", "请换一个目标，或少忽略几列"),
        )
    filled, missing = _filled(parts)
    if any(missing):
        listed = ", ".join(f"{n} {m}" for n, m in zip(names, missing, strict=True) if m)
        short = shown(listed, 120)
        notes.append(
            Words(
                f"{sum(missing)} missing cells were filled with their column's mean: {short}.",
                f"{sum(missing)} 个缺失值已用所在列的均值填充：{short}。",
            )
        )
    field = Field(
        Words("features", "特征"),
        "numbers",
        filled,
        features=tuple(names),
        missing=tuple(missing) if any(missing) else (),
    )
    return field, tuple(notes)


def _filled(parts: list[npt.NDArray[np.float64]]) -> tuple[npt.NDArray[np.float32], list[int]]:
    """The columns side by side, and how many cells of each were missing."""
    out = np.empty((len(parts[0]), len(parts)), np.float32)
    missing = []
    for i, values in enumerate(parts):
        gaps = np.isnan(values)
        missing.append(int(gaps.sum()))
        out[:, i] = np.where(gaps, values[~gaps].mean(), values)
    return out, missing


def _target(column: Column, task: str, path: Path, name: Words | None) -> tuple[Field, tuple[Words, ...]]:
    """Classes or a number, as told or as the cells suggest; in the second case a note says which."""
    label = name or same(column.name)
    if column.is_text and task == "number":
        text = next(t for t in column.cells if t)
        raise trouble(
            path,
            Words(f"the target {column.name} is no number", f"目标列 {column.name} 不是数值"),
            Words(f"text such as {shown(text)!r}", f"文字，如 {shown(text)!r}"),
            Words("numbers", "数值"),
            Words("Set the task to classes, or choose another target", "请将任务设为“分类”，或换一个目标"),
        )
    values, indices = np.unique(column.cells, return_inverse=True)
    if task == "number" or (task == "auto" and not column.is_text and not _looks_like_classes(values, len(indices))):
        field = Field(label, "numbers", column.cells.astype(np.float32)[:, None], features=(column.name,))
        return field, () if task != "auto" else (_decided(column, len(values), "number"),)
    if len(values) > _MOST_CLASSES:
        raise trouble(
            path,
            Words(f"the target {column.name} has too many classes", f"目标列 {column.name} 的类别过多"),
            Words(f"{len(values):,} different values", f" {len(values):,} 种不同的值"),
            Words(f"at most {_MOST_CLASSES:,}", f"不超过 {_MOST_CLASSES:,} 种"),
            Words("Choose another column as the target", "请换一列作为目标"),
        )
    classes = tuple(shown(v) if column.is_text else f"{v:.10g}" for v in values)
    field = Field(label, "class", indices.astype(np.int32), classes=classes)
    return field, (_decided(column, len(values), "classes"),) if task == "auto" and not column.is_text else ()


def _looks_like_classes(values: Array, rows: int) -> bool:
    return bool((values == np.rint(values)).all()) and len(values) <= _FEW and len(values) * 2 <= rows


def _decided(column: Column, different: int, task: Literal["classes", "number"]) -> Words:
    taken = Words("as classes", "类别") if task == "classes" else Words("as a number to predict", "要预测的数值")
    return Words(
        f"The target {column.name} has {different:,} different numbers and is taken {taken.en}; the setting Task "
        "changes that.",
        f"目标列 {column.name} 有 {different:,} 个不同的数，按{taken.zh}处理；可用设置“任务”更改。",
    )
