"""Random flip: pictures in the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._augmentation import Augmentation
from core.blocks._base import Array, Example
from core.kernels.activation import rowwise
from core.kernels.augment import flip
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class RandomFlip(Augmentation):
    """Every other picture in the mirror, while training. (height, width, channels)."""

    id: ClassVar[str] = "random_flip"
    title: ClassVar[Words] = Words("Random Flip", "随机翻转")
    help: ClassVar[Words] = Words(
        "While training, each picture is turned over with probability ½, left for right, top for bottom, or both; in use it "
        "passes unchanged. Put it right behind Input. Twice the pictures for animals and landscapes, and wrong for digits "
        "and letters, whose meaning changes in the mirror.",
        "训练时每张图像以 ½ 的概率左右翻转、上下翻转或两者兼有；使用时原样通过。放在输入之后。对动物和风景相当于数据翻倍，"
        "但不适用于数字和字母：镜像后含义会改变。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("mirror", "horizontal flip", "augmentation", "镜像", "数据增强")
    stem: ClassVar[str] = "flip"

    across: bool = setting(
        True,
        Words("Left and right", "左右翻转"),
        Words("Whether left and right may change places.", "是否允许左右互换。"),
    )
    down: bool = setting(
        False,
        Words("Upside down", "上下翻转"),
        Words("Whether top and bottom may change places.", "是否允许上下互换。"),
    )

    def change(self, x: Array, y: Array, clock: Array) -> Calls:
        """y = x or its mirror image."""
        return rowwise(flip, len(x), x[0].size, x, y, clock, int(self.across), int(self.down))

    def caption(self) -> str:
        """The directions."""
        return " ".join(sign for sign, may in (("↔", self.across), ("↕", self.down)) if may)


EXAMPLES: list[Example] = [
    (RandomFlip(), ((3, 4, 2),)),
    (RandomFlip(down=True), ((5, 3, 1),)),
    (RandomFlip(across=False), ((1, 1, 3),)),
]
