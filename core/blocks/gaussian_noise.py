"""Gaussian noise: each step sees slightly other numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Shapes
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.merge import copy
from core.kernels.noise import add_noise
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class GaussianNoise(Block):
    """y = x + n while training, n from a normal distribution of mean 0 (Bishop, 1995). Any shape."""

    id: ClassVar[str] = "gaussian_noise"
    title: ClassVar[Words] = Words("Gaussian Noise", "高斯噪声")
    group: ClassVar[Group] = "normalisation"
    help: ClassVar[Words] = Words(
        "While training, y = x + n with n from a normal distribution of mean 0; in use, everything passes. Small "
        "changes of the data should not change the answer: put it after the input. Noise larger than the data drowns "
        "it.",
        "训练时 y = x + n，n 服从均值为 0 的正态分布；使用时全部通过。数据的微小变化不应改变结果：适合放在输入之后。"
        "噪声大于数据本身时会将其淹没。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("noise", "augmentation", "regularisation", "regularization", "噪声", "正则化")
    stem: ClassVar[str] = "noise"

    standard_deviation: float = setting(
        0.1,
        Words("Standard deviation", "标准差"),
        Words("How large the noise is.", "噪声的大小。"),
        ge=0,
        le=100,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Training: y = x + n. In use: y = x."""
        if not train:
            return copy(b.x[0], b.y[0])
        return elementwise(add_noise, b.x[0], b.y[0], numbers=(b.clock, self.standard_deviation))

    def backward(self, b: Buffers) -> Calls:
        """dx = dy."""
        return copy(b.dy[0], b.dx[0]) if b.dx[0] is not None else ()

    def caption(self) -> str:
        """The standard deviation, such as σ = 0.1."""
        return f"σ = {self.standard_deviation:g}"


EXAMPLES: list[Example] = [(GaussianNoise(), ((50,),)), (GaussianNoise(standard_deviation=2.0), ((4, 3, 2),))]
