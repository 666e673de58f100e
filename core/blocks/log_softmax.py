"""Log-softmax: the logarithms of shares that sum to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Level, Shapes
from core.kernels.activation import log_softmax_backward, log_softmax_forward, rowwise, table
from core.kernels.call import Calls
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class LogSoftmax(Block):
    """y_j = x_j - ln Σ e^x_k along the last axis. Any shape."""

    id: ClassVar[str] = "log_softmax"
    title: ClassVar[Words] = Words("Log Softmax", "对数 Softmax")
    group: ClassVar[Group] = "activation"
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "y_j = x_j − ln Σ e^x_k along the last axis: the logarithms of the probabilities that Softmax gives, exact "
        "however small they are. An output with categorical cross-entropy does this itself, so it needs none before it.",
        "沿最后一维 y_j = x_j − ln Σ e^x_k：即 Softmax 概率的对数，概率再小也精确。分类交叉熵输出自带此运算，前面无需再放。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("log probabilities", "logarithm", "对数概率", "激活")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Rows of logarithms whose exponentials sum to 1."""
        return _by_row(log_softmax_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = dy - e^y Σ dy."""
        return _by_row(log_softmax_backward, b.y[0], b.dy[0], b.dx[0]) if b.dx[0] is not None else ()


def _by_row(kernel: Any, *arrays: Array) -> Calls:
    width = arrays[0].shape[-1]
    return rowwise(kernel, arrays[0].size // width, width, *(table(a, width) for a in arrays))


EXAMPLES: list[Example] = [(LogSoftmax(), ((5,),)), (LogSoftmax(), ((4, 3),)), (LogSoftmax(), ((2, 3, 1),))]
