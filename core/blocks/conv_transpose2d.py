"""ConvTranspose2D: each pixel writes a small picture, and they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Buffers, Example, Shape, Shapes, Space, scope, scoped
from core.blocks._conv2d import Filters, Sliding2D, pair
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels import conv2d
from core.kernels.activation import rowwise, table
from core.kernels.call import Calls
from core.kernels.embedding import add_table
from core.kernels.matmul import sum_rows, sum_rows_space
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class ConvTranspose2D(Sliding2D, Filters):
    """The transpose of Conv2D, y[i·s + p·d, j·s + q·d, o] = b[o] + Σ x[i, j, c] W[p, q, o, c] (Zeiler et al., 2010).

    Pictures in and out; W (kernel height, kernel width, filters, channels) and 'same' (stride times as large) as in Keras;
    'valid' and 'explicit' as in PyTorch: height (h − 1)·s − 2·pads + d·(k − 1) + 1 + extra, and width likewise.
    """

    id: ClassVar[str] = "conv_transpose2d"
    title: ClassVar[Words] = Words("ConvTranspose2D", "转置卷积")
    help: ClassVar[Words] = Words(
        "Each pixel writes a small picture of its own, as far from its neighbour's as the stride, and where they overlap they "
        "are added: a picture that grows, in decoders, U-Net and generators. Where the kernel size is no multiple of the "
        "stride, some pixels get more than others, which shows as a chessboard; Upsample2D and a Conv2D avoid it.",
        "每个像素写出一个小图，相邻小图相距一个步幅，重叠处相加：图像由此变大，用于解码器、U-Net 和生成器。"
        "核大小不是步幅的整数倍时，各像素被叠加的次数不同，会出现棋盘格；上采样加普通卷积可避免。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("deconvolution", "deconv", "decoder", "upsample", "反卷积", "解码器", "卷积")
    stem: ClassVar[str] = "deconv"

    extra: tuple[int, ...] = setting(
        (0,),
        Words("Extra", "额外行列"),
        Words(
            "Rows and columns more at the far edges (output padding); fewer than the stride.",
            "在远侧多出的行列数（output padding），须小于步幅。",
        ),
        ge=0,
        le=63,
        longest=2,
        unit="px",
        shown_if=("padding", "explicit"),
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(h, w, c) -> (h', w', filters)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        if self.padding == "explicit" and any(e >= s for e, s in zip(pair(self.extra), pair(self.stride), strict=True)):
            raise ShapeError(
                Words(
                    f"ConvTranspose2D cannot add {pair(self.extra)} extra rows and columns with a stride of "
                    f"{pair(self.stride)}: they must be fewer than the stride. Lower Extra.",
                    f"转置卷积的步幅为 {pair(self.stride)} 时不能额外增加 {pair(self.extra)} 行列：须小于步幅。请减小额外行列。",
                )
            )
        large = self._large(x)
        if min(large) < 1:
            raise ShapeError(
                Words(
                    f"ConvTranspose2D would cut all of a picture of {x[0]}×{x[1]} away. Lower Zeros, or make the kernel larger.",
                    f"转置卷积会把 {x[0]}×{x[1]} 的图像全部切掉。请减小补零，或增大卷积核。",
                )
            )
        return (large,)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """W (kernel height, kernel width, filters, channels), b (filters,)."""
        (kh, kw), channels = self.kernel(), ins[0][2]
        fans = (kh * kw * channels, kh * kw * self.filters)
        filters = Weight((kh, kw, self.filters, channels), self.start, decays=True, fans=fans)
        return {"W": filters} | ({"b": Weight((self.filters,))} if self.bias else {})

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What the convolution from the large picture to the small one needs, and the bias gradient."""
        large = self._large(ins[0])
        sizes = ((batch, *large), self.weights(ins)["W"].shape, *self.lie(large))
        spaces = scoped("y", conv2d.input_gradient_space(*sizes))
        if train:
            spaces |= scoped("dx", conv2d.forward_space(*sizes))
            spaces |= scoped("dw", conv2d.weight_gradient_space(*sizes))
            spaces |= scoped("db", sum_rows_space(batch * large[0] * large[1], self.filters))
        return spaces

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y = x carried back through the convolution, + b."""
        y = b.y[0]
        calls = [*conv2d.input_gradient(b.x[0], b.w["W"], y, *self.lie(y.shape[1:]), scope(b, "y"))]
        if self.bias:
            pixels = table(y, self.filters)
            calls += rowwise(add_table, len(pixels), self.filters, pixels, b.w["b"], pixels)
        return calls

    def backward(self, b: Buffers) -> Calls:
        """DW is dy correlated with x, db = Σ dy, dx = dy convolved with W."""
        x, dy = b.x[0], b.dy[0]
        lie = self.lie(dy.shape[1:])
        calls = [*conv2d.weight_gradient(dy, x, b.dw["W"], None, *lie, scope(b, "dw"))]
        if self.bias:
            calls += sum_rows(table(dy, self.filters), b.dw["b"], scope(b, "db"))
        if b.dx[0] is not None:
            calls += conv2d.forward(dy, b.w["W"], None, b.dx[0], *lie, scope(b, "dx"))
        return calls

    def multiply_adds(self, ins: Shapes) -> int:
        """Pixels in × filters × numbers that a pixel writes for each."""
        kh, kw = self.kernel()
        height, width, channels = ins[0]
        return height * width * channels * kh * kw * self.filters

    def caption(self) -> str:
        """Filters and kernel size, such as `6 · 5×5`."""
        kh, kw = self.kernel()
        return f"{self.filters} · {kh}×{kw}"

    def _large(self, x: Shape) -> tuple[int, int, int]:
        """The picture that Conv2D with these settings would bring to the size of x."""
        kernel, stride, gap = self.kernel(), pair(self.stride), pair(self.dilation)
        down, right = (
            self._grown(*axis)
            for axis in zip(x[:2], kernel, stride, gap, pair(self.pads), pair(self.extra), strict=True)
        )
        return down, right, self.filters

    def _grown(self, size: int, taps: int, step: int, gap: int, pads: int, extra: int) -> int:
        if self.padding == "same":
            return size * step
        whole = (size - 1) * step + gap * (taps - 1) + 1
        return whole if self.padding == "valid" else whole - 2 * pads + extra


EXAMPLES: list[Example] = [
    (ConvTranspose2D(filters=3, kernel_size=(2,), stride=(2,)), ((3, 4, 2),)),
    (ConvTranspose2D(filters=2, stride=(2,), padding="same", bias=False), ((3, 2, 3),)),
    (ConvTranspose2D(filters=4, stride=(2,), padding="explicit", extra=(1,)), ((3, 3, 2),)),
    (ConvTranspose2D(filters=17, kernel_size=(3, 2), stride=(1, 3), dilation=(2, 1)), ((4, 3, 5),)),
    (ConvTranspose2D(filters=1, kernel_size=(1,)), ((1, 1, 2),)),
]
