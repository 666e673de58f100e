"""Every schedule there is: one module of this package each."""

from __future__ import annotations

from functools import cache

from core.registry import scan
from core.schedules._base import Schedule


@cache
def registry() -> dict[str, type[Schedule]]:
    """Schedules by id."""
    return scan(__name__, __path__, Schedule)
