"""What a data source is, and what it hands over."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from core.settings import Settings
from core.words import Words

Kind = Literal["numbers", "image", "sequence", "tokens", "class"]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One column of a data set, an array of shape (rows, *shape) in the data's own units.

    `numbers` (rows, features), `image` (rows, height, width, channels), `sequence` (rows, time, features),
    `tokens` (rows, time) holds whole numbers below `len(classes)`, `class` (rows,) or (rows, time) likewise.
    """

    name: Words
    kind: Kind
    array: npt.NDArray[Any]  # uint8 for pictures, int32 for tokens and classes, float32 for the rest
    classes: tuple[str, ...] = ()  # the name of each class or token
    features: tuple[str, ...] = ()  # the name of each feature of `numbers`

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one row."""
        return self.array.shape[1:]

    def take(self, rows: npt.NDArray[np.intp] | slice) -> Field:
        """The same field with some of its rows."""
        return Field(self.name, self.kind, self.array[rows], self.classes, self.features)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Inputs and targets, row by row, and a test part where the data brings one of its own."""

    inputs: tuple[Field, ...]
    targets: tuple[Field, ...]
    test: Dataset | None = None

    def __len__(self) -> int:
        return len(self.inputs[0].array)

    def take(self, rows: npt.NDArray[np.intp] | slice) -> Dataset:
        """Some of the rows, without the test part."""
        return Dataset(tuple(f.take(rows) for f in self.inputs), tuple(f.take(rows) for f in self.targets))


@dataclass(frozen=True, kw_only=True)
class Source(Settings):
    """A place data comes from. One subclass in one module of core/data/ adds it everywhere."""

    id: ClassVar[str]
    title: ClassVar[Words]
    help: ClassVar[Words]
    group: ClassVar[Words]

    @abstractmethod
    def load(self) -> Dataset:
        """Read or make the data. The same settings give the same bits. Raises DataError in words that say what to do."""
