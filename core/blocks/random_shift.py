"""Random shift: pictures a few pixels further on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._augmentation import Augmentation
from core.blocks._base import Array, Example
from core.blocks._conv2d import pair
from core.kernels.activation import rowwise
from core.kernels.augment import drift
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class RandomShift(Augmentation):
    """Pictures moved by whole pixels up or down, left or right, while training. (height, width, channels)."""

    id: ClassVar[str] = "random_shift"
    title: ClassVar[Words] = Words("Random Shift", "随机平移")
    help: ClassVar[Words] = Words(
        "While training, each picture moves by a few whole pixels in any direction, and zeros follow; in use it passes "
        "unchanged. Put it right behind Input, so that the network does not learn where things stood. What leaves the "
        "picture is lost: keep the distance smaller than the margin.",
        "训练时每张图像向任意方向平移若干整数像素，空出处补零；使用时原样通过。放在输入之后，使网络不去记住物体的位置。"
        "移出画面的部分会丢失：距离应小于图像的空白边。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("translate", "translation", "move", "augmentation", "移动", "数据增强")
    stem: ClassVar[str] = "shift"

    distance: tuple[int, ...] = setting(
        (2,),
        Words("Distance", "距离"),
        Words(
            "How far at most, up or down and left or right; one number for both.",
            "上下和左右最多移动多少；相同只写一个数。",
        ),
        ge=0,
        le=256,
        longest=2,
        unit="px",
    )

    def change(self, x: Array, y: Array, clock: Array) -> Calls:
        """y = x, moved."""
        return self._drift(x, y, clock, 1)

    def carry_back(self, dy: Array, dx: Array, clock: Array) -> Calls:
        """dx = dy, moved the other way."""
        return self._drift(dy, dx, clock, -1)

    def _drift(self, x: Array, y: Array, clock: Array, way: int) -> Calls:
        down, right = pair(self.distance)
        return rowwise(drift, len(x), x[0].size, x, y, clock, -down, -right, 2 * down, 2 * right, way)

    def caption(self) -> str:
        """The distances, such as ± 2 px."""
        return f"± {', '.join(map(str, self.distance))} px"


EXAMPLES: list[Example] = [
    (RandomShift(), ((5, 6, 2),)),
    (RandomShift(distance=(0, 3)), ((2, 3, 1),)),
    (RandomShift(distance=(1,)), ((1, 1, 3),)),
]
