"""One declaration of a setting feeds the panel, the validation, the file, its schema, the documents and the tests."""

from __future__ import annotations

import dataclasses
import difflib
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Literal, Self, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from core.errors import SettingError
from core.words import Words, same

T = TypeVar("T")
S = TypeVar("S", bound="Settings")
Kind = Literal["int", "float", "bool", "choice", "ints", "floats", "text"]
_KINDS: dict[object, Kind] = {
    int: "int", float: "float", bool: "bool", str: "text", tuple[int, ...]: "ints", tuple[float, ...]: "floats",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything about one setting that is not its type or its default."""

    label: Words
    help: Words
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    longest: int = 8  # of "ints" and "floats": how many there may be; of "text": how many characters
    unit: str = ""
    choices: Mapping[str, Words] = field(default_factory=dict)  # labels; with the type `str`, these are the choices
    advanced: bool = False
    shown_if: tuple[str, object] | None = (
        None  # (another setting, the value, or set of values, for which this one matters)
    )

    def matters(self, settings: object) -> bool:
        """Whether this setting has a say, the others being as they are."""
        if self.shown_if is None:
            return True
        name, value = self.shown_if
        return getattr(settings, name) in (value if isinstance(value, frozenset) else {value})


def setting(default: T, label: Words, help: Words, **rest: Any) -> T:
    """Declare a setting; typed as its default, so that checkers see a plain dataclass field."""
    return field(default=default, metadata={"setting": Setting(label, help, **rest)})


@dataclass(frozen=True, slots=True)
class Row:
    """A setting joined with its name, type and default: what panel, schema, documents and tests walk over."""

    name: str
    kind: Kind
    choices: tuple[str, ...]
    optional: bool
    default: Any
    info: Setting

    def expected(self) -> Words:
        """Say in words which values are allowed."""
        info = self.info
        low, high = _limits(info)
        if self.kind == "choice":
            words = same(", ".join(map(repr, self.choices)))
            words = Words(f"one of {words.en}", f"下列之一：{words.zh}")
        elif self.kind == "bool":
            words = Words("true or false", "true 或 false")
        elif self.kind == "text":
            words = Words(f"text of at most {info.longest} characters", f"不超过 {info.longest} 个字符的文字")
        elif self.kind in {"ints", "floats"}:
            each = " and ".join(filter(None, (low, high)))
            noun = Words("whole numbers", "整数") if self.kind == "ints" else Words("numbers", "数")
            words = Words(
                f"a list of 1 to {info.longest} {noun.en}, each {each}",
                f"1 到 {info.longest} 个{noun.zh}的列表，每个 {each.replace(' and ', ' 且 ')}",
            )
        else:
            each = " and ".join(filter(None, (low, high)))
            noun = Words("a whole number", "整数") if self.kind == "int" else Words("a number", "数")
            words = Words(f"{noun.en} {each}".rstrip(), f"{noun.zh} {each.replace(' and ', ' 且 ')}".rstrip())
        return Words(words.en + " or nothing", words.zh + "，或留空") if self.optional else words

    def accepts(self, value: object) -> bool:
        """Whether `value` may be stored. A bool is never a number here, and NaN and infinity never pass."""
        if value is None:
            return self.optional
        match self.kind:
            case "bool":
                return isinstance(value, bool)
            case "choice":
                return isinstance(value, str) and value in self.choices
            case "text":
                return isinstance(value, str) and len(value) <= self.info.longest
            case "ints" | "floats":
                kind = int if self.kind == "ints" else int | float
                return (
                    isinstance(value, tuple)
                    and 1 <= len(value) <= self.info.longest
                    and all(self._number_fits(v, kind) for v in value)
                )
            case "int":
                return self._number_fits(value, int)
            case "float":
                return self._number_fits(value, int | float)

    def _number_fits(self, value: object, kind: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, kind):
            return False
        info, number = self.info, cast("float", value)
        return (
            -1e300 < number < 1e300
            and (info.ge is None or number >= info.ge)
            and (info.gt is None or number > info.gt)
            and (info.le is None or number <= info.le)
            and (info.lt is None or number < info.lt)
        )

    def json_schema(self) -> dict[str, object]:
        """The JSON Schema fragment of this setting."""
        info = self.info
        out: dict[str, object] = {"title": info.label.en, "description": info.help.en}
        out["default"] = list(self.default) if isinstance(self.default, tuple) else self.default
        limits: dict[str, object] = {
            key: limit
            for key, limit in (
                ("minimum", info.ge),
                ("exclusiveMinimum", info.gt),
                ("maximum", info.le),
                ("exclusiveMaximum", info.lt),
            )
            if limit is not None
        }
        if self.kind == "choice":
            return out | {"enum": [*self.choices, *([None] if self.optional else [])]}
        if self.kind in {"ints", "floats"}:
            numbers = {"type": "integer" if self.kind == "ints" else "number"} | limits
            one_or_more = {"type": "array", "minItems": 1, "maxItems": info.longest, "items": numbers}
            return out | {"anyOf": [one_or_more, numbers, *([{"type": "null"}] if self.optional else [])]}
        name = {"int": "integer", "float": "number", "bool": "boolean", "text": "string"}[self.kind]
        out["type"] = [name, "null"] if self.optional else name
        if self.kind == "text":
            return out | {"maxLength": info.longest}
        return out | limits


def _limits(info: Setting) -> tuple[str, str]:
    low = f">= {_plain(info.ge)}" if info.ge is not None else "" if info.gt is None else f"> {_plain(info.gt)}"
    high = f"<= {_plain(info.le)}" if info.le is not None else "" if info.lt is None else f"< {_plain(info.lt)}"
    return low, high


def _plain(limit: float) -> str:
    return str(int(limit)) if limit == int(limit) else f"{limit:g}"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Base of everything that has settings: blocks, losses, optimisers, data sources, training, preferences."""

    title: ClassVar[Words]
    renamed: ClassVar[Mapping[str, str]] = {}  # old name in files -> name today; names are file format, never dropped

    @classmethod
    @cache
    def rows(cls) -> tuple[Row, ...]:
        """The settings in the order they are declared."""
        hints = get_type_hints(cls)
        return tuple(_row(f, hints[f.name]) for f in dataclasses.fields(cls) if "setting" in f.metadata)

    def __post_init__(self) -> None:
        for row in self.rows():
            value = getattr(self, row.name)
            if not row.accepts(value):
                raise SettingError(self.title, row.name, value, row.expected())
        self.check()

    def check(self) -> None:
        """Raise SettingError where values are allowed one by one but not together."""

    @classmethod
    def json_schema(cls) -> dict[str, object]:
        """JSON Schema of the settings, as the project file writes them."""
        return {row.name: row.json_schema() for row in cls.rows()}

    def to_json(self) -> dict[str, object]:
        """The settings that differ from their defaults, as a project file holds them."""
        pairs = ((row.name, getattr(self, row.name), row.default) for row in self.rows())
        return {n: _plain_json(v) for n, v, default in pairs if v != default}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Self:
        """Rebuild from a project file. Raises SettingError for an unknown name (with the nearest one) or a bad value."""
        known = {row.name: row for row in cls.rows()}
        given: dict[str, Any] = {}
        for key, value in data.items():
            name = cls.renamed.get(key, key)
            if name not in known:
                raise _unknown(cls.title, key, value, list(known))
            given[name] = _tuple(value) if known[name].kind in {"ints", "floats"} else value
        return cls(**given)

    @property
    def mixed(self) -> frozenset[str]:
        """Settings that stand for several values, see `core/graph/several.py`."""
        return frozenset()

    def matters(self, row: Row) -> bool:
        """Whether a setting has a say, the others being as they are."""
        return row.info.matters(self)

    def with_(self, name: str, value: object) -> Self:
        """With one setting changed. Raises SettingError."""
        return dataclasses.replace(self, **{name: value})

    def part(self, kind: type[S]) -> S:
        """Settings of another kind that these have taken in, see `takes_in`."""
        return kind(**{row.name: getattr(self, row.name) for row in kind.rows()})


def takes_in(chooser: str, kinds: Mapping[str, type[Settings]]) -> Callable[[type[T]], type[T]]:
    """Class decorator, beneath @dataclass: what `chooser` chooses by its id brings its settings with it.

    Each matters only where the choice has it. Kinds that share a setting declare it alike; TypeError where they do not.
    """

    def take(owner: type[T]) -> type[T]:
        rows = [(id, row) for id, kind in kinds.items() for row in kind.rows()]
        for name in dict.fromkeys(row.name for _, row in rows):
            alike = {id: row for id, row in rows if row.name == name}
            first = next(iter(alike.values()))
            if name in vars(owner) or any(row != first for row in alike.values()):
                raise TypeError(f"{owner.__name__}: the setting {name!r} is declared in two ways")
            info = dataclasses.replace(first.info, shown_if=(chooser, frozenset(alike)))
            owner.__annotations__[name] = get_type_hints(kinds[next(iter(alike))])[name]
            setattr(owner, name, field(default=first.default, metadata={"setting": info}))
        return owner

    return take


def _plain_json(value: object) -> object:
    if not isinstance(value, tuple):
        return value
    return value[0] if len(value) == 1 else list(value)


def _tuple(value: object) -> object:
    """Files may write a list of one number as the number."""
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, int | float) else value


def _unknown(owner: Words, key: str, value: object, known: list[str]) -> SettingError:
    near = difflib.get_close_matches(key, known, n=1)
    names = ", ".join(known) or "—"
    hint = Words(f" (did you mean {near[0]!r}?)", f"（是否想写 {near[0]!r}？）") if near else same("")
    return SettingError(
        owner,
        key,
        value,
        Words(f"left out: the settings here are {names}{hint.en}", f"删去：这里的设置有 {names}{hint.zh}"),
    )


def _row(declared: dataclasses.Field[Any], hint: object) -> Row:
    info = cast("Setting", declared.metadata["setting"])
    optional = get_origin(hint) in (types.UnionType, Union) and type(None) in get_args(hint)
    if optional:
        hint = next(a for a in get_args(hint) if a is not type(None))
    if get_origin(hint) is Literal:
        return Row(declared.name, "choice", get_args(hint), optional, declared.default, info)
    if hint is str and info.choices:
        return Row(declared.name, "choice", tuple(info.choices), optional, declared.default, info)
    if hint not in _KINDS:
        raise TypeError(
            f"setting {declared.name!r} has type {hint!r}; use int, float, bool, str, tuple[int or float, ...], Literal"
        )
    return Row(declared.name, _KINDS[hint], (), optional, declared.default, info)
