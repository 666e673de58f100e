"""Finding blocks of a network: by name, by kind in both languages, or by what is set."""

from __future__ import annotations

from functools import lru_cache

from core.blocks._base import Block
from core.graph.document import Document, Unknown
from gui.palette.search import score_of


def find(document: Document, query: str) -> list[str]:
    """Names of the blocks that every word of the query fits: part of the name, the kind, or a setting or its value."""
    left = dict(document.nodes) if query.strip() else {}
    for word in query.casefold().split():
        kinds = {kind for kind in {type(node.block) for node in left.values()} if _is_called(kind, word)}
        left = {n: node for n, node in left.items() if word in n.casefold() or _fits(node.block, word, kinds)}
    return list(left)


def _is_called(kind: type[Block] | type[Unknown], word: str) -> bool:
    return issubclass(kind, Block) and score_of(word, kind) > 0


def _fits(block: Block | Unknown, word: str, kinds: set[type[Block] | type[Unknown]]) -> bool:
    if not isinstance(block, Block):
        return word in block.type.casefold()
    if type(block) in kinds:
        return True
    if "=" in word:
        return f"\t{word}\n" in _settings(block)
    return f"\n{word}" + ("\n" if word.isdigit() else "") in _settings(block)  # 64 is not in 640


@lru_cache(maxsize=4096)
def _settings(block: Block) -> str:
    """What is set, a line each: values, the names of what differs from its default, and after a tab `name=value`."""
    texts: list[str] = []
    for row in block.rows():
        value = getattr(block, row.name)
        names = [row.name, row.info.label.en, row.info.label.zh]
        values = [str(v) for v in (value if isinstance(value, tuple) else (value,))]
        if value in row.info.choices:
            values += row.info.choices[value]
        texts += values
        texts += names if value != row.default else []
        texts += [f"\t{name}={value}" for name in names for value in values]
    return "\n" + "\n".join(texts).casefold() + "\n"
