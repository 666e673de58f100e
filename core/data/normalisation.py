"""Normalisation: numbers brought to a size that trains well, by a rule a person chose, as (value - shift) * scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from core.data._base import Array, Field
from core.errors import DataError
from core.words import Words

Rule = Literal["none", "unit", "standard"]


@dataclass(frozen=True, slots=True, eq=False)
class Normalisation:
    """(value - shift) * scale; both hold one number for the whole row, or one for each number of it."""

    rule: Rule
    shift: Array
    scale: Array

    def apply(self, rows: Array) -> Array:
        """Rows of shape (rows, …), normalised; float32."""
        shift, scale = (v if v.size == 1 else v.reshape(rows.shape[1:]) for v in (self.shift, self.scale))
        return ((rows - shift) * scale).astype(np.float32)

    def undo(self, rows: Array) -> Array:
        """Normalised rows of shape (rows, …), back in the data's own units; float32."""
        shift, scale = (v if v.size == 1 else v.reshape(rows.shape[1:]) for v in (self.shift, self.scale))
        return (rows / scale + shift).astype(np.float32)

    def to_json(self) -> dict[str, object]:
        """For the head of a weights file."""
        return {"rule": self.rule, "shift": self.shift.tolist(), "scale": self.scale.tolist()}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Normalisation:
        """Rebuild from a weights file. Raises DataError for what is no normalisation."""
        if not isinstance(data, Mapping) or not {"rule", "shift", "scale"} <= data.keys():
            raise DataError(
                Words("A normalisation has a rule, a shift and a scale.", "归一化应有 rule、shift 与 scale。")
            )
        rule, rules = data["rule"], get_args(Rule)
        if rule not in rules:
            it = repr(str(rule)[:40])
            raise DataError(
                Words(
                    f"The rule of a normalisation is one of {', '.join(rules)}, and this one is {it}.",
                    f"归一化的 rule 应为 {'、'.join(rules)} 之一，而它是 {it}。",
                )
            )
        try:
            shift, scale = (np.asarray(data[k], np.float64) for k in ("shift", "scale"))
        except (ValueError, TypeError, OverflowError):
            shift = scale = np.empty(0)
        if shift.ndim != 1 or not shift.size or shift.shape != scale.shape or not np.isfinite([shift, scale]).all():
            raise DataError(
                Words(
                    "Shift and scale of a normalisation are two lists of numbers, equally long.",
                    "归一化的 shift 与 scale 应为两列同样长的数。",
                )
            )
        if not scale.all():
            raise DataError(Words("The scale of a normalisation is never 0.", "归一化的 scale 不能为 0。"))
        return Normalisation(rule, shift, scale)

    def describe(self) -> Words:
        """The numbers, for a person."""
        if self.rule == "none":
            return Words("Inputs are used as they are.", "输入按原样使用。")
        if self.shift.size == 1:
            formula = f"(x − {self.shift[0]:.4g}) × {self.scale[0]:.4g}"
            return Words(f"Inputs are normalised: {formula}.", f"输入已归一化：{formula}。")
        low, high = self.shift.min(), self.shift.max()
        return Words(
            f"Each of {self.shift.size} inputs is normalised on its own: minus {low:.4g} … {high:.4g}, "
            f"times {self.scale.min():.4g} … {self.scale.max():.4g}.",
            f"{self.shift.size} 个输入各自归一化：减去 {low:.4g} … {high:.4g}，乘以 {self.scale.min():.4g} … "
            f"{self.scale.max():.4g}。",
        )


def described(norms: Mapping[str, Normalisation]) -> tuple[Words, ...]:
    """The numbers of several inputs, for a person: with the inputs' names where they differ."""
    told: dict[Words, list[str]] = {}
    for name, norm in norms.items():
        told.setdefault(norm.describe(), []).append(name)
    if len(told) < 2:
        return tuple(told)
    return tuple(Words(f"{', '.join(n)}: {w.en}", f"{'、'.join(n)}：{w.zh}") for w, n in told.items())


def fit(field: Field, rule: Rule) -> Normalisation:
    """Measure the numbers on these rows, which should be those to train on, not those to judge by.

    `unit` brings pictures of bytes from 0..255, and other numbers from their least..greatest, to 0..1; `standard` brings
    the mean to 0 and the standard deviation to 1. A picture has one shift and scale, numbers and sequences one for each
    feature, tokens and classes none. A feature that never changes becomes 0.
    """
    if rule == "none" or field.kind in {"tokens", "class"} or not field.array.size:
        return Normalisation("none", np.zeros(1), np.ones(1))
    if field.kind == "image" and rule == "unit":
        return Normalisation(rule, np.zeros(1), np.array([1 / 255]))
    rows = field.array.reshape(-1, 1 if field.kind == "image" else field.shape[-1])
    if rule == "unit":
        low = rows.min(axis=0).astype(np.float64)
        shift, scale = low, _inverse(rows.max(axis=0) - low)
    else:
        shift = sum(block.sum(axis=0, dtype=np.float64) for block in _blocks(rows)) / len(rows)
        variance = sum(np.square(block - shift).sum(axis=0) for block in _blocks(rows)) / len(rows)
        scale = _inverse(np.sqrt(variance))
    if (shift == shift[0]).all() and (scale == scale[0]).all():
        return Normalisation(rule, shift[:1], scale[:1])
    repeat = int(np.prod(field.shape[:-1]))  # a sequence has the same numbers at every step
    return Normalisation(rule, np.tile(shift, repeat), np.tile(scale, repeat))


def _blocks(rows: Array) -> Iterator[Array]:
    """A few rows at a time: float64 copies of all pictures would take eight times their memory."""
    return (rows[at : at + 65536] for at in range(0, len(rows), 65536))


def _inverse(spread: Array) -> Array:
    """1 / spread, and 1 where all values are alike."""
    return 1 / np.where(spread > 0, spread, 1.0)
