"""Group normalisation: groups of channels of each picture have mean 0 and variance 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Level, Shapes, Space
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels import group_norm, norm
from core.kernels.activation import rowwise
from core.kernels.call import Call, Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class GroupNorm(Block):
    """y = gamma (x - mean) / √(variance + epsilon) + beta by row and group (Wu & He, 2018). (…, channels)."""

    id: ClassVar[str] = "group_norm"
    title: ClassVar[Words] = Words("GroupNorm", "组归一化")
    group: ClassVar[Group] = "normalisation"
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "Brings each group of channels of each picture to mean 0 and variance 1, then to a scale and shift of each channel "
        "that are learned. Works with batches of one, where BatchNorm fails, and does the same in training and in use. "
        "One group looks at all channels; as many groups as channels, at each alone.",
        "使每张图像的每组通道均值为 0、方差为 1，再对每个通道乘加可学习的缩放与平移。批次只有一个样本时仍然有效"
        "（批归一化此时失效），训练与使用时行为相同。分为一组即对全部通道，分组数等于通道数即逐通道。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("gn", "instance norm", "normalization", "组标准化", "实例归一化", "归一化")
    stem: ClassVar[str] = "norm"

    groups: int = setting(
        8,
        Words("Groups", "分组数"),
        Words("Into how many groups the channels fall.", "把通道分成多少组。"),
        ge=1,
        le=65536,
    )
    epsilon: float = setting(
        1e-5,
        Words("Epsilon", "ε"),
        Words("Added to the variance, which must not be zero.", "加在方差上，避免除以零。"),
        gt=0,
        le=1,
        advanced=True,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        (x,) = ins
        if x[-1] % self.groups:
            raise ShapeError(
                Words(
                    f"GroupNorm cannot cut {x[-1]} channels into {self.groups} equal groups. Choose a number of groups "
                    f"that divides {x[-1]}.",
                    f"组归一化无法把 {x[-1]} 个通道等分为 {self.groups} 组。请选择能整除 {x[-1]} 的分组数。",
                )
            )
        return ins

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """Scale and shift of each channel."""
        channels = ins[0][-1:]
        return {"gamma": Weight(channels, "ones"), "beta": Weight(channels)}

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Mean and 1/σ, and in training two sums and two means, for each picture and channel."""
        each = Space((batch, 2, ins[0][-1]))
        return {"line": each} | ({"partial": each, "means": each} if train else {})

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = gamma (x - mean) / σ + beta."""
        x, y = _pictures(b.x[0]), _pictures(b.y[0])
        args = (x, b.w["gamma"], b.w["beta"], y, b.scratch["line"], self.groups, self.epsilon)
        return rowwise(group_norm.group_norm_forward, len(x), x[0].size, *args)

    def backward(self, b: Buffers) -> Calls:
        """dbeta = Σ dy; dgamma = Σ dy x̂; dx = (g - mean of g - x̂ mean of (g x̂)) / σ with g = dy gamma."""
        x, dy, dx = _pictures(b.x[0]), _pictures(b.dy[0]), b.dx[0]
        line, partial = b.scratch["line"], b.scratch["partial"]
        calls = [*rowwise(group_norm.group_norm_sums, len(x), x[0].size, x, dy, line, partial)]
        if dx is not None:
            args = (x, dy, b.w["gamma"], line, partial, b.scratch["means"], _pictures(dx), self.groups)
            calls += rowwise(group_norm.group_norm_backward, len(x), x[0].size, *args)
        return (*calls, Call(norm.join, (partial, b.dw["gamma"], b.dw["beta"])))

    def caption(self) -> str:
        """The groups."""
        return str(self.groups)


def _pictures(array: Array) -> Array:
    """The same memory as (batch, pixels, channels)."""
    return array.reshape(len(array), -1, array.shape[-1])


EXAMPLES: list[Example] = [
    (GroupNorm(groups=2), ((6,),)),
    (GroupNorm(groups=3), ((4, 3, 9),)),
    (GroupNorm(groups=1), ((5, 2),)),
    (GroupNorm(groups=4), ((3, 1, 4),)),
]
