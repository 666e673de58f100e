"""Every optimiser there is: one module of this package each."""

from __future__ import annotations

from functools import cache

from core.optimizers._base import Optimizer
from core.registry import scan


@cache
def registry() -> dict[str, type[Optimizer]]:
    """Optimisers by id."""
    return scan(__name__, __path__, Optimizer)
