"""Every metric there is: one module of this package each."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from core.metrics._base import Metric


@cache
def registry() -> dict[str, type[Metric]]:
    """Metrics by id."""
    found: dict[str, type[Metric]] = {}
    for name in sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name[0] != "_"):
        module = importlib.import_module(f"{__name__}.{name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Metric) and value.__module__ == module.__name__:
                if value.id in found:
                    raise ValueError(f"two metrics have the id {value.id!r}: {found[value.id]} and {value}")
                found[value.id] = value
    return found
