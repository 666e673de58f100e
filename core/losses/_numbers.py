"""What losses of single numbers share: any shape will do, and what is predicted is what comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels._jit import Kernel
from core.kernels.activation import rowwise, table
from core.kernels.call import Calls
from core.kernels.merge import copy
from core.losses._base import Array, Loss, Shape, Target


@dataclass(frozen=True, kw_only=True)
class NumberLoss(Loss):
    """The mean of something over each number of x and the one of the target in its place."""

    target: ClassVar[Target] = "numbers"
    error: ClassVar[Kernel]  # measures rows: error(x, target, measures, step, first, last)

    def check_shape(self, x: Shape) -> None:
        """Any shape will do."""

    def target_shape(self, x: Shape) -> Shape:
        """As the output."""
        return x

    def predict(self, x: Array, y: Array) -> Calls:
        """Y = x."""
        return copy(x, y)

    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Means over the features of each row."""
        rows, features = len(x), x[0].size
        return rowwise(self.error, rows, features, table(x, features), table(target, features), measures)
