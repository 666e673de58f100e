"""SeparableConv2D: a filter for each channel, then a mixture of the channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Buffers, Example, Level, Shapes, Space, scope, scoped
from core.blocks._conv2d import Filters, Lie, Sliding2D
from core.blocks.depthwise_conv2d import alone
from core.initializers import Weight
from core.kernels import conv2d, conv_grouped
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words

POINT: Lie = ((1, 1), (0, 0, 0, 0), (1, 1))  # how filters of one pixel lie


@dataclass(frozen=True, kw_only=True)
class SeparableConv2D(Sliding2D, Filters):
    """A depthwise convolution D, then one of single pixels W with bias b, y = (x * D) W + b (Chollet, 2016).

    Pictures (height, width, channels); D (kernel height, kernel width, channels, m), W (channels · m, filters), b (filters,).
    """

    id: ClassVar[str] = "separable_conv2d"
    title: ClassVar[Words] = Words("SeparableConv2D", "可分离卷积")
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "First each channel is filtered on its own, then every pixel's channels are mixed: nearly a Conv2D with a ninth of "
        "the work for 3×3 filters, as in Xception and MobileNet. There is no activation between the two. With few "
        "channels, such as a picture's three, Conv2D is better.",
        "先对每个通道单独滤波，再逐像素混合各通道：效果接近普通卷积，对 3×3 卷积核计算量约为九分之一，如 Xception 与 MobileNet。"
        "两步之间没有激活函数。通道很少时（如彩色图的三个通道）普通卷积更好。",
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "xception",
        "mobilenet",
        "convolution",
        "depthwise separable",
        "深度可分离",
        "卷积",
    )
    stem: ClassVar[str] = "separable"

    multiplier: int = setting(
        1,
        Words("Filters per channel", "每通道卷积核数"),
        Words("How many maps the first step makes of each channel.", "第一步由每个通道生成多少张特征图。"),
        ge=1,
        le=256,
        advanced=True,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(h, w, c) -> (h', w', filters)."""
        return ((*self.windows(ins[0]), self.filters),)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """D (kernel height, kernel width, channels, multiplier), W (channels · multiplier, filters), b (filters,)."""
        (kh, kw), channels = self.kernel(), ins[0][2]
        maps, taps = channels * self.multiplier, kh * kw
        own = Weight((kh, kw, channels, self.multiplier), self.start, decays=True, fans=(taps, taps * self.multiplier))
        mixed = Weight((maps, self.filters), self.start, decays=True, fans=(maps, self.filters))
        return {"D": own, "W": mixed} | ({"b": Weight((self.filters,))} if self.bias else {})

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """The maps between the two steps, their gradient, and what the convolutions need."""
        (kh, kw), channels = self.kernel(), ins[0][2]
        maps = channels * self.multiplier
        middle = (batch, *self.windows(ins[0]), maps)
        first = ((batch, *ins[0]), (kh, kw, 1, maps), *self.lie(ins[0]))
        second = (middle, (1, 1, maps, self.filters), *POINT)
        spaces = {"middle": Space(middle), **scoped("y", conv2d.forward_space(*second))}
        if train:
            spaces |= {"slopes": Space(middle), **scoped("dD", conv_grouped.weight_gradient_space(*first))}
            spaces |= scoped("dm", conv2d.input_gradient_space(*second))
            spaces |= scoped("dW", conv2d.weight_gradient_space(*second))
        return spaces

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y = (x * D) W + b."""
        x, middle = b.x[0], b.scratch["middle"]
        return (
            *conv_grouped.forward(x, alone(b.w["D"]), None, middle, *self.lie(x.shape[1:]), {}),
            *conv2d.forward(middle, b.w["W"][None, None], b.w.get("b"), b.y[0], *POINT, scope(b, "y")),
        )

    def backward(self, b: Buffers) -> Calls:
        """The way back through the mixture, then through each channel."""
        x, dy, middle, slopes = b.x[0], b.dy[0], b.scratch["middle"], b.scratch["slopes"]
        lie = self.lie(x.shape[1:])
        calls = [
            *conv2d.weight_gradient(middle, dy, b.dw["W"][None, None], b.dw.get("b"), *POINT, scope(b, "dW")),
            *conv2d.input_gradient(dy, b.w["W"][None, None], slopes, *POINT, scope(b, "dm")),
            *conv_grouped.weight_gradient(x, slopes, alone(b.dw["D"]), None, *lie, scope(b, "dD")),
        ]
        if b.dx[0] is not None:
            calls += conv_grouped.input_gradient(slopes, alone(b.w["D"]), b.dx[0], *lie, {})
        return calls

    def multiply_adds(self, ins: Shapes) -> int:
        """Pixels out × maps between × (pixels under a filter + filters)."""
        height, width = self.windows(ins[0])
        kh, kw = self.kernel()
        return height * width * ins[0][2] * self.multiplier * (kh * kw + self.filters)

    def caption(self) -> str:
        """Filters and kernel size, such as `16 · 3×3`."""
        kh, kw = self.kernel()
        return f"{self.filters} · {kh}×{kw}"


EXAMPLES: list[Example] = [
    (SeparableConv2D(filters=3), ((5, 4, 3),)),
    (
        SeparableConv2D(filters=2, kernel_size=(2, 3), multiplier=2, padding="same", stride=(2,), bias=False),
        ((5, 6, 2),),
    ),
    (SeparableConv2D(filters=5, kernel_size=(2,), stride=(3,), padding="explicit", pads=(1,)), ((5, 6, 17),)),
    (SeparableConv2D(filters=1, kernel_size=(1,)), ((1, 1, 1),)),
]
