"""Finding blocks of a network: by name, by kind in both languages, or by what is set."""

from __future__ import annotations

from core.blocks._base import Block
from core.graph.document import Document
from gui.palette.search import score_of


def find(document: Document, query: str) -> list[str]:
    """Names of the blocks that every word of the query fits: part of the name, the kind, or a setting or its value."""
    words = query.casefold().split()
    return [name for name in document.nodes if words and all(_fits(document, name, word) for word in words)]


def _fits(document: Document, name: str, word: str) -> bool:
    block = document.nodes[name].block
    if word in name.casefold():
        return True
    if not isinstance(block, Block):
        return word in block.type.casefold()
    return score_of(word, type(block)) > 0 or any(_set(word, text) for text in _settings(block))


def _set(word: str, text: str) -> bool:
    """Numbers, and `units=64`, are found as a whole, so that 64 is not in 640; words from their beginning."""
    return text == word if word.isdigit() or "=" in text else text.startswith(word)


def _settings(block: Block) -> list[str]:
    texts: list[str] = []
    for row in block.rows():
        value = getattr(block, row.name)
        labels = [row.name, row.info.label.en, row.info.label.zh]
        values = [str(v).casefold() for v in (value if isinstance(value, tuple) else (value,))]
        if value in row.info.choices:
            values += [text.casefold() for text in row.info.choices[value]]
        texts += values
        if value != row.default:
            texts += [label.casefold() for label in labels]
        texts += [f"{label}={value}".casefold() for label in labels for value in values]
    return texts
