"""Random brightness: pictures brighter or darker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._augmentation import Augmentation
from core.blocks._base import Array, Example
from core.kernels.activation import rowwise, table
from core.kernels.augment import brighten
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class RandomBrightness(Augmentation):
    """Pictures times a factor between 1 - amount and 1 + amount, while training. (height, width, channels)."""

    id: ClassVar[str] = "random_brightness"
    title: ClassVar[Words] = Words("Random Brightness", "随机亮度")
    help: ClassVar[Words] = Words(
        "While training, all numbers of a picture are multiplied by one factor between 1 − a and 1 + a; in use they pass "
        "unchanged. Put it right behind Input, so that the network does not mind the light. With data brought to mean 0 "
        "it changes the contrast instead.",
        "训练时一张图像的所有数乘以 1 − a 到 1 + a 之间的同一个系数；使用时原样通过。放在输入之后，使网络不受光照影响。"
        "若数据已归一化为均值 0，改变的则是对比度。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("light", "colour jitter", "contrast", "augmentation", "光照", "数据增强")
    stem: ClassVar[str] = "brightness"

    amount: float = setting(
        0.2,
        Words("Amount", "幅度"),
        Words("How far the factor may be from 1.", "系数最多偏离 1 多少。"),
        ge=0,
        le=1,
    )

    def change(self, x: Array, y: Array, clock: Array) -> Calls:
        """y = f x."""
        size = x[0].size
        return rowwise(brighten, len(x), size, table(x, size), table(y, size), clock, self.amount)

    def caption(self) -> str:
        """The amount, such as ± 20 %."""
        return f"± {100 * self.amount:g} %"


EXAMPLES: list[Example] = [(RandomBrightness(), ((3, 4, 2),)), (RandomBrightness(amount=1), ((1, 1, 1),))]
