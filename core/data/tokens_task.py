"""Copy, reverse or sort a few letters: what attention is for, in small."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from core.data._base import SEQUENCE, Dataset, Field
from core.data._made import MadeSource, how_many
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class TokensTask(MadeSource):
    """Rows of random letters; the target is the same letters as they are, backwards, or in the order of the alphabet."""

    id: ClassVar[str] = "tokens_task"
    title: ClassVar[Words] = Words("Copy, reverse, sort", "复制、反转、排序")
    group: ClassVar[Words] = SEQUENCE
    help: ClassVar[Words] = Words(
        "Letters in, the same number of letters out. An attention block learns `reverse` with position encodings, and "
        "its heat map becomes the other diagonal; without positions it cannot. `sort` needs a look at all letters at "
        "once.",
        "输入若干字母，输出同样多的字母。注意力模块加上位置编码能学会 reverse，热力图会变成反对角线；"
        "没有位置编码则学不会。sort 需要同时看到所有字母。",
    )

    task: Literal["copy", "reverse", "sort"] = setting(
        "reverse",
        Words("Task", "任务"),
        Words("What becomes of the letters.", "对字母做什么。"),
        choices={"copy": Words("copy", "复制"), "reverse": Words("reverse", "反转"), "sort": Words("sort", "排序")},
    )
    samples: int = how_many(2000)
    length: int = setting(8, Words("Length", "长度"), Words("Letters in a row.", "每行的字母数。"), ge=1, le=64)
    letters: int = setting(
        10,
        Words("Letters", "字母数"),
        Words("How many different letters there are.", "有多少种不同的字母。"),
        ge=2,
        le=26,
    )

    def load(self) -> Dataset:
        """Letters (rows, length) and what becomes of them (rows, length)."""
        given = self.random().integers(0, self.letters, (self.samples, self.length), dtype=np.int32)
        wanted = {"copy": given, "reverse": given[:, ::-1], "sort": np.sort(given, axis=1)}[self.task]
        names = tuple(string.ascii_lowercase[: self.letters])
        return Dataset(
            (Field(Words("letters", "字母"), "tokens", given, classes=names),),
            (Field(Words("wanted", "目标"), "class", np.ascontiguousarray(wanted), classes=names),),
        )
