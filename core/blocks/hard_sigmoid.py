"""Hard sigmoid: a sigmoid of straight lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import elementwise, hard_sigmoid_backward, hard_sigmoid_forward
from core.kernels.call import Calls
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class HardSigmoid(Block):
    """y = x / 6 + 1/2, cut off at 0 and 1 (Courbariaux et al., 2015; slope as in MobileNetV3, Howard et al., 2019). Any shape."""

    id: ClassVar[str] = "hard_sigmoid"
    title: ClassVar[Words] = Words("Hard Sigmoid", "硬 Sigmoid")
    group: ClassVar[Group] = "activation"
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "y = x / 6 + 1/2, cut off at 0 and 1: a sigmoid of straight lines, cheap on small devices, for gates as in "
        "MobileNetV3. Beyond ±3 it has no slope at all, so a unit that is far out stops learning.",
        "y = x / 6 + 1/2，并截断在 0 与 1 之间：由直线段组成的 Sigmoid，在小型设备上计算很快，如 MobileNetV3 中的门控。"
        "|x| 超过 3 时导数为零，该单元不再学习。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("gate", "mobilenet", "activation", "门控", "激活")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x / 6 + 1/2, cut off at 0 and 1."""
        return elementwise(hard_sigmoid_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = dy / 6 where -3 < x < 3, else 0."""
        return elementwise(hard_sigmoid_backward, b.x[0], b.dy[0], b.dx[0]) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [(HardSigmoid(), ((5,),)), (HardSigmoid(), ((4, 3, 2),))]
