"""Words letter by letter, for networks that spell."""

from __future__ import annotations

from collections.abc import Sequence

from core.data._base import Dataset, Field
from core.data._words import MARKS, so_far_and_next
from core.words import Words

MOST_LETTERS = 4096


def spelt(names: Sequence[str], length: int) -> Dataset:
    """Letters so far and next letters, (rows, length) each; the vocabulary is the marks and all letters there are."""
    letters = (*MARKS, *sorted(set().union(*names)))
    before, after = so_far_and_next(names, letters, length)
    return Dataset(
        (Field(Words("letters so far", "已拼出的字母"), "tokens", before, classes=letters),),
        (Field(Words("next letter", "下一个字母"), "class", after, classes=letters),),
    )
