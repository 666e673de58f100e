"""Finding a block by a few letters, in English, in Chinese, or by the initials of its pinyin.

A query is read as beginnings of words, in order: `c2d` and `conv` both find `Conv2D`, `bn` finds `Batch normalisation`,
`qlj` and `全连` find `全连接`. The better the letters sit at beginnings, the higher the block stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from core.blocks._base import Block, Level, is_within

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]")


def rank(
    query: str, blocks: Mapping[str, type[Block]], recent: Sequence[str] = (), level: Level = "expert"
) -> list[str]:
    """Ids of the blocks that a query finds, best first, whatever their level.

    An empty query finds all: those used lately first, and those beyond a level last.
    """
    if not query.strip():
        lately = [name for name in recent if name in blocks]
        rest = [name for name in blocks if name not in lately]
        return lately + sorted(rest, key=lambda name: not is_within(blocks[name], level))
    scored = [(score, name) for name, block in blocks.items() if (score := score_of(query, block)) > 0]
    order = {name: index for index, name in enumerate(blocks)}
    return [name for _, name in sorted(scored, key=lambda pair: (-pair[0], order[pair[1]]))]


def score_of(query: str, block: type[Block]) -> float:
    """How well a query fits a block, 0 where it does not. Its titles count more than other words for it."""
    return score(query, (block.title.en, block.title.zh, block.id), block.aliases)


def score(query: str, names: Iterable[str], others: Iterable[str] = ()) -> float:
    """How well a query fits something with these names, 0 where it does not; other words for it count a little less."""
    wanted = "".join(query.split()).casefold()
    own = max(_fit(wanted, text) for text in names)
    return max(own, 0.8 * max((_fit(wanted, text) for text in others), default=0.0))


@cache
def _read(text: str) -> tuple[str, tuple[str, ...], str]:
    """A text as it is searched: without spaces, as words, and as initials."""
    words = tuple(word.casefold() for word in _WORD.findall(text))
    return "".join(text.split()).casefold(), words, "".join(initial(c) for c in text)


def _fit(query: str, text: str) -> float:
    plain, words, initials = _read(text)
    if query == plain:
        return 1.0
    if plain.startswith(query):
        return 0.9
    if _at_beginnings(query, words):
        return 0.7 - 0.01 * len(words)
    if len(initials) > 1 and initials.startswith(query):
        return 0.85 if query == initials else 0.7
    if len(query) > 1 and query in plain:
        return 0.4
    return 0.3 if len(query) > 1 and query in initials else 0.0


def _at_beginnings(query: str, words: tuple[str, ...]) -> bool:
    """Whether the query is made of beginnings of some of the words, in order: `batno` of `batch normalisation`."""

    def rest_fits(at: int, word: int) -> bool:
        if at == len(query):
            return True
        for index in range(word, len(words)):
            length = 0
            while at + length < len(query) and words[index][: length + 1] == query[at : at + length + 1]:
                length += 1
            if any(rest_fits(at + taken, index + 1) for taken in range(length, 0, -1)):
                return True
        return False

    return any(word.startswith(query[:1]) for word in words) and rest_fits(0, 0)


# GB2312's first plane is sorted by pinyin, so the first character of each initial is all one needs to know.
_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_INITIAL = "abcdefghjklmnopqrstwxyz"
_STARTS = [int.from_bytes(c.encode("gb2312"), "big") for c in _FIRST]
_END = int.from_bytes("座".encode("gb2312"), "big")


def initial(character: str) -> str:
    """The first letter of a Chinese character's pinyin; a letter or digit stands for itself; "" for all else."""
    if character.isascii():
        return character.casefold() if character.isalnum() else ""
    try:
        code = int.from_bytes(character.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    return _INITIAL[bisect_right(_STARTS, code) - 1] if _STARTS[0] <= code <= _END else ""


def grouped(blocks: Iterable[type[Block]], groups: Iterable[str]) -> dict[str, list[type[Block]]]:
    """Blocks by group, groups in the given order and those of plug-ins behind them; empty groups are left out."""
    out: dict[str, list[type[Block]]] = {group: [] for group in groups}
    for block in blocks:
        out.setdefault(block.group, []).append(block)
    return {group: members for group, members in out.items() if members}
