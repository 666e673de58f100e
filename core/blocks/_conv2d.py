"""What convolutions over pictures share: how filters lie on the picture, and how they begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Block, Group, Shape
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.initializers import MATRIX_STARTS
from core.kernels.conv2d import Padding, Pair, output_size
from core.settings import setting
from core.words import Words

Lie = tuple[Pair, Padding, Pair]  # stride, padding, dilation, as kernels take them
PADDINGS = {
    "valid": Words("Valid: no zeros", "Valid：不补零"),
    "same": Words("Same: size stays", "Same：尺寸不变"),
    "explicit": Words("Explicit", "指定数量"),
}


@dataclass(frozen=True, kw_only=True)
class Filters(Block):
    """A block with a number of filters. Named last among the bases, so that they come first in the panel."""

    filters: int = setting(
        16, Words("Filters", "卷积核数"), Words("How many maps come out.", "输出多少张特征图。"), ge=1, le=65536
    )


@dataclass(frozen=True, kw_only=True)
class Sliding2D(Block):
    """Filters of a few pixels that slide over a picture."""

    group: ClassVar[Group] = "convolution"

    kernel_size: tuple[int, ...] = setting(
        (3,),
        Words("Kernel size", "核大小"),
        Words(
            "Height and width of a filter in pixels; one number for a square.",
            "卷积核的高和宽（像素）；正方形只写一个数。",
        ),
        ge=1,
        le=64,
        longest=2,
    )
    stride: tuple[int, ...] = setting(
        (1,),
        Words("Stride", "步幅"),
        Words("How far a filter moves each time, down and right.", "卷积核每次向下和向右移动的像素数。"),
        ge=1,
        le=64,
        longest=2,
    )
    padding: Literal["valid", "same", "explicit"] = setting(
        "valid",
        Words("Padding", "填充"),
        Words(
            "'same' adds zeros around the picture, so that height and width stay.",
            "“same”在图的四周补零，使高和宽不变。",
        ),
        choices=PADDINGS,
    )
    pads: tuple[int, ...] = setting(
        (1,),
        Words("Zeros", "补零"),
        Words(
            "Rows of zeros above and below, columns left and right; one number for both.",
            "上下各补多少行零，左右各补多少列零；相同只写一个数。",
        ),
        ge=0,
        le=64,
        longest=2,
        unit="px",
        shown_if=("padding", "explicit"),
    )
    dilation: tuple[int, ...] = setting(
        (1,),
        Words("Dilation", "空洞"),
        Words("Distance between the pixels a filter looks at.", "卷积核所看像素之间的间隔。"),
        ge=1,
        le=64,
        longest=2,
        advanced=True,
    )
    start: str = setting(
        "glorot",
        Words("Start", "初始化"),
        Words("How the filters begin.", "卷积核的初始值。"),
        choices=MATRIX_STARTS,
        advanced=True,
    )
    bias: bool = setting(
        True, Words("Bias", "偏置"), Words("Adds a number of its own to every map.", "为每张特征图加上一个可学习的数。"),
        advanced=True,
    )  # fmt: skip

    def kernel(self) -> Pair:
        """Height and width of a filter."""
        return pair(self.kernel_size)

    def lie(self, x: Shape) -> Lie:
        """How filters lie on a picture; where `same` is odd, the end gets more, as in Keras and ONNX's SAME_UPPER."""
        stride, dilation = pair(self.stride), pair(self.dilation)
        if self.padding == "valid":
            return stride, (0, 0, 0, 0), dilation
        if self.padding == "explicit":
            down, right = pair(self.pads)
            return stride, (down, down, right, right), dilation
        whole = [
            max((-(-size // step) - 1) * step + gap * (taps - 1) + 1 - size, 0)
            for size, taps, step, gap in zip(x[:2], self.kernel(), stride, dilation, strict=True)
        ]
        (top, left), (bottom, right) = (n // 2 for n in whole), (n - n // 2 for n in whole)
        return stride, (top, bottom, left, right), dilation

    def windows(self, x: Shape) -> Pair:
        """Height and width that come out. Raises ShapeError for what is no picture, or too small a one."""
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        (kh, kw), (stride, (top, bottom, left, right), gap) = self.kernel(), self.lie(x)
        height = output_size(x[0], kh, stride[0], top, bottom, gap[0])
        width = output_size(x[1], kw, stride[1], left, right, gap[1])
        if height < 1 or width < 1:
            reach = f"{gap[0] * (kh - 1) + 1}×{gap[1] * (kw - 1) + 1}"
            raise ShapeError(
                Words(
                    f"A filter that covers {reach} pixels does not fit into a picture of {x[0]}×{x[1]}. "
                    "Make the filter smaller, pool less before it, or set padding to 'same'.",
                    f"覆盖 {reach} 像素的卷积核放不进 {x[0]}×{x[1]} 的图。请减小卷积核、减少之前的池化，或把填充设为“same”。",
                )
            )
        return height, width


def pair(value: tuple[int, ...]) -> Pair:
    """One number for both axes, or one for each."""
    return value[0], value[-1]
