"""Handwritten digits, 28 by 28: a balanced part of MNIST."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from core.data._base import BUNDLED, Dataset, Source
from core.data._files import BUNDLED_FILES
from core.data._idx import read_pair
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Digits28(Source):
    """6,000 training and 1,500 test pictures of MNIST, as many of each digit."""

    id: ClassVar[str] = "digits28"
    title: ClassVar[Words] = Words("Digits 28×28 (MNIST)", "手写数字 28×28（MNIST）")
    group: ClassVar[Words] = BUNDLED
    help: ClassVar[Words] = Words(
        "A tenth of MNIST (LeCun, Cortes, Burges; CC BY-SA 3.0): 600 training and 150 test pictures of each digit. "
        "LeNet gets about 97 % of the test right after ten epochs, a few seconds. For all 60,000 choose IDX files.",
        "MNIST（LeCun、Cortes、Burges；CC BY-SA 3.0）的十分之一：每个数字 600 张训练图、150 张测试图。"
        "LeNet 训练十轮（几秒钟）后测试正确率约 97 %。要用全部 60,000 张，请选“IDX 文件”。",
    )

    def load(self) -> Dataset:
        """Pictures (rows, 28, 28, 1) and their digits, with the test part."""
        parts = (
            read_pair(
                BUNDLED_FILES / f"digits28-{part}-images-idx3-ubyte.gz",
                BUNDLED_FILES / f"digits28-{part}-labels-idx1-ubyte.gz",
                name=Words("digit", "数字"),
            )
            for part in ("train", "test")
        )
        train, test = parts
        return replace(train, test=test)
