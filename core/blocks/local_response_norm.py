"""Local response normalisation: channels that shout damp their neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Level, Shapes, Space, elements
from core.kernels.activation import rowwise, table
from core.kernels.call import Calls
from core.kernels.local_norm import local_norm_backward, local_norm_forward
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class LocalResponseNorm(Block):
    """y = x / (k + α / size · Σ x²)^β over `size` neighbouring channels (Krizhevsky et al., 2012). (…, channels).

    As in PyTorch, Caffe and ONNX α is for the mean square; the paper's 10⁻⁴ is for the sum, α = 5 · 10⁻⁴ for 5 channels.
    """

    id: ClassVar[str] = "local_response_norm"
    title: ClassVar[Words] = Words("LocalResponseNorm", "局部响应归一化")
    group: ClassVar[Group] = "normalisation"
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "y = x / (k + α / size · Σ x²)^β, over the channels next to it at the same pixel: a strong response damps its "
        "neighbours. Goes after the first ReLUs of AlexNet, with these settings. VGG found that it changes little; newer "
        "networks take BatchNorm.",
        "y = x / (k + α / size · Σ x²)^β，对同一像素的相邻通道求和：强响应会抑制相邻通道。在 AlexNet 中位于前几个 ReLU 之后，"
        "默认设置即其取值。VGG 发现作用不大，较新的网络改用批归一化。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("lrn", "alexnet", "lateral inhibition", "normalization", "侧抑制", "归一化")
    stem: ClassVar[str] = "lrn"

    size: int = setting(
        5,
        Words("Channels", "通道范围"),
        Words("How many neighbouring channels count.", "计入多少个相邻通道。"),
        ge=1,
        le=255,
    )
    alpha: float = setting(5e-4, Words("Alpha", "α"), Words("How strongly they damp.", "抑制的强度。"), ge=0, le=100)
    beta: float = setting(0.75, Words("Beta", "β"), Words("The exponent.", "指数。"), gt=0, le=10, advanced=True)
    k: float = setting(
        2.0, Words("K", "k"), Words("What is added, so that nothing is divided by zero.", "所加的常数，避免除以零。"),
        gt=0, le=100, advanced=True,
    )  # fmt: skip

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What each number is divided by, and in training a term of its slope."""
        channels = ins[0][-1]
        each = Space((batch * elements(ins[0]) // channels, channels))
        return {"level": each} | ({"tilt": each} if train else {})

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x level^-β."""
        level = b.scratch["level"]
        rows, channels = level.shape
        arrays = (table(b.x[0], channels), table(b.y[0], channels), level)
        return rowwise(local_norm_forward, rows, channels, *arrays, self.size, self.k, self.alpha, self.beta)

    def backward(self, b: Buffers) -> Calls:
        """dx = dy level^-β, less what x did to its neighbours."""
        if b.dx[0] is None:
            return ()
        level, tilt = b.scratch["level"], b.scratch["tilt"]
        rows, channels = level.shape
        x, dy, dx = (table(a, channels) for a in (b.x[0], b.dy[0], b.dx[0]))
        return rowwise(local_norm_backward, rows, channels, x, dy, level, tilt, dx, self.size, self.alpha, self.beta)

    def caption(self) -> str:
        """The channels that count."""
        return str(self.size)


EXAMPLES: list[Example] = [
    (LocalResponseNorm(alpha=1.0), ((3, 2, 7),)),
    (LocalResponseNorm(size=4, alpha=2.0, beta=0.5, k=1.0), ((9,),)),
    (LocalResponseNorm(size=9), ((2, 3),)),
]
