"""Spatial dropout: whole feature maps fall silent at each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Shapes
from core.blocks._pool2d import not_a_picture
from core.errors import ShapeError
from core.kernels.activation import rowwise
from core.kernels.call import Calls
from core.kernels.merge import copy
from core.kernels.noise import drop_maps
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class SpatialDropout2D(Block):
    """Each channel of each picture becomes 0 with probability `rate` (Tompson et al., 2015). (height, width, channels)."""

    id: ClassVar[str] = "spatial_dropout2d"
    title: ClassVar[Words] = Words("Spatial Dropout 2D", "空间随机失活")
    group: ClassVar[Group] = "normalisation"
    help: ClassVar[Words] = Words(
        "While training, each feature map as a whole becomes 0 with probability p and the rest is divided by 1 − p; in "
        "use, everything passes. Between convolutions, where neighbours are alike and single dropped pixels hide "
        "little. With few channels choose a small rate.",
        "训练时每张特征图以概率 p 整张变为 0，其余除以 1 − p；使用时全部通过。用于卷积层之间：相邻像素相似，"
        "丢弃单个像素作用不大。通道很少时应选较小的失活率。",
    )
    aliases: ClassVar[tuple[str, ...]] = (
        "dropout2d",
        "channel dropout",
        "regularisation",
        "regularization",
        "丢弃",
        "暂退",
        "正则化",
    )
    stem: ClassVar[str] = "dropout"

    rate: float = setting(
        0.2,
        Words("Rate", "失活率"),
        Words("The probability p that a feature map is dropped.", "一张特征图被置零的概率 p。"),
        ge=0,
        lt=1,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        return ins

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Training: y = x mask / (1 - rate). In use: y = x."""
        return self._drop(b.x[0], b.y[0], b) if train else copy(b.x[0], b.y[0])

    def backward(self, b: Buffers) -> Calls:
        """dx = dy mask / (1 - rate): the clock still stands where it stood, so the same maps are dropped."""
        return self._drop(b.dy[0], b.dx[0], b) if b.dx[0] is not None else ()

    def _drop(self, x: Array, y: Array, b: Buffers) -> Calls:
        maps = (len(x), x.shape[1] * x.shape[2], x.shape[3])
        return rowwise(drop_maps, len(x), x[0].size, x.reshape(maps), y.reshape(maps), b.clock, self.rate)

    def caption(self) -> str:
        """The rate, such as p = 0.2."""
        return f"p = {self.rate:g}"


EXAMPLES: list[Example] = [(SpatialDropout2D(), ((4, 3, 8),)), (SpatialDropout2D(rate=0.5), ((2, 2, 3),))]
