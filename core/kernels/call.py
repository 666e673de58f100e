"""One entry of a plan: which kernel, on which arrays and numbers, over how many independent items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Number = int | float
Argument = Array | Number


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """`kernel(*args, first, last)` for all items `0 <= first < last <= items`.

    Items are independent outputs (rows, images, tiles, slices of a flat array), so they may be shared out among threads.
    `flops` counts the additions and multiplications of the whole call; 0 where memory is the cost.
    """

    kernel: Any
    args: tuple[Argument, ...]
    items: int = 1
    flops: int = 0

    def run(self) -> None:
        """Do all items now, from Python: how tests and the fault finder walk a plan."""
        self.kernel(*self.args, 0, self.items)

    @property
    def bytes(self) -> int:
        """Bytes of all arrays that the call touches, each counted once."""
        return sum(a.nbytes for a in self.args if isinstance(a, np.ndarray))

    def __str__(self) -> str:
        shown = ("×".join(map(str, a.shape)) if isinstance(a, np.ndarray) else f"{a:g}" for a in self.args)
        return f"{self.kernel.__name__}({', '.join(shown)})"


Calls = Sequence[Call]
