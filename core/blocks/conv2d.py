"""Conv2D: small filters slide over a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Block, Buffers, Example, Group, Shape, Shapes, Space, scope, scoped
from core.errors import ShapeError
from core.initializers import MATRIX_STARTS, Weight
from core.kernels import conv2d
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words

Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Conv2D(Block):
    """2-D convolution, y[i, j, o] = b[o] + Σ x[i·s + p·d, j·s + q·d, c] W[p, q, c, o] (LeCun et al., 1989).

    Pictures (height, width, channels) in and out; W (kernel height, kernel width, channels, filters), b (filters,).
    """

    id: ClassVar[str] = "conv2d"
    title: ClassVar[Words] = Words("Conv2D", "二维卷积")
    group: ClassVar[Group] = "convolution"
    help: ClassVar[Words] = Words(
        "Filters of a few pixels slide over the picture; each makes one map of where its pattern is found. The layer of image "
        "networks: the same weights at every place. 'same' padding keeps height and width, 'valid' loses the border. "
        "Put an activation after it.",
        "几个像素大的卷积核在图上滑动，各生成一张特征图，显示其模式出现在哪里。图像网络的核心层：各处共享同一组权重。"
        "“same”填充保持高和宽，“valid”会丢掉边缘。其后应接激活函数。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("convolution", "cnn", "filter", "卷积", "滤波器")
    stem: ClassVar[str] = "conv"

    filters: int = setting(
        16, Words("Filters", "卷积核数"), Words("How many maps come out.", "输出多少张特征图。"), ge=1, le=65536
    )
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
    padding: Literal["valid", "same"] = setting(
        "valid",
        Words("Padding", "填充"),
        Words(
            "'same' adds zeros around the picture, so that height and width stay.",
            "“same”在图的四周补零，使高和宽不变。",
        ),
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

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(h, w, c) -> (h', w', filters)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(
                Words(
                    f"Conv2D takes a picture (height, width, channels), and {x} reaches it. "
                    "Put a Reshape block before it, or wire it to a picture.",
                    f"二维卷积需要图像 (高, 宽, 通道)，而到达的是 {x}。请在它之前放一个变形模块，或连到图像上。",
                ),
                fixes=("reshape",),
            )
        top, bottom, left, right = self._padding(x)
        (kh, kw), (sy, sx), (dy, dx) = _pair(self.kernel_size), _pair(self.stride), _pair(self.dilation)
        height = conv2d.output_size(x[0], kh, sy, top, bottom, dy)
        width = conv2d.output_size(x[1], kw, sx, left, right, dx)
        if height < 1 or width < 1:
            reach = (dy * (kh - 1) + 1, dx * (kw - 1) + 1)
            raise ShapeError(
                Words(
                    f"A filter that covers {reach[0]}×{reach[1]} pixels does not fit into a picture of {x[0]}×{x[1]}. "
                    "Make the filter smaller, pool less before it, or set padding to 'same'.",
                    f"覆盖 {reach[0]}×{reach[1]} 像素的卷积核放不进 {x[0]}×{x[1]} 的图。请减小卷积核、减少之前的池化，或把填充设为“same”。",
                )
            )
        return ((height, width, self.filters),)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """W (kernel height, kernel width, channels, filters), b (filters,)."""
        kh, kw = _pair(self.kernel_size)
        channels = ins[0][2]
        fans = (kh * kw * channels, kh * kw * self.filters)
        filters = Weight((kh, kw, channels, self.filters), self.start, decays=True, fans=fans)
        return {"W": filters} | ({"b": Weight((self.filters,))} if self.bias else {})

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What the three convolutions need; one after the other, so forward and backward each have their own."""
        x, w = (batch, *ins[0]), self.weights(ins)["W"].shape
        rest = (_pair(self.stride), self._padding(ins[0]), _pair(self.dilation))
        spaces = scoped("y", conv2d.forward_space(x, w, *rest))
        if train:
            spaces |= scoped("dx", conv2d.input_gradient_space(x, w, *rest))
            spaces |= scoped("dw", conv2d.weight_gradient_space(x, w, *rest))
        return spaces

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y = x * W + b."""
        x = b.x[0]
        rest = (_pair(self.stride), self._padding(x.shape[1:]), _pair(self.dilation))
        return conv2d.forward(x, b.w["W"], b.w.get("b"), b.y[0], *rest, scope(b, "y"))

    def backward(self, b: Buffers) -> Calls:
        """DW is x correlated with dy, db = Σ dy, dx is dy convolved with the turned filters."""
        x, dy = b.x[0], b.dy[0]
        rest = (_pair(self.stride), self._padding(x.shape[1:]), _pair(self.dilation))
        calls = [*conv2d.weight_gradient(x, dy, b.dw["W"], b.dw.get("b"), *rest, scope(b, "dw"))]
        if b.dx[0] is not None:
            calls += conv2d.input_gradient(dy, b.w["W"], b.dx[0], *rest, scope(b, "dx"))
        return calls

    def multiply_adds(self, ins: Shapes) -> int:
        """Pixels out × filters × numbers under a filter."""
        height, width, filters = self.out_shapes(ins)[0]
        kh, kw = _pair(self.kernel_size)
        return height * width * filters * kh * kw * ins[0][2]

    def caption(self) -> str:
        """Filters and kernel size, such as `6 · 5×5`."""
        kh, kw = _pair(self.kernel_size)
        return f"{self.filters} · {kh}×{kw}"

    def _padding(self, x: Shape) -> tuple[int, int, int, int]:
        """(top, bottom, left, right); an odd pixel goes to the end, as in Keras and ONNX's SAME_UPPER."""
        if self.padding == "valid":
            return 0, 0, 0, 0
        out: list[int] = []
        sizes = zip(x[:2], _pair(self.kernel_size), _pair(self.stride), _pair(self.dilation), strict=True)
        for size, kernel, stride, dilation in sizes:
            whole = max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
            out += [whole // 2, whole - whole // 2]
        return out[0], out[1], out[2], out[3]


def _pair(value: tuple[int, ...]) -> Pair:
    return value[0], value[-1]


EXAMPLES: list[Example] = [
    (Conv2D(filters=3, kernel_size=(3,)), ((6, 5, 2),)),
    (Conv2D(filters=2, kernel_size=(5,), padding="same"), ((7, 7, 1),)),
    (Conv2D(filters=4, kernel_size=(2, 3), stride=(2,), padding="same", bias=False), ((5, 8, 3),)),
    (Conv2D(filters=17, kernel_size=(3,), dilation=(2,)), ((7, 6, 2),)),
    (Conv2D(filters=3, kernel_size=(1,)), ((4, 4, 5),)),
]
