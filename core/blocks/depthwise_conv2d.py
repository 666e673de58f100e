"""DepthwiseConv2D: each channel has filters of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Buffers, Example, Level, Shapes, Space, scope, scoped
from core.blocks._conv2d import Sliding2D
from core.initializers import Weight
from core.kernels import conv_grouped
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class DepthwiseConv2D(Sliding2D):
    """Each channel on its own, y[i, j, c·m + k] = b + Σ x[i·s + p·d, j·s + q·d, c] W[p, q, c, k] (Sifre, 2014).

    Pictures (height, width, channels) in, channels · m out; W (kernel height, kernel width, channels, m), b (channels · m,).
    """

    id: ClassVar[str] = "depthwise_conv2d"
    title: ClassVar[Words] = Words("DepthwiseConv2D", "深度卷积")
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "Each channel is filtered on its own, by a few weights only. A Conv2D of 1×1 after it mixes the channels: together "
        "they cost a fraction of a full convolution, as in MobileNet. By itself it never mixes channels.",
        "每个通道单独滤波，只需很少的权重。其后接 1×1 卷积混合通道，总开销只是普通卷积的一小部分，如 MobileNet。"
        "单独使用时通道之间没有联系。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("mobilenet", "convolution", "channelwise", "逐通道", "卷积")
    stem: ClassVar[str] = "depthwise"

    multiplier: int = setting(
        1,
        Words("Filters per channel", "每通道卷积核数"),
        Words("How many maps come out for each channel.", "每个通道输出多少张特征图。"),
        ge=1,
        le=256,
        advanced=True,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(h, w, c) -> (h', w', c · multiplier)."""
        return ((*self.windows(ins[0]), ins[0][2] * self.multiplier),)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """W (kernel height, kernel width, channels, multiplier), b (channels · multiplier,)."""
        (kh, kw), channels = self.kernel(), ins[0][2]
        fans = (kh * kw, kh * kw * self.multiplier)
        filters = Weight((kh, kw, channels, self.multiplier), self.start, decays=True, fans=fans)
        return {"W": filters} | ({"b": Weight((channels * self.multiplier,))} if self.bias else {})

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What the weight gradient needs."""
        (kh, kw), channels = self.kernel(), ins[0][2]
        sizes = ((batch, *ins[0]), (kh, kw, 1, channels * self.multiplier), *self.lie(ins[0]))
        return scoped("dw", conv_grouped.weight_gradient_space(*sizes)) if train else {}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y = x * W + b, channel by channel."""
        lie = self.lie(b.x[0].shape[1:])
        return conv_grouped.forward(b.x[0], alone(b.w["W"]), b.w.get("b"), b.y[0], *lie, {})

    def backward(self, b: Buffers) -> Calls:
        """DW is x correlated with dy, db = Σ dy, dx is dy carried back, channel by channel."""
        x, dy, lie = b.x[0], b.dy[0], self.lie(b.x[0].shape[1:])
        calls = [*conv_grouped.weight_gradient(x, dy, alone(b.dw["W"]), b.dw.get("b"), *lie, scope(b, "dw"))]
        if b.dx[0] is not None:
            calls += conv_grouped.input_gradient(dy, alone(b.w["W"]), b.dx[0], *lie, {})
        return calls

    def multiply_adds(self, ins: Shapes) -> int:
        """Pixels out × maps × pixels under a filter."""
        height, width, maps = self.out_shapes(ins)[0]
        kh, kw = self.kernel()
        return height * width * maps * kh * kw

    def caption(self) -> str:
        """The kernel size, such as `3×3`."""
        kh, kw = self.kernel()
        return f"{kh}×{kw}"


def alone(W: Array) -> Array:
    """The filters (kh, kw, channels, m) as those of as many groups of one channel, (kh, kw, 1, channels · m)."""
    return W.reshape(*W.shape[:2], 1, -1)


EXAMPLES: list[Example] = [
    (DepthwiseConv2D(), ((5, 4, 3),)),
    (DepthwiseConv2D(kernel_size=(2, 3), multiplier=2, padding="same", stride=(2,), bias=False), ((5, 6, 2),)),
    (DepthwiseConv2D(kernel_size=(2,), stride=(3,), padding="explicit", pads=(1, 0)), ((5, 6, 17),)),
    (DepthwiseConv2D(kernel_size=(1,)), ((1, 1, 1),)),
]
