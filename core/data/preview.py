"""What a picker shows of a data set before it is used: sizes, classes, figures of each feature, the first rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data._base import Array, Dataset, Field, Kind
from core.data._files import shown
from core.data._words import MARKS, PADDING
from core.words import Words

_MOST_FEATURES = 100  # a table of more figures is not read by anyone
_MARKS = {"\n": "⏎", "\t": "⇥", " ": "␣"}


@dataclass(frozen=True, slots=True)
class Figures:
    """Least, mean and greatest of one feature, and how many of its cells were missing and have been filled."""

    name: str  # empty for the greys of a picture
    least: float
    mean: float
    greatest: float
    missing: int


@dataclass(frozen=True, slots=True, eq=False)
class FieldPreview:
    """One input or target."""

    role: Literal["input", "target"]
    name: Words
    kind: Kind
    shape: tuple[int, ...]
    figures: tuple[Figures, ...]  # of the first hundred features; empty for tokens and classes
    counts: tuple[tuple[str, int], ...]  # (class or token, how often), in the order of the classes; empty for the rest
    first: Array  # the first rows, as they are
    cells: tuple[
        tuple[str, ...], ...
    ]  # the first rows as text, one cell a feature or step; empty for pictures and maps


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A data set in short."""

    rows: int
    test_rows: int
    fields: tuple[FieldPreview, ...]
    notes: tuple[Words, ...]


def preview(data: Dataset, first: int = 10) -> Preview:
    """The short of a data set, with its first rows."""
    fields = [_field("input", f, first) for f in data.inputs] + [_field("target", f, first) for f in data.targets]
    return Preview(len(data), len(data.test) if data.test else 0, tuple(fields), data.notes)


def cells(field: Field, row: int) -> tuple[str, ...]:
    """One row as text: a cell for each feature, step, token or class; none for padding, a picture or a map of classes."""
    values = field.array[row]
    if field.kind == "image" or (field.kind == "class" and values.ndim > 1):
        return ()
    if field.kind in {"tokens", "class"}:
        return tuple(readable(field.classes[i]) for i in np.atleast_1d(values) if field.classes[i] != MARKS[PADDING])
    if field.kind == "sequence":
        return tuple(" ".join(f"{v:.4g}" for v in step) for step in values)
    return tuple(f"{v:.6g}" for v in values[:_MOST_FEATURES])


def readable(token: str) -> str:
    """A class or token as a person can see it: a space, tab or line end gets a mark."""
    return _MARKS.get(token, shown(token))


def _field(role: Literal["input", "target"], field: Field, first: int) -> FieldPreview:
    counts: tuple[tuple[str, int], ...] = ()
    if field.kind in {"tokens", "class"}:
        often = np.bincount(field.array.reshape(-1), minlength=len(field.classes))
        counts = tuple((readable(n), int(c)) for n, c in zip(field.classes, often, strict=True) if n != MARKS[PADDING])
    few = field.take(slice(0, first))
    rows = tuple(cells(few, i) for i in range(len(few.array)))
    return FieldPreview(role, field.name, field.kind, field.shape, _figures(field), counts, few.array, rows)


def _figures(field: Field) -> tuple[Figures, ...]:
    if field.kind in {"tokens", "class"}:
        return ()
    columns = field.array.reshape(-1, 1 if field.kind == "image" else field.shape[-1])[:, :_MOST_FEATURES]
    least, greatest, mean = columns.min(axis=0), columns.max(axis=0), columns.mean(axis=0, dtype=np.float64)
    names = field.features or ("",) * columns.shape[1]
    missing = field.missing or (0,) * columns.shape[1]
    return tuple(
        Figures(names[i], float(least[i]), float(mean[i]), float(greatest[i]), missing[i])
        for i in range(columns.shape[1])
    )
