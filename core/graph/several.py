"""Several blocks set as one: the settings that all of them have, and where their values differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Self, get_type_hints

from core.settings import Row, Settings
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Common(Settings):
    """What `each` of several settings has: the values of the first, `mixed` where another has another."""

    title = Words("Several blocks", "多个模块")
    each: tuple[Settings, ...] = ()

    @cached_property
    def mixed(self) -> frozenset[str]:
        """Settings whose values differ."""
        return frozenset(
            row.name for row in self.rows() if any(getattr(s, row.name) != getattr(self, row.name) for s in self.each)
        )

    def matters(self, row: Row) -> bool:
        """Whether the setting has a say in one of them at least."""
        return any(one.matters(theirs) for one in self.each for theirs in one.rows() if theirs.name == row.name)

    def with_(self, name: str, value: object) -> Self:
        """With one setting changed in each. Raises SettingError where one of them does not take it."""
        each = tuple(one.with_(name, value) for one in self.each)
        return replace(self, each=each, **{name: value})


def common(each: Sequence[Settings]) -> Common:
    """What these settings, one or more, have in common; a setting is common where it is called and declared alike."""
    kind = _kind(tuple(dict.fromkeys(map(type, each))))
    return kind(each=tuple(each), **{row.name: getattr(each[0], row.name) for row in kind.rows()})


@lru_cache(maxsize=64)
def _kind(kinds: tuple[type[Settings], ...]) -> type[Common]:
    """The class for settings of these classes, with rows in the order of the first."""
    shared = [row for row in kinds[0].rows() if all(any(_alike(row, r) for r in kind.rows()) for kind in kinds[1:])]
    hints = get_type_hints(kinds[0])
    fields: list[tuple[str, Any, Any]] = [
        (row.name, hints[row.name], field(default=row.default, metadata={"setting": row.info})) for row in shared
    ]
    return dataclasses.make_dataclass("Common", fields, bases=(Common,), frozen=True, kw_only=True)


def _alike(row: Row, other: Row) -> bool:
    """Limits and defaults may differ: each block judges a value by its own."""
    return (row.name, row.kind, row.choices, row.optional, row.info.label) == (
        other.name, other.kind, other.choices, other.optional, other.info.label,
    )  # fmt: skip
