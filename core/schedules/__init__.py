"""Every schedule there is: one module of this package each."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from core.schedules._base import Schedule


@cache
def registry() -> dict[str, type[Schedule]]:
    """Schedules by id."""
    found: dict[str, type[Schedule]] = {}
    for name in sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name[0] != "_"):
        module = importlib.import_module(f"{__name__}.{name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Schedule) and value.__module__ == module.__name__:
                if value.id in found:
                    raise ValueError(f"two schedules have the id {value.id!r}: {found[value.id]} and {value}")
                found[value.id] = value
    return found
