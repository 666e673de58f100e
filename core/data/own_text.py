"""Village tales: a bundled text whose rules a network can find out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.data._base import BUNDLED, Dataset, Source
from core.data._characters import held_out_setting, length_setting, stride_setting, windows
from core.data._files import BUNDLED_FILES
from core.data._text import read_text
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class OwnText(Source):
    """Very short tales in simple English, made by a small grammar that comes with the program."""

    id: ClassVar[str] = "own_text"
    title: ClassVar[Words] = Words("Village tales (characters)", "村庄小故事（字符）")
    group: ClassVar[Words] = BUNDLED
    asks_for_next: ClassVar[bool] = True
    help: ClassVar[Words] = Words(
        "Some 60,000 characters of tales about animals who trade, count and walk in the rain. Spelling is learnt "
        "first, then grammar, then what hangs together over a sentence or a tale: names, he and she, sums, and what "
        "the weather asks for.",
        "约六万字符的小故事：动物们做买卖、数数、雨中散步。网络先学会拼写，再学会语法，最后学会跨句甚至跨篇的联系："
        "名字、他与她、加法，以及什么天气带什么。",
    )

    length: int = length_setting()
    stride: int = stride_setting(16)
    held_out: float = held_out_setting()

    def load(self) -> Dataset:
        """Characters (rows, length) and the ones that follow (rows, length)."""
        path = BUNDLED_FILES / "village_tales.txt"
        text, _ = read_text(path, "utf-8", 1 << 20)
        return windows(text, self.length, self.stride, self.held_out, path)
