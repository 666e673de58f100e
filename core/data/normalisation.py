"""Normalisation: numbers brought to a size that trains well, by a rule a person chose, as (value - shift) * scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from core.data._base import Field
from core.words import Words

Rule = Literal["none", "unit", "standard"]
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Normalisation:
    """(value - shift) * scale; both hold one number for the whole row, or one for each number of it."""

    rule: Rule
    shift: Array
    scale: Array

    def apply(self, rows: Array) -> Array:
        """Rows of shape (rows, …), normalised; float32."""
        if self.shift.size == 1:
            return ((rows - self.shift[0]) * self.scale[0]).astype(np.float32)
        shape = rows.shape[1:]
        return ((rows - self.shift.reshape(shape)) * self.scale.reshape(shape)).astype(np.float32)

    def to_json(self) -> dict[str, object]:
        """For the head of a weights file."""
        return {"rule": self.rule, "shift": self.shift.tolist(), "scale": self.scale.tolist()}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Normalisation:
        """Rebuild from a weights file. Raises ValueError for what is no normalisation."""
        shift, scale = (np.asarray(data[k], np.float64) for k in ("shift", "scale"))
        if shift.ndim != 1 or shift.shape != scale.shape or not np.isfinite([shift, scale]).all():
            raise ValueError("shift and scale must be two lists of numbers, equally long")
        return Normalisation(data["rule"], shift, scale)

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
            f"{self.shift.size} 个输入各自归一化：减去 {low:.4g} … {high:.4g}，乘以 {self.scale.min():.4g} … {self.scale.max():.4g}。",
        )


def fit(field: Field, rule: Rule) -> Normalisation:
    """Measure the numbers on these rows. Pictures share one shift and scale; tokens and classes stay as they are."""
    if rule == "none" or field.kind in {"tokens", "class"}:
        return Normalisation("none", np.zeros(1), np.ones(1))
    if field.kind == "image":
        if rule == "unit":
            return Normalisation(rule, np.zeros(1), np.array([1 / 255 if field.array.dtype == np.uint8 else 1.0]))
        values = field.array.astype(np.float64)
        return Normalisation(rule, values.mean().reshape(1), _inverse(values.std().reshape(1)))
    rows = field.array.astype(np.float64).reshape(-1, field.shape[-1])
    if rule == "unit":
        low = rows.min(axis=0)
        shift, scale = low, _inverse(rows.max(axis=0) - low)
    else:
        shift, scale = rows.mean(axis=0), _inverse(rows.std(axis=0))
    repeat = int(np.prod(field.shape[:-1]))  # a sequence has the same numbers at every step
    return Normalisation(rule, np.tile(shift, repeat), np.tile(scale, repeat))


def _inverse(spread: Array) -> Array:
    """1 / spread, and 1 where all values are alike."""
    return 1 / np.where(spread > 1e-12, spread, 1.0)
