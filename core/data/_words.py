"""Sentences as rows of whole numbers: a vocabulary, padding, and where a sentence begins and ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from core.data._base import Array

PADDING, START, END, UNKNOWN = range(4)
MARKS = ("<padding>", "<start>", "<end>", "<unknown>")

Sentence = Sequence[str]


def vocabulary(sentences: Iterable[Sentence], most: int) -> tuple[str, ...]:
    """The marks, then the words from the commonest on, at most so many in all; equally common ones by the alphabet."""
    counts = Counter(word for sentence in sentences for word in sentence)
    for mark in MARKS:
        counts.pop(mark, None)
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return MARKS + tuple(ordered[: most - len(MARKS)])


def encoded(sentences: Sequence[Sentence], words: Sequence[str], length: int) -> Array:
    """Numbers of the words (rows, length): what is longer is cut, what is shorter is padded."""
    number = {word: i for i, word in enumerate(words)}
    rows = np.full((len(sentences), length), PADDING, np.int32)
    for row, sentence in zip(rows, sentences, strict=True):
        cut = [number.get(word, UNKNOWN) for word in sentence[:length]]
        row[: len(cut)] = cut
    return rows


def so_far_and_next(sentences: Sequence[Sentence], words: Sequence[str], length: int) -> tuple[Array, Array]:
    """What a network that writes has before it, <start> first, and what it is to write, <end> last; (rows, length) each."""
    kept = [tuple(s[: length - 1]) for s in sentences]
    before = encoded([(MARKS[START], *s) for s in kept], words, length)
    return before, encoded([(*s, MARKS[END]) for s in kept], words, length)
