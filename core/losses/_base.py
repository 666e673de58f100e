"""What a loss is: a number that says how wrong an output is, row by row, and its gradient."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy.typing as npt

from core.kernels.call import Calls
from core.words import Words

Array = npt.NDArray[Any]
Shape = tuple[int, ...]
Target = Literal[
    "numbers", "class"
]  # numbers: as many as the output has (pictures, yes or no); class: one out of several


@dataclass(frozen=True)
class Loss(ABC):
    """A loss over what reaches an output block, `x` of shape (batch, …).

    Each row's loss is the mean over whatever axes the row has (features, steps), and the loss of a batch is the mean of
    its rows. `measures` is (batch, 2): the loss and the metric of each row, to be averaged. Targets of kind "class" are
    whole numbers kept as floats, (batch,) for one class a row or (batch, time) for one a step.

    `logits` says how a classifier's x is to be read: as scores before softmax or sigmoid, or (False) as probabilities
    that the network has made itself. A loss that knows no probabilities takes no notice of it.
    """

    id: ClassVar[str]
    title: ClassVar[Words]
    help: ClassVar[Words]  # formula, when to use it, one mistake to avoid
    target: ClassVar[Target]  # what it compares with
    metric: ClassVar[str]  # key of the second measure in events and files: accuracy, mean_absolute_error
    metric_title: ClassVar[Words]

    logits: bool = True

    @abstractmethod
    def check(self, x: Shape) -> None:
        """Raise ShapeError where an output of this shape makes no sense for the loss."""

    @abstractmethod
    def target_shape(self, x: Shape) -> Shape:
        """Shape of one target row for outputs of shape `x`."""

    @abstractmethod
    def predict(self, x: Array, y: Array) -> Calls:
        """Calls that write what a person wants to read, such as probabilities, into y (same shape as x)."""

    @abstractmethod
    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Calls that write loss and metric of each row; `predict` has run."""

    @abstractmethod
    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """Calls that write the gradient of the batch's mean loss by x; `predict` has run."""
