"""SiLU: x times its own sigmoid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Shapes
from core.kernels.activation import elementwise, silu_backward, silu_forward
from core.kernels.call import Calls
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class SiLU(Block):
    """y = x sigmoid(x), also called Swish (Elfwing, Uchibe & Doya, 2017; Ramachandran et al., 2017). Any shape."""

    id: ClassVar[str] = "silu"
    title: ClassVar[Words] = Words("SiLU (Swish)", "SiLU（Swish）")
    group: ClassVar[Group] = "activation"
    help: ClassVar[Words] = Words(
        "y = x · sigmoid(x): a smooth ReLU that dips a little below 0, as EfficientNet and many recent language models "
        "use it. Being smooth it costs more than ReLU; in a small network the difference is hardly seen.",
        "y = x · sigmoid(x)：平滑的 ReLU，在略小于 0 处微微下凹，用于 EfficientNet 和许多新的语言模型。计算量大于 ReLU，在小网络中差别很小。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("swish", "sigmoid linear unit", "activation", "激活")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x sigmoid(x)."""
        return elementwise(silu_forward, b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = dy s (1 + x (1 - s)), with s = sigmoid(x)."""
        return elementwise(silu_backward, b.x[0], b.dy[0], b.dx[0]) if b.dx[0] is not None else ()


EXAMPLES: list[Example] = [(SiLU(), ((5,),)), (SiLU(), ((4, 3, 2),))]
