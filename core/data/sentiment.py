"""Sentiment: short judgements in which the order of the words decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np

from core.data._base import SENTENCES, Dataset, Field
from core.data._grammar import GrammarSource
from core.data._made import how_many
from core.data._words import encoded, vocabulary
from core.words import Words

LENGTH = 16
_THINGS = ("food", "service", "film", "music", "room", "view", "story", "coffee", "concert", "garden")
_GOOD = ("good", "great", "lovely", "wonderful", "fine")
_BAD = ("bad", "awful", "terrible", "poor", "dreadful")
_DEGREES = ("", "very ", "really ", "so ")


@dataclass(frozen=True, kw_only=True)
class Sentiment(GrammarSource):
    """Sentences such as "the food was good , not bad at all ." and whether they praise or blame."""

    id: ClassVar[str] = "sentiment"
    title: ClassVar[Words] = Words("Praise or blame", "好评与差评")
    group: ClassVar[Words] = SENTENCES
    help: ClassVar[Words] = Words(
        'Made judgements with negations. "the food was good , not bad at all ." and "the food was bad , not good at '
        'all ." hold the same words, so a network that only counts words cannot tell them apart. Rows are padded with 0.',
        "带否定的短评。“the food was good , not bad at all .” 与 “the food was bad , not good at all .” 用词完全相同，"
        "只数单词的网络无法区分。每行以 0 填充。",
    )

    samples: int = how_many(2400)

    def load(self) -> Dataset:
        """Words (rows, 16), and classes (rows,): 0 negative, 1 positive."""
        rows = self.drawn(ALL)
        sentences = [text.split() for text, _ in rows]
        words = vocabulary((text.split() for text, _ in ALL), 100)
        praise = np.array([positive for _, positive in rows], np.int32)
        return Dataset(
            (Field(Words("sentence", "句子"), "tokens", encoded(sentences, words, LENGTH), classes=words),),
            (Field(Words("judgement", "评价"), "class", praise, classes=("negative", "positive")),),
        )


def _sentences() -> Iterator[tuple[str, bool]]:
    for thing, (own, others, positive) in product(_THINGS, ((_GOOD, _BAD, True), (_BAD, _GOOD, False))):
        for word in own:
            for degree in _DEGREES:
                yield f"the {thing} was {degree}{word} .", positive
            for end in (" .", " at all ."):
                yield f"the {thing} was not {word}{end}", not positive
            yield f"nobody could call the {thing} {word} .", not positive
        for word, other in product(own, others):
            yield f"the {thing} was {word} , not {other} .", positive
            yield f"the {thing} was {word} , not {other} at all .", positive
            yield f"the {thing} was not {other} but {word} .", positive
            yield f"i thought the {thing} would be {other} , but it was {word} .", positive


ALL = tuple(_sentences())
