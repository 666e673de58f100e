"""What a metric is: running sums over batches, and what they say in the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from core.losses._base import Loss, Shape
from core.words import Words

Array = npt.NDArray[Any]
Result = Mapping[str, float | list[Any]]  # single numbers, and lists with None where a class never came up


class Metric(ABC):
    """A measure of many rows that is more than a mean of single rows. Sums are float64, so that no row is lost."""

    id: ClassVar[str]
    titles: ClassVar[Mapping[str, Words]]  # of the single numbers in its result

    def __init__(self, loss: Loss, x: Shape) -> None:
        """Begin with no rows, for a loss over outputs of shape x that it suits."""
        self.loss, self.x = loss, x

    @staticmethod
    @abstractmethod
    def suits(loss: Loss, x: Shape) -> bool:
        """Whether it says anything of a loss over outputs of shape x."""

    @abstractmethod
    def add(self, answer: Array, target: Array) -> None:
        """Take in places that count: of classes (places, classes) probabilities and (places,); of numbers (rows, numbers)."""

    @abstractmethod
    def result(self) -> Result:
        """What the rows so far come to; empty where there were none."""


def places(loss: Loss, answer: Array, target: Array, counts: Array) -> tuple[Array, Array]:
    """A batch of an output as `Metric.add` takes it; `counts` (batch, places) says which places count, of size 0 if all do."""
    if loss.target == "class":
        answer, target = answer.reshape(-1, answer.shape[-1]), target.reshape(-1).astype(np.int64)
        kept = counts.reshape(-1) > 0
        return (answer[kept], target[kept]) if counts.size else (answer, target)
    if not counts.size:
        return answer.reshape(len(answer), -1), target.reshape(len(target), -1)
    kept = counts > 0  # sequences of numbers: each step is a row
    return tuple(a[kept].reshape(int(kept.sum()), -1) for a in (answer, target))  # type: ignore[return-value]
