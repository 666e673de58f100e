"""How files of older versions become files of today: one function per step, run in order, never removed.

A file leaves out what is at its default, so a default that changes is a change of the format too: the step from the version
before it writes the old default into the file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Project = dict[str, Any]  # a project file as JSON has it

MIGRATIONS: list[Callable[[Project], Project]] = []  # MIGRATIONS[n - 1] makes version n + 1 of version n


def version() -> int:
    """The format this program writes."""
    return len(MIGRATIONS) + 1
