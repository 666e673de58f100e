"""Data sets that are made on the spot from a seed, and how a set of two classes hands over its targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data._base import Array, Dataset, Field, Source
from core.settings import setting
from core.words import Words


def how_many(default: int) -> int:
    """The setting `samples` with a default of its own."""
    return setting(
        default, Words("Samples", "样本数"), Words("How many rows are made.", "生成多少行数据。"), ge=2, le=100_000
    )


@dataclass(frozen=True, kw_only=True)
class MadeSource(Source):
    """Rows drawn from a seeded generator."""

    samples: int = how_many(500)
    seed: int = setting(
        0,
        Words("Seed", "随机种子"),
        Words("Another seed makes other rows of the same kind.", "换一个种子，得到同类的另一批数据。"),
        ge=0,
        le=2**31 - 1,
    )

    def random(self) -> np.random.Generator:
        """A fresh generator; every call of `load` starts from the seed again."""
        return np.random.default_rng(self.seed)


@dataclass(frozen=True, kw_only=True)
class TwoClassSource(MadeSource):
    """Rows that belong to one of two classes."""

    labels: Literal["classes", "signs", "bits"] = setting(
        "classes",
        Words("Labels", "标签"),
        Words(
            "How the class is handed over: as a class for softmax, as −1 or +1 for a tanh output, as 0 or 1 for a "
            "sigmoid.",
            "类别的表示：softmax 用类别，tanh 输出用 −1 或 +1，sigmoid 用 0 或 1。",
        ),
        choices={
            "classes": Words("classes", "类别"),
            "signs": Words("numbers −1, +1", "数 −1、+1"),
            "bits": Words("numbers 0, 1", "数 0、1"),
        },
    )

    def target(self, positive: Array, name: Words, classes: tuple[str, str]) -> Field:
        """The target of rows of which `positive` (rows,) tells whether they are of the second class."""
        if self.labels == "classes":
            return Field(name, "class", positive.astype(np.int32), classes=classes)
        low = -1.0 if self.labels == "signs" else 0.0
        return Field(name, "numbers", np.where(positive, 1.0, low).astype(np.float32)[:, None], features=(name.en,))


def points(rows: Array, target: Field, features: tuple[str, ...], name: Words) -> Dataset:
    """A data set of one input of numbers (rows, features) and one target."""
    inputs = Field(name, "numbers", np.ascontiguousarray(rows, dtype=np.float32), features=features)
    return Dataset((inputs,), (target,))
