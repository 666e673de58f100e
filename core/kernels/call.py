"""One entry of a plan: which kernel, on which arrays and numbers, over how many independent items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    def names(self) -> tuple[str, ...]:
        """What the kernel calls its arguments, in their order."""
        code = getattr(self.kernel, "py_func", self.kernel).__code__
        return tuple(code.co_varnames[: len(self.args)])

    def argument(self, name: str) -> Argument | None:
        """The argument of this name, None where the kernel has no such."""
        return next((a for own, a in zip(self.names, self.args, strict=True) if own == name), None)

    def array(self, name: str) -> Array:
        """The array of this name."""
        array = self.argument(name)
        assert isinstance(array, np.ndarray)
        return array

    def but(self, **given: Argument) -> Call:
        """The same call with other arguments, by name."""
        args = (given.get(name, a) for name, a in zip(self.names, self.args, strict=True))
        return replace(self, args=tuple(args))

    @property
    def bytes(self) -> int:
        """Bytes of all arrays that the call touches, each counted once."""
        return sum(a.nbytes for a in self.args if isinstance(a, np.ndarray))

    def __str__(self) -> str:
        shown = ("×".join(map(str, a.shape)) if isinstance(a, np.ndarray) else f"{a:g}" for a in self.args)
        return f"{self.kernel.__name__}({', '.join(shown)})"


Calls = Sequence[Call]
