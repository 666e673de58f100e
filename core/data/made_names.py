"""Made names: words nobody is called, letter by letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.data._base import SENTENCES, Dataset
from core.data._letters import spelt
from core.data._made import MadeSource, how_many
from core.words import Words

LENGTH = 14
_BEGINS = ("b", "br", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "z", "")
_VOWELS = ("a", "e", "i", "o", "u", "ia", "ea")
_CLOSES = ("", "", "l", "n", "r", "s")
_ENDS = ("a", "o", "en", "ina", "us", "iel", "ette", "y")


@dataclass(frozen=True, kw_only=True)
class MadeNames(MadeSource):
    """Two or three syllables and an ending, such as "brelina"."""

    id: ClassVar[str] = "made_names"
    title: ClassVar[Words] = Words("Made-up names", "虚构的名字")
    group: ClassVar[Words] = SENTENCES
    asks_for_next: ClassVar[bool] = True
    help: ClassVar[Words] = Words(
        "Names of different lengths from a few syllables. The input is the name as far as it is spelt, beginning with "
        "<start>; the target is the next letter, <end> at the end. A network that has learnt it can invent names of "
        "its own. Padding is 0 and should be masked.",
        "由音节拼成、长短不一的名字。输入是已拼出的部分（以 <start> 开头），目标是下一个字母，末尾为 <end>。"
        "学会之后，网络可以自己造名字。填充为 0，应予屏蔽。",
    )

    samples: int = how_many(3000)

    def load(self) -> Dataset:
        """Letters so far and next letters, (rows, 14) each."""
        random = self.random()

        def one(parts: tuple[str, ...]) -> str:
            return parts[int(random.integers(len(parts)))]

        def name() -> str:
            syllables = [one(_BEGINS) + one(_VOWELS) + one(_CLOSES) for _ in range(1 + int(random.integers(2)))]
            return "".join([*syllables, one(_BEGINS[:-1]), one(_ENDS)])

        return spelt([name()[: LENGTH - 1] for _ in range(self.samples)], LENGTH)
