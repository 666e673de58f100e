"""What a data source is, and what it hands over."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from core.settings import Settings
from core.words import Words

Array = npt.NDArray[Any]
Kind = Literal["numbers", "image", "sequence", "tokens", "class"]

BOX = ("x", "y", "width", "height")  # features of a box: its centre and size as shares of the picture

# groups of sources, in the order a picker shows them
PLANE = Words("Points in a plane", "平面上的点")
CURVE = Words("Curves", "曲线")
SEQUENCE = Words("Sequences", "序列")
SENTENCES = Words("Sentences", "句子")
PICTURES = Words("Made pictures", "生成的图像")
BUNDLED = Words("Real data, bundled", "自带的真实数据")
DISK = Words("From your disk", "来自你的磁盘")
GROUPS = (PLANE, CURVE, SEQUENCE, SENTENCES, PICTURES, BUNDLED, DISK)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One column of a data set, an array of shape (rows, *shape) in the data's own units.

    `numbers` (rows, features), `image` (rows, height, width, channels), `sequence` (rows, time, features),
    `tokens` (rows, time) holds whole numbers below `len(classes)`, `class` (rows,), (rows, time)
    or, for pixels, (rows, height, width) likewise.
    """

    name: Words
    kind: Kind
    array: Array  # uint8 0..255 for pictures, int32 for tokens and classes, float32 for the rest
    classes: tuple[str, ...] = ()  # the name of each class or token
    features: tuple[str, ...] = ()  # the name of each feature of `numbers` and `sequence`
    missing: tuple[int, ...] = ()  # how many cells of each feature were missing and have been filled; empty: none

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one row."""
        return self.array.shape[1:]

    def take(self, rows: npt.NDArray[np.intp] | slice) -> Field:
        """The same field with some of its rows."""
        return replace(self, array=self.array[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Inputs and targets, row by row, and a test part where the data brings one of its own."""

    inputs: tuple[Field, ...]
    targets: tuple[Field, ...]
    test: Dataset | None = None
    notes: tuple[Words, ...] = ()  # what a person must be told, such as "16 missing cells were filled"

    def __len__(self) -> int:
        return len(self.inputs[0].array)

    def take(self, rows: npt.NDArray[np.intp] | slice) -> Dataset:
        """Some of the rows, without the test part."""
        inputs = tuple(f.take(rows) for f in self.inputs)
        return Dataset(inputs, tuple(f.take(rows) for f in self.targets), notes=self.notes)


@dataclass(frozen=True, kw_only=True)
class Source(Settings):
    """A place data comes from. One subclass in one module of core/data/ adds it everywhere."""

    id: ClassVar[str]
    title: ClassVar[Words]
    help: ClassVar[Words]
    group: ClassVar[Words]
    asks_for_next: ClassVar[bool] = False  # the target is, at every place of the last input, the token that follows

    @abstractmethod
    def load(self) -> Dataset:
        """Read or make the data. The same settings give the same bits. Raises DataError in words that say what to do."""
