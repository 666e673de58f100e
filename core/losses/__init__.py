"""Every loss there is: one module of this package each."""

from __future__ import annotations

from functools import cache

from core.losses._base import Loss
from core.registry import scan


@cache
def registry() -> dict[str, type[Loss]]:
    """Losses by id."""
    return scan(__name__, __path__, Loss)
