"""What a package offers: every class of a kind that one of its modules defines, so that adding is adding a file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import Any


def scan(package: str, path: Iterable[str], base: type[Any]) -> dict[str, Any]:
    """The subclasses of `base` by their ids, module by module in alphabetical order; modules that begin with _ are helpers.

    Raises ValueError where two have one id.
    """
    found: dict[str, Any] = {}
    for name in sorted(m.name for m in pkgutil.iter_modules(path) if m.name[0] != "_"):
        module = importlib.import_module(f"{package}.{name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, base) and value.__module__ == module.__name__:
                kind: Any = value
                if kind.id in found:
                    raise ValueError(f"{package}: two have the id {kind.id!r}: {found[kind.id]} and {kind}")
                found[kind.id] = kind
    return found
