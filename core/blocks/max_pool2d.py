"""Max pooling: the largest number of each window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Buffers, Example, Level, Shapes, Space
from core.blocks._pool2d import Pool2D
from core.kernels.call import Calls
from core.kernels.matmul import NONE
from core.kernels.pool import by_picture, max_pool_backward, max_pool_forward
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class MaxPool2D(Pool2D):
    """The largest number of each window (Riesenhuber & Poggio, 1999), the first one where several are equal."""

    id: ClassVar[str] = "max_pool2d"
    title: ClassVar[Words] = Words("MaxPool2D", "最大池化")
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "The largest number of each window: says whether a feature is there, not exactly where. A window of 2 halves "
        "the height and width. What lies beyond the edge is never the largest.",
        "取每个窗口中的最大值：保留特征是否出现，而不保留精确位置。窗口为 2 时高宽减半。边缘之外的填充不会成为最大值。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("pooling", "maximum", "downsample", "下采样", "池化")
    stem: ClassVar[str] = "pool"

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Where in its window each largest number stood."""
        return {"which": Space((batch, *self.out_shapes(ins)[0]), "uint8")}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the largest of each window."""
        x, y = b.x[0], b.y[0]
        return by_picture(max_pool_forward, x, y, self.window(x.shape[1:]), b.scratch["which"], NONE)

    def backward(self, b: Buffers) -> Calls:
        """dy goes to where the largest number stood."""
        dx, dy = b.dx[0], b.dy[0]
        if dx is None:
            return ()
        return by_picture(max_pool_backward, dx, dy, self.window(dx.shape[1:]), b.scratch["which"])


EXAMPLES: list[Example] = [
    (MaxPool2D(), ((4, 6, 3),)),
    (MaxPool2D(pool_size=3, stride=2, padding="same"), ((5, 4, 2),)),
    (MaxPool2D(pool_size=2, stride=1), ((3, 3, 1),)),
    (MaxPool2D(pool_size=3, stride=2, padding="explicit", pads=1), ((6, 5, 2),)),
    (MaxPool2D(pool_size=3, stride=2, ceil_mode=True), ((6, 5, 2),)),
    (MaxPool2D(pool_size=1, stride=3), ((1, 5, 2),)),
]
