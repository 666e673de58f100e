"""Every metric there is: one module of this package each."""

from __future__ import annotations

from functools import cache

from core.metrics._base import Metric
from core.registry import scan


@cache
def registry() -> dict[str, type[Metric]]:
    """Metrics by id."""
    return scan(__name__, __path__, Metric)
