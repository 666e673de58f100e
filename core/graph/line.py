"""A network in one line of text, read and written: `28x28x1 conv 6 5x5 same relu > pool 2 > flatten > 10 softmax`.

A shape begins a network; a number alone is Dense with as many units; any other word is a block by its id, stem, title or
alias in either language, and what follows are its settings: bare values in the order they are declared, `name=value` for all.
Where several blocks share a word, the first that takes the shape which arrives is meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from core.blocks import registry
from core.blocks._base import LEVELS, Block, Shape
from core.errors import GraphError, LineError, SettingError, ShapeError
from core.graph import edits
from core.graph.document import Document, Wire
from core.settings import Row
from core.words import Words

MOST_WORDS = 2000
_WORD = re.compile(r"[>→]|[^\s>→]+")
_SHAPE = re.compile(r"\d{1,7}(?:[x×]\d{1,7})*")
_FIRST_MEANT = {"pool": "max", "norm": "batch"}  # of the blocks that share a word, those whose id begins so
_YES, _NO = {"yes", "true", "on", "是"}, {"no", "false", "off", "否"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line, and where it stands."""

    text: str
    start: int

    @property
    def is_arrow(self) -> bool:
        """Whether it separates blocks."""
        return self.text in ">→"

    def error(self, words: Words) -> LineError:
        """What is wrong with this word."""
        return LineError(words, self.start, self.start + len(self.text))


def read(line: str, shape: Shape | None = None) -> tuple[Block, ...]:
    """The blocks of a line, in order; `shape` is what arrives at the first, where that is known.

    A line that begins with a shape is a whole network: Input first, and an Output last if it does not name one.
    Raises LineError, which says where: an unknown word, a value that fits no setting, a shape that a block does not take.
    """
    words = _words(line)
    if len(words) > MOST_WORDS:
        raise words[MOST_WORDS].error(
            Words(f"A line may have {MOST_WORDS} words. Split it.", f"一行最多 {MOST_WORDS} 个词。请分成几行。")
        )
    reader = _Reader(words, shape)
    blocks = tuple(reader.blocks())
    if blocks and blocks[0].group == "input" and blocks[-1].group != "output":
        return (*blocks, _ending(blocks, reader.shape))
    return blocks


def _words(line: str) -> list[Word]:
    return [Word(m.group(), m.start()) for m in _WORD.finditer(line)]


class _Reader:
    """Walks over the words; `shape` is what the last block gives, None where that is not known."""

    def __init__(self, words: Sequence[Word], shape: Shape | None, *, begins: bool = True) -> None:
        self.words, self.at, self.shape, self.begins = words, 0, shape, begins

    def blocks(self) -> Iterator[Block]:
        """Every block of the line."""
        arrow = False
        while self.at < len(self.words):
            word = self.words[self.at]
            if word.is_arrow:
                if self.at == 0 or arrow or self.at == len(self.words) - 1:
                    raise word.error(Words("A block is missing beside this arrow.", "箭头旁边缺少模块。"))
                arrow = True
                self.at += 1
                continue
            arrow = False
            yield self._block(word)

    def _block(self, word: Word) -> Block:
        if self.begins and self.at == 0 and self._is_shape(word):
            self.at += 1
            block = self._made(word, registry()["input"], shape=tuple(map(int, re.split("[x×]", word.text))))
            (self.shape,) = block.out_shapes(())
            return block
        if word.text.isdecimal():
            return self._taken(word, [registry()["dense"]])
        self.at += 1
        kinds = meant(word.text)
        if not kinds:
            raise word.error(_unknown(word.text))
        return self._taken(word, kinds)

    def _is_shape(self, word: Word) -> bool:
        """`28x28x1` is a shape; a plain number is one where it stands alone."""
        alone = len(self.words) == 1 or self.words[1].is_arrow
        return bool(_SHAPE.fullmatch(word.text)) and (alone or not word.text.isdecimal())

    def _taken(self, word: Word, kinds: Sequence[type[Block]]) -> Block:
        """The first of these kinds that reads its settings from here and takes the shape that arrives."""
        begin, first = self.at, None
        for kind in kinds:
            self.at = begin
            try:
                block = self._with_settings(word, kind)
                self.shape = self._behind(word, block)
            except LineError as error:
                first = first or error
            else:
                return block
        assert first is not None
        raise first

    def _with_settings(self, word: Word, kind: type[Block]) -> Block:
        rows, values = [row for row in kind.rows() if not row.info.advanced], dict[str, Any]()
        while self.at < len(self.words) and not (value := self.words[self.at]).is_arrow:
            name, equals, text = value.text.partition("=")
            if equals:
                row = next((r for r in kind.rows() if name in (r.name, r.info.label.zh)), None)
                if row is None:
                    raise value.error(_no_setting(kind, name))
                found = as_value(row, text)
                if found is None:
                    expected = row.expected()
                    raise value.error(
                        Words(f"{row.name} must be {expected.en}.", f"{row.info.label.zh}应为{expected.zh}。")
                    )
            else:
                fitting = ((r, v) for r in rows if (v := as_value(r, name)) is not None)
                row, found = next(fitting, (None, None))
                if row is None:
                    begins_another = meant(name) or name.isdecimal()
                    if begins_another and value is not word:
                        break
                    raise value.error(_unknown(name, kind))
                rows = rows[rows.index(row) + 1 :]
            values[row.name] = found
            self.at += 1
        return self._made(word, kind, **values)

    def _made(self, word: Word, kind: type[Block], **values: Any) -> Block:
        """A block with these settings; one that is not allowed is told at the word."""
        try:
            return kind(**values)
        except SettingError as error:
            raise word.error(error.words) from None

    def _behind(self, word: Word, block: Block) -> Shape | None:
        """The shape behind a block."""
        needed = [p for p in block.input_ports() if p not in block.optional]
        if len(needed) != 1:
            raise word.error(
                Words(
                    f"{block.title.en} needs {len(needed)} wires, and a line gives one. Add it on the canvas.",
                    f"{block.title.zh}需要 {len(needed)} 条连线，而一行文字只有一条。请在画布上添加。",
                )
            )
        if self.shape is None:
            return None
        try:
            return block.out_shapes(tuple(self.shape if p in needed else () for p in block.input_ports()))[0]
        except ShapeError as error:
            raise word.error(error.words) from None


def _ending(blocks: Sequence[Block], shape: Shape | None) -> Block:
    """The Output that fits what stands before it: probabilities, scores of classes, or a number."""
    output: Any = registry()["output"]
    last = {
        "softmax": output(loss="categorical_cross_entropy", reads="probabilities"),
        "sigmoid": output(loss="binary_cross_entropy", reads="probabilities"),
    }.get(blocks[-1].id)
    classes, numbers = output(loss="categorical_cross_entropy"), output(loss="mean_squared_error")
    likely: list[Block] = [last] if last is not None else [] if shape is None or shape[-1] == 1 else [classes]
    for block in likely:
        try:
            block.out_shapes((shape,) if shape is not None else ((1,),))
        except ShapeError:
            continue
        return block
    return cast("Block", numbers)


@cache
def vocabulary() -> Mapping[str, tuple[type[Block], ...]]:
    """Every word for blocks, with the blocks it may mean: by id, stem, title, then alias; the plainer before the rarer."""
    ranked: dict[str, list[tuple[int, int, int, type[Block]]]] = {}
    for order, block in enumerate(registry().values()):
        names = [(block.id,), (block.stem,), (block.title.en, block.title.zh), block.aliases]
        for rank, texts in enumerate(names):
            for text in filter(None, map(plain, texts)):
                late = not block.id.startswith(_FIRST_MEANT.get(text, ""))
                ranked.setdefault(text, []).append((rank + late, [*LEVELS].index(block.level), order, block))
    return {text: tuple(dict.fromkeys(b for *_, b in sorted(r, key=lambda e: e[:3]))) for text, r in ranked.items()}


def meant(text: str) -> tuple[type[Block], ...]:
    """The blocks that a word may mean, the likeliest first."""
    return vocabulary().get(plain(text), ())


def plain(text: str) -> str:
    """A word as it is compared: without spaces, hyphens, underscores and capitals."""
    return re.sub(r"[\s_-]", "", text).casefold()


def as_value(row: Row, text: str) -> Any:
    """What a word says as a value of a setting; None where it says none that is allowed."""
    value: Any = None
    match row.kind:
        case "int" if re.fullmatch(r"[+-]?\d{1,18}", text):
            value = int(text)
        case "float" if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", text, re.IGNORECASE):
            value = float(text)
        case "bool" if text.casefold() in _YES | _NO:
            value = text.casefold() in _YES
        case "choice":
            value = next((c for c in row.choices if plain(text) in {plain(c), *_labels(row, c)}), None)
        case "ints" if _SHAPE.fullmatch(text):
            value = tuple(map(int, re.split("[x×]", text)))
            value = (
                value[:1] if len(set(value)) == len(row.default or ()) == 1 else value
            )  # 5x5 is 5 where that says both
        case "floats" if re.fullmatch(r"[-+.\de]+(,[-+.\de]+)*", text):
            try:
                value = tuple(map(float, text.split(",")))
            except ValueError:
                value = None
        case _:
            pass
    return value if value is not None and row.accepts(value) else None


def _labels(row: Row, choice: str) -> set[str]:
    label = row.info.choices.get(choice)
    return {plain(label.en), plain(label.zh)} if label is not None else set()


def write(document: Document, names: Sequence[str] | None = None) -> str:
    """The line of a chain of blocks: all of them, or the named ones, in the order of the wires.

    Raises GraphError where they are no chain, or hold what a line cannot say.
    """
    chain = _chain(document, set(document.nodes if names is None else names))
    parts: list[str] = []
    shape: Shape | None = None
    reader = _Reader((), None)
    for at, block in enumerate(chain):
        if at == 0 and block.group == "input":
            parts.append("x".join(map(str, block.shape)))  # type: ignore[attr-defined]  # Input has it
            (shape,) = block.out_shapes(())
            continue
        if at == len(chain) - 1 and chain[0].group == "input" and block == _ending(chain[:at], shape):
            break
        text = _written(block, shape)
        if at == 0 and text.isdecimal():
            text = f"dense {text}"  # alone at the beginning it would be a shape
        joined = at > 0 and chain[at - 1].group not in {"input", "activation"} and block.group == "activation"
        parts[-1:] = [f"{parts[-1]} {text}"] if joined else [*parts[-1:], text]
        reader.shape = shape
        shape = reader._behind(Word(text, 0), block)  # the same rule, read backwards
    line = " > ".join(parts)
    if read(line) != tuple(chain):
        raise GraphError(Words("These blocks hold what a line cannot say.", "这些模块包含一行文字无法表达的内容。"))
    return line


def _written(block: Block, shape: Shape | None) -> str:
    """A block in as few words as read back to it."""
    changed = [r for r in block.rows() if getattr(block, r.name) != r.default]
    first = next((r for r in block.rows() if not r.info.advanced), None)
    if first is not None and first not in changed and first.kind in {"int", "ints"}:
        changed.insert(0, first)  # its size is said even where it is the default
    bare = [_as_text(getattr(block, r.name)) for r in changed]
    named = [f"{r.name}={text}" for r, text in zip(changed, bare, strict=True)]
    stems = [w for w in (block.stem, block.id) if w]
    tries = [bare] if block.id == "dense" else []
    for word in stems:
        tries += [[word, *bare], [word, *bare[:1], *named[1:]], [word, *named]]
    for each in tries:
        text = " ".join(each)
        try:
            if text and [*_Reader(_words(text), shape, begins=False).blocks()] == [block]:
                return text
        except LineError:
            continue
    raise GraphError(
        Words(f"{block.title.en} holds what a line cannot say.", f"{block.title.zh}包含一行文字无法表达的内容。")
    )


def _as_text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ("x" if all(isinstance(v, int) for v in value) else ",").join(map(str, value))
        case float():
            return f"{value:.12g}"
        case _:
            return str(value)


def _chain(document: Document, names: set[str]) -> list[Block]:
    inside = [w for w in document.wires if w.source in names and w.target in names]
    behind = {w.source: w for w in inside}
    targets = {w.target for w in inside}
    starts = [n for n in document.nodes if n in names and n not in targets]
    is_chain = len(starts) == 1 and len(behind) == len(inside) == len(targets) == len(names) - 1
    order = starts[:1]
    while is_chain and order[-1] in behind:
        order.append(behind[order[-1]].target)
    blocks = [document.nodes[n].block for n in order]
    known = [b for b in blocks if isinstance(b, Block)]
    if not is_chain or len(known) != len(names):
        raise GraphError(
            Words(
                "A line can say a chain of blocks only, each with one wire in and one out. Select such a chain.",
                "一行文字只能表达链状的模块：每个模块一条输入、一条输出连线。请选择这样的一条链。",
            )
        )
    return known


def add(document: Document, blocks: Sequence[Block], after: str | None = None) -> tuple[Document, tuple[str, ...]]:
    """The document with these blocks in a row, wired, behind a block where one is given; and their names."""
    names: list[str] = []
    before = after
    for block in blocks:
        document, name = edits.add(document, block)
        source = document.nodes[before].block if before is not None else None
        if isinstance(source, Block) and source.output_ports() and before is not None:
            document = edits.connect(document, Wire(before, source.output_ports()[0], name, block.input_ports()[0]))
        names.append(name)
        before = name
    return document, tuple(names)


def _unknown(text: str, kind: type[Block] | None = None) -> Words:
    near = difflib.get_close_matches(plain(text), vocabulary(), 3, 0.6)
    more, mehr = (f" Did you mean {', '.join(near)}?", f"是否想写 {'、'.join(near)}？") if near else ("", "")
    shown = text[:40]
    if kind is None:
        return Words(f"There is no block {shown!r}.{more}", f"没有名为 {shown!r} 的模块。{mehr}")
    return Words(
        f"{shown!r} is no value for {kind.title.en}, and no block.{more}",
        f"{shown!r} 既不是{kind.title.zh}的设置值，也不是模块。{mehr}",
    )


def _no_setting(kind: type[Block], name: str) -> Words:
    has = ", ".join(r.name for r in kind.rows()) or "—"
    return Words(
        f"{kind.title.en} has no setting {name[:40]!r}; it has: {has}.",
        f"{kind.title.zh}没有设置 {name[:40]!r}；它有：{has}。",
    )
