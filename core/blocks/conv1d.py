"""Conv1D: small filters slide along a sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Array, Buffers, Example, Group, Shapes, Space, scope, scoped
from core.blocks._conv2d import PADDINGS, Filters, Lie
from core.blocks._pool1d import not_a_sequence
from core.errors import ShapeError
from core.initializers import MATRIX_STARTS, Weight
from core.kernels import conv2d
from core.kernels.call import Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Conv1D(Filters):
    """1-D convolution, y[t, o] = b[o] + Σ x[t·s + p·d, c] W[p, c, o] (Waibel et al., 1989).

    Sequences (time, features) in and out; W (kernel size, features, filters), b (filters,).
    """

    id: ClassVar[str] = "conv1d"
    title: ClassVar[Words] = Words("Conv1D", "一维卷积")
    group: ClassVar[Group] = "convolution"
    help: ClassVar[Words] = Words(
        "Filters of a few steps slide along the sequence, with the same weights at every step: for text, sound and sensors. "
        "'causal' padding puts all zeros before the start, so that a step never sees later ones; with growing dilation it "
        "looks far back, as WaveNet does. Put an activation after it.",
        "几步长的卷积核沿序列滑动，各步共享权重：用于文本、声音和传感器数据。“因果”填充把零全部补在开头，使每一步看不到之后的内容；"
        "空洞逐层增大即可回看很远，如 WaveNet。其后应接激活函数。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("convolution", "temporal", "causal", "wavenet", "tcn", "卷积", "因果", "时序")
    stem: ClassVar[str] = "conv"

    kernel_size: int = setting(
        3,
        Words("Kernel size", "核大小"),
        Words("How many steps a filter spans.", "卷积核包含的步数。"),
        ge=1,
        le=1024,
    )
    stride: int = setting(
        1,
        Words("Stride", "步幅"),
        Words("How many steps a filter moves each time.", "卷积核每次移动的步数。"),
        ge=1,
        le=1024,
    )
    padding: Literal["valid", "same", "causal", "explicit"] = setting(
        "valid",
        Words("Padding", "填充"),
        Words(
            "'same' adds zeros at both ends, 'causal' before the start only, so that the length stays.",
            "“same”在两端补零，“因果”只在开头补零，长度均不变。",
        ),
        choices={**PADDINGS, "causal": Words("Causal: zeros first", "因果：开头补零")},
    )
    pads: int = setting(
        1,
        Words("Zeros", "补零"),
        Words("How many zeros are added at each end.", "每端补多少个零。"),
        ge=0,
        le=1024,
        shown_if=("padding", "explicit"),
    )
    dilation: int = setting(
        1,
        Words("Dilation", "空洞"),
        Words("Distance between the steps a filter looks at.", "卷积核所看各步之间的间隔。"),
        ge=1,
        le=1024,
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
        True,
        Words("Bias", "偏置"),
        Words("Adds a number of its own to every filter's output.", "为每个卷积核的输出加上一个可学习的数。"),
        advanced=True,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (time', filters)."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("embedding",) if len(x) == 1 else ("reshape",))
        _, (_, _, before, after), _ = self._lie(x[0])
        steps = conv2d.output_size(x[0], self.kernel_size, self.stride, before, after, self.dilation)
        if steps < 1:
            raise ShapeError(
                Words(
                    f"A filter that covers {self._reach()} steps does not fit into a sequence of {x[0]}. Make the filter "
                    "smaller, or set padding to 'same' or 'causal'.",
                    f"覆盖 {self._reach()} 步的卷积核放不进 {x[0]} 步的序列。请减小卷积核，或把填充设为“same”或“因果”。",
                )
            )
        return ((steps, self.filters),)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """W (kernel size, features, filters), b (filters,)."""
        size, features = self.kernel_size, ins[0][1]
        fans = (size * features, size * self.filters)
        filters = Weight((size, features, self.filters), self.start, decays=True, fans=fans)
        return {"W": filters} | ({"b": Weight((self.filters,))} if self.bias else {})

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What the three convolutions need; one after the other, so forward and backward each have their own."""
        ((time, features),) = ins
        sizes = ((batch, 1, time, features), (1, *self.weights(ins)["W"].shape), *self._lie(time))
        spaces = scoped("y", conv2d.forward_space(*sizes))
        if train:
            spaces |= scoped("dx", conv2d.input_gradient_space(*sizes))
            spaces |= scoped("dw", conv2d.weight_gradient_space(*sizes))
        return spaces

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Y = x * W + b, on pictures one pixel high."""
        x, lie = b.x[0], self._lie(b.x[0].shape[1])
        return conv2d.forward(_line(x), b.w["W"][None], b.w.get("b"), _line(b.y[0]), *lie, scope(b, "y"))

    def backward(self, b: Buffers) -> Calls:
        """DW is x correlated with dy, db = Σ dy, dx is dy convolved with the turned filters."""
        x, dy, dw, lie = _line(b.x[0]), _line(b.dy[0]), b.dw["W"][None], self._lie(b.x[0].shape[1])
        calls = [*conv2d.weight_gradient(x, dy, dw, b.dw.get("b"), *lie, scope(b, "dw"))]
        if b.dx[0] is not None:
            calls += conv2d.input_gradient(dy, b.w["W"][None], _line(b.dx[0]), *lie, scope(b, "dx"))
        return calls

    def multiply_adds(self, ins: Shapes) -> int:
        """Steps out × filters × numbers under a filter."""
        steps, filters = self.out_shapes(ins)[0]
        return steps * filters * self.kernel_size * ins[0][1]

    def caption(self) -> str:
        """Filters and kernel size, such as `16 · 3`."""
        return f"{self.filters} · {self.kernel_size}"

    def _reach(self) -> int:
        return self.dilation * (self.kernel_size - 1) + 1

    def _lie(self, time: int) -> Lie:
        """Stride, padding and dilation over a picture one pixel high; where `same` is odd, the end gets more."""
        before = after = self.pads if self.padding == "explicit" else 0
        if self.padding == "causal":
            before = self._reach() - 1
        if self.padding == "same":
            whole = max((-(-time // self.stride) - 1) * self.stride + self._reach() - time, 0)
            before, after = whole // 2, whole - whole // 2
        return (1, self.stride), (0, 0, before, after), (1, self.dilation)


def _line(array: Array) -> Array:
    """Sequences as pictures one pixel high."""
    return array[:, None]


EXAMPLES: list[Example] = [
    (Conv1D(filters=3), ((7, 2),)),
    (Conv1D(filters=2, kernel_size=4, padding="same", bias=False), ((6, 3),)),
    (Conv1D(filters=5, kernel_size=3, padding="causal", dilation=2), ((5, 4),)),
    (Conv1D(filters=3, kernel_size=2, stride=3, padding="explicit", pads=2), ((8, 1),)),
    (Conv1D(filters=17, kernel_size=1), ((1, 3),)),
]
