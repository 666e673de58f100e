"""Translation: plain English sentences and what they are in Chinese, character by character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import ClassVar

from core.data._base import SENTENCES, Dataset, Field
from core.data._grammar import GrammarSource
from core.data._made import how_many
from core.data._words import encoded, so_far_and_next, vocabulary
from core.words import Words

ENGLISH_LENGTH = 10
CHINESE_LENGTH = 17
_THINGS = (  # one, several, Chinese, and the word that counts it
    ("cat", "cats", "猫", "只"), ("dog", "dogs", "狗", "只"), ("bird", "birds", "鸟", "只"),
    ("apple", "apples", "苹果", "个"), ("cup", "cups", "杯子", "个"), ("book", "books", "书", "本"),
    ("flower", "flowers", "花", "朵"), ("fish", "fish", "鱼", "条"), ("hat", "hats", "帽子", "顶"),
    ("picture", "pictures", "画", "幅"),
)  # fmt: skip
_COLOURS = (("", ""), ("red ", "红色的"), ("blue ", "蓝色的"), ("white ", "白色的"), ("black ", "黑色的"))
_COUNTS = (("a", "一"), ("two", "两"), ("three", "三"), ("four", "四"))
_PEOPLE = (("i", "我"), ("you", "你"), ("he", "他"), ("she", "她"), ("we", "我们"), ("they", "他们"))
_OWNERS = (("my", "我的"), ("your", "你的"), ("his", "他的"), ("her", "她的"), ("our", "我们的"))
_LIKING = (("like", "likes", "喜欢"), ("want", "wants", "想要"), ("see", "sees", "看见"))
_PAST = (("bought", "买了"), ("saw", "看见了"), ("lost", "丢了"), ("drew", "画了"))
_TIMES = (("yesterday", "昨天"), ("this morning", "今天早上"))
_PLACES = (("on the table", "在桌子上"), ("under the chair", "在椅子下面"), ("behind the door", "在门后面"))


@dataclass(frozen=True, kw_only=True)
class Translation(GrammarSource):
    """Pairs such as "she bought two red apples yesterday" and 她昨天买了两个红色的苹果."""

    id: ClassVar[str] = "translation"
    title: ClassVar[Words] = Words("English to Chinese", "英译汉")
    group: ClassVar[Words] = SENTENCES
    asks_for_next: ClassVar[bool] = True
    help: ClassVar[Words] = Words(
        "Made sentence pairs. Time comes last in English and early in Chinese, questions are turned round, and every "
        "thing is counted with a word of its own. Two inputs: the English words, and the Chinese characters written so "
        "far, beginning with <start>. The target is the next character at every place. Padding is 0 and should be masked.",
        "生成的句对。英语的时间在句末而汉语在前，疑问句语序不同，各种东西有各自的量词。有两个输入：英语单词，以及已写出的"
        "汉字（以 <start> 开头）；目标是每个位置的下一个字。填充为 0，应予屏蔽。",
    )

    samples: int = how_many(5000)

    def load(self) -> Dataset:
        """English words (rows, 10), Chinese so far and next characters, (rows, 17) each."""
        everything = pairs()
        english, chinese = (
            vocabulary((e.split() for e, _ in everything), 200),
            vocabulary((c for _, c in everything), 200),
        )
        rows = self.drawn(everything)
        before, after = so_far_and_next([tuple(c) for _, c in rows], chinese, CHINESE_LENGTH)
        given = encoded([e.split() for e, _ in rows], english, ENGLISH_LENGTH)
        return Dataset(
            (
                Field(Words("English", "英语"), "tokens", given, classes=english),
                Field(Words("Chinese so far", "已写出的汉语"), "tokens", before, classes=chinese),
            ),
            (Field(Words("next character", "下一个字"), "class", after, classes=chinese),),
        )


@cache
def pairs() -> tuple[tuple[str, str], ...]:
    """All that the grammar can say."""
    return tuple(_sentences())


def _sentences() -> Iterator[tuple[str, str]]:
    for (who, person), (colour, tint), (one, several, thing, word) in product(_PEOPLE, _COLOURS, _THINGS):
        third = who in {"he", "she"}
        for (plain, with_s, verb), (count, number) in product(_LIKING, _COUNTS):
            noun = one if count == "a" else several
            yield (
                f"{who} {with_s if third else plain} {count} {colour}{noun}",
                f"{person}{verb}{number}{word}{tint}{thing}",
            )
        for (past, verb), (count, number), (when, time) in product(_PAST, _COUNTS, _TIMES):
            noun = one if count == "a" else several
            yield f"{who} {past} {count} {colour}{noun} {when}", f"{person}{time}{verb}{number}{word}{tint}{thing}"
        for plain, _, verb in _LIKING:
            does = "does" if third else "do"
            yield f"{does} {who} {plain} this {colour}{one} ?", f"{person}{verb}这{word}{tint}{thing}吗？"
            yield f"{who} {does} not {plain} this {colour}{one}", f"{person}不{verb}这{word}{tint}{thing}"
    for (owner, whose), (one, _, thing, _), (place, where) in product(_OWNERS, _THINGS, _PLACES):
        yield f"{owner} {one} is {place}", f"{whose}{thing}{where}"
        yield f"is {owner} {one} {place} ?", f"{whose}{thing}{where}吗？"
    for (owner, whose), (one, _, thing, _) in product(_OWNERS, _THINGS):
        yield f"where is {owner} {one} ?", f"{whose}{thing}在哪里？"
