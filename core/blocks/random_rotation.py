"""Random rotation: pictures turned a little."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from core.blocks._augmentation import Augmentation
from core.blocks._base import Array, Example
from core.kernels.activation import rowwise
from core.kernels.augment import rotate, rotate_back
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class RandomRotation(Augmentation):
    """Pictures turned about their middle, bilinear and with zeros beyond the edge, while training. (height, width, channels)."""

    id: ClassVar[str] = "random_rotation"
    title: ClassVar[Words] = Words("Random Rotation", "随机旋转")
    help: ClassVar[Words] = Words(
        "While training, each picture is turned about its middle by an angle between −a and a; zeros fill the corners. In "
        "use it passes unchanged. Put it right behind Input. Ten degrees or so do good for digits; half a turn makes a 6 "
        "of a 9.",
        "训练时每张图像绕中心旋转 −a 到 a 之间的角度，角落补零；使用时原样通过。放在输入之后。对手写数字，十度左右有益；"
        "转半圈会把 9 变成 6。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("rotate", "turn", "angle", "augmentation", "角度", "数据增强")
    stem: ClassVar[str] = "rotate"

    degrees: float = setting(
        10.0,
        Words("Angle", "角度"),
        Words("How far at most, either way.", "向任一方向最多旋转多少。"),
        ge=0,
        le=180,
        unit="°",
    )

    def change(self, x: Array, y: Array, clock: Array) -> Calls:
        """y = x, turned."""
        return rowwise(rotate, len(x), x[0].size, x, y, clock, math.radians(self.degrees))

    def carry_back(self, dy: Array, dx: Array, clock: Array) -> Calls:
        """dx = each dy, shared out over the pixels it came from."""
        return rowwise(rotate_back, len(dx), dx[0].size, dy, dx, clock, math.radians(self.degrees))

    def caption(self) -> str:
        """The angle, such as ± 10°."""
        return f"± {self.degrees:g}°"


EXAMPLES: list[Example] = [
    (RandomRotation(degrees=40), ((5, 6, 2),)),
    (RandomRotation(degrees=180), ((4, 3, 1),)),
    (RandomRotation(), ((1, 1, 3),)),
]
