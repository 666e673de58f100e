"""Every way of looking into a network: one module of this package each."""

from __future__ import annotations

from functools import cache

from core.insight._base import Insight
from core.registry import scan


@cache
def registry() -> dict[str, Insight]:
    """The insights by id."""
    return {id: kind() for id, kind in scan(__name__, __path__, Insight).items()}
