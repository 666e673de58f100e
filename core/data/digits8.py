"""Handwritten digits, 8 by 8: small enough for a phone, real enough to be interesting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.data._base import BUNDLED, Dataset, Source
from core.data._files import BUNDLED_FILES
from core.data._idx import read_pair
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Digits8(Source):
    """1,797 pictures of digits by 13 people; the 17 greys of the original are spread over 0 to 255."""

    id: ClassVar[str] = "digits8"
    title: ClassVar[Words] = Words("Digits 8×8 (UCI)", "手写数字 8×8（UCI）")
    group: ClassVar[Words] = BUNDLED
    help: ClassVar[Words] = Words(
        "Optical Recognition of Handwritten Digits (Alpaydin & Kaynak, 1998; UCI, CC BY 4.0), its 1,797 test "
        "pictures. Logistic regression gets 97 % right; a small network should get more. The greys 0 to 16 are spread "
        "over 0 to 255.",
        "手写数字光学识别（Alpaydin 与 Kaynak，1998；UCI，CC BY 4.0）的 1,797 张测试图。逻辑回归正确率 97 %，"
        "小网络应当更高。原灰度 0 至 16 已扩展到 0 至 255。",
    )

    def load(self) -> Dataset:
        """Pictures (rows, 8, 8, 1) and their digits."""
        return read_pair(
            BUNDLED_FILES / "digits8-images-idx3-ubyte.gz",
            BUNDLED_FILES / "digits8-labels-idx1-ubyte.gz",
            scale=255 / 16,
            name=Words("digit", "数字"),
        )
