"""Conv2D: small filters slide over a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.blocks._base import Block, Buffers, Example, Gap, Level, Shapes, Space, scope, scoped
from core.blocks._conv2d import Filters, Sliding2D
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels import conv2d, conv_grouped
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Conv2D(Sliding2D, Filters):
    """2-D convolution, y[i, j, o] = b[o] + Σ x[i·s + p·d, j·s + q·d, c] W[p, q, c, o] (LeCun et al., 1989).

    Pictures (height, width, channels) in and out; W (kernel height, kernel width, channels / groups, filters), b (filters,).
    """

    id: ClassVar[str] = "conv2d"
    title: ClassVar[Words] = Words("Conv2D", "二维卷积")
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "Filters of a few pixels slide over the picture; each makes one map of where its pattern is found. The layer of image "
        "networks: the same weights at every place. 'same' padding keeps height and width, 'valid' loses the border. "
        "Put an activation after it.",
        "几个像素大的卷积核在图上滑动，各生成一张特征图，显示其模式出现在哪里。图像网络的核心层：各处共享同一组权重。"
        "“same”填充保持高和宽，“valid”会丢掉边缘。其后应接激活函数。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("convolution", "cnn", "filter", "卷积", "滤波器")
    stem: ClassVar[str] = "conv"

    groups: int = setting(
        1,
        Words("Groups", "分组数"),
        Words(
            "Channels and filters fall into so many groups, and a filter sees the channels of its own only.",
            "通道与卷积核分成若干组，每个卷积核只看本组的通道。",
        ),
        ge=1,
        le=65536,
        advanced=True,
    )

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """1×1, as in the shortcuts of ResNet: as many channels as beside it, and where that is smaller, as large a step."""
        if len(gap.have) != 3:
            return ()
        pictures = [x for x in gap.beside if len(x) == 3]
        return tuple(cls(filters=x[2], kernel_size=(1,), stride=(max(1, gap.have[0] // x[0]),)) for x in pictures)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(h, w, c) -> (h', w', filters)."""
        (x,) = ins
        height, width = self.windows(x)
        if x[2] % self.groups or self.filters % self.groups:
            raise ShapeError(
                Words(
                    f"Conv2D cannot cut {x[2]} channels and {self.filters} filters into {self.groups} equal groups. "
                    "Choose a number of groups that divides both; 1 means no groups.",
                    f"二维卷积无法把 {x[2]} 个通道和 {self.filters} 个卷积核等分为 {self.groups} 组。"
                    "请选择能整除两者的分组数；1 表示不分组。",
                )
            )
        return ((height, width, self.filters),)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """W (kernel height, kernel width, channels / groups, filters), b (filters,)."""
        (kh, kw), channels = self.kernel(), ins[0][2] // self.groups
        fans = (kh * kw * channels, kh * kw * self.filters // self.groups)
        filters = Weight((kh, kw, channels, self.filters), self.start, decays=True, fans=fans)
        return {"W": filters} | ({"b": Weight((self.filters,))} if self.bias else {})

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What the three convolutions need; one after the other, so forward and backward each have their own."""
        way, sizes = self._way(), ((batch, *ins[0]), self.weights(ins)["W"].shape, *self.lie(ins[0]))
        spaces = scoped("y", way.forward_space(*sizes))
        if train:
            spaces |= scoped("dx", way.input_gradient_space(*sizes))
            spaces |= scoped("dw", way.weight_gradient_space(*sizes))
        return spaces

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y = x * W + b."""
        x = b.x[0]
        calls: Calls = self._way().forward(x, b.w["W"], b.w.get("b"), b.y[0], *self.lie(x.shape[1:]), scope(b, "y"))
        return calls

    def backward(self, b: Buffers) -> Calls:
        """DW is x correlated with dy, db = Σ dy, dx is dy convolved with the turned filters."""
        x, dy, way = b.x[0], b.dy[0], self._way()
        lie = self.lie(x.shape[1:])
        calls = [*way.weight_gradient(x, dy, b.dw["W"], b.dw.get("b"), *lie, scope(b, "dw"))]
        if b.dx[0] is not None:
            calls += way.input_gradient(dy, b.w["W"], b.dx[0], *lie, scope(b, "dx"))
        return calls

    def multiply_adds(self, ins: Shapes) -> int:
        """Pixels out × filters × numbers under a filter."""
        height, width, filters = self.out_shapes(ins)[0]
        kh, kw = self.kernel()
        return height * width * filters * kh * kw * ins[0][2] // self.groups

    def caption(self) -> str:
        """Filters and kernel size, such as `6 · 5×5`."""
        kh, kw = self.kernel()
        return f"{self.filters} · {kh}×{kw}"

    def _way(self) -> Any:
        """The module whose kernels do it."""
        return conv2d if self.groups == 1 else conv_grouped


EXAMPLES: list[Example] = [
    (Conv2D(filters=3, kernel_size=(3,)), ((6, 5, 2),)),
    (Conv2D(filters=2, kernel_size=(5,), padding="same"), ((7, 7, 1),)),
    (Conv2D(filters=4, kernel_size=(2, 3), stride=(2,), padding="same", bias=False), ((5, 8, 3),)),
    (Conv2D(filters=17, kernel_size=(3,), dilation=(2,)), ((7, 6, 2),)),
    (Conv2D(filters=3, kernel_size=(1,)), ((4, 4, 5),)),
    (Conv2D(filters=3, kernel_size=(3,), stride=(4, 2), padding="explicit", pads=(2, 1)), ((9, 1, 2),)),
    (Conv2D(filters=6, kernel_size=(3,), padding="same", groups=3), ((5, 4, 6),)),
    (Conv2D(filters=4, kernel_size=(1, 2), stride=(2,), groups=4, bias=False), ((5, 4, 4),)),
]
