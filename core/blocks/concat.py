"""Concat: its inputs side by side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from core.blocks._base import Buffers, Example, Level, Shapes
from core.blocks._merge import Merge, listed
from core.errors import ShapeError
from core.kernels.call import Calls
from core.kernels.merge import columns
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Concat(Merge):
    """The inputs side by side along the last axis: (…, m), (…, n) -> (…, m + n)."""

    id: ClassVar[str] = "concat"
    title: ClassVar[Words] = Words("Concat", "拼接")
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "Its inputs side by side along the last axis: the channels of pictures, the features of rows. Nothing is "
        "mixed or lost, as in Inception and DenseNet. All other axes must agree.",
        "沿最后一维把各输入并排放置：图像的通道、行的特征。既不混合也不丢失信息，用于 Inception 与 DenseNet。"
        "其余各维必须一致。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("concatenate", "join", "stack", "inception", "合并", "连接")

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(…, m), (…, n), … -> (…, m + n + …)."""
        if len({x[:-1] for x in ins}) > 1:
            raise ShapeError(
                Words(
                    "Concat joins along the last axis, so all other axes must agree, and the inputs are "
                    f"{listed(ins)}. Change a block before it, or flatten them all.",
                    f"拼接沿最后一维进行，其余各维必须一致，现在的输入是 {listed(ins)}。请修改前面的模块，"
                    "或将它们全部展平。",
                ),
                ("flatten",),
            )
        return ((*ins[0][:-1], sum(x[-1] for x in ins)),)

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Each x fills its columns of y."""
        parts = zip(b.x, _starts(b), strict=True)
        return [call for x, start in parts for call in columns(x, b.y[0], x.shape[-1], y_start=start)]

    def backward(self, b: Buffers) -> Calls:
        """Each dx is its columns of dy."""
        parts = [(dx, start) for dx, start in zip(b.dx, _starts(b), strict=True) if dx is not None]
        return [call for dx, start in parts for call in columns(b.dy[0], dx, dx.shape[-1], x_start=start)]


def _starts(b: Buffers) -> list[int]:
    """The first column of each input."""
    return list(accumulate((x.shape[-1] for x in b.x), initial=0))[:-1]


EXAMPLES: list[Example] = [(Concat(), ((5,), (3,))), (Concat(ports=3), ((2, 3, 2), (2, 3, 1), (2, 3, 4)))]
