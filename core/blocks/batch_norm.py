"""Batch normalisation: each channel has mean 0 and variance 1 over the batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Level, Shapes, Space, elements
from core.initializers import Weight
from core.kernels import norm
from core.kernels.activation import rowwise, table
from core.kernels.call import Call, Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class BatchNorm(Block):
    """y = gamma (x - mean) / √(variance + epsilon) + beta by channel (Ioffe & Szegedy, 2015). (…, channels)."""

    id: ClassVar[str] = "batch_norm"
    title: ClassVar[Words] = Words("BatchNorm", "批归一化")
    group: ClassVar[Group] = "normalisation"
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "Brings each channel to mean 0 and variance 1 over the batch, then to a scale and shift of its own that are "
        "learned. Deep networks train faster with it. In use, and in training once it is frozen, it takes running means "
        "kept from training; with tiny batches these are poor.",
        "使每个通道在批次内均值为 0、方差为 1，再乘加可学习的缩放与平移。深层网络因此训练更快。"
        "使用时以及冻结后的训练中，采用训练期间积累的滑动均值；批次很小时估计不准。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("bn", "normalization", "批标准化", "归一化")
    stem: ClassVar[str] = "norm"

    momentum: float = setting(
        0.9,
        Words("Momentum", "动量"),
        Words("How much of the running mean is kept at each step.", "每一步保留多少滑动均值。"),
        ge=0,
        lt=1,
        advanced=True,
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
        return ins

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """Scale and shift of each channel, and its running mean and variance."""
        channels = ins[0][-1:]
        return {
            "gamma": Weight(channels, "ones"),
            "beta": Weight(channels),
            "mean": Weight(channels, trainable=False),
            "variance": Weight(channels, "ones", trainable=False),
        }

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """What depends on the channel only, the batch's mean and variance, and partial sums; core/kernels/norm.py has the width."""
        size, channels = batch * elements(ins[0]), ins[0][-1]
        width = norm.width(size // channels, channels)
        spaces = {"line": Space((4, width))}
        if not train:
            return spaces
        return spaces | {"batch": Space((2, channels)), "partial": Space((norm.parts(size), 2, width))}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = slope x + shift, by the mean and variance of the batch, or in use by the running ones."""
        line, learnt, kept = b.scratch["line"], (b.w["gamma"], b.w["beta"]), (b.w["mean"], b.w["variance"])
        x, y = (table(a, line.shape[1]) for a in (b.x[0], b.y[0]))
        calls = [Call(norm.batch_norm_recall, (*learnt, *kept, line, self.epsilon))]
        if train:
            partial = b.scratch["partial"]
            calls = [
                Call(norm.moments, (x, partial), len(partial)),
                Call(norm.batch_norm_prepare, (partial, *learnt, b.scratch["batch"], line, len(x), self.epsilon)),
            ]
        return (*calls, *rowwise(norm.batch_norm_forward, len(x), x.shape[1], x, line, y))

    def settle(self, b: Buffers) -> Calls:
        """The running mean and variance move towards those of the batch."""
        return (Call(norm.batch_norm_settle, (b.scratch["batch"], b.w["mean"], b.w["variance"], self.momentum)),)

    def backward(self, b: Buffers) -> Calls:
        """dbeta = Σ dy; dgamma = Σ dy x̂; dx = gamma / σ (dy - mean of dy - x̂ mean of (dy x̂))."""
        line, partial = b.scratch["line"], b.scratch["partial"]
        x, dy = (table(a, line.shape[1]) for a in (b.x[0], b.dy[0]))
        calls = (
            Call(norm.batch_norm_sums, (x, dy, line, partial), len(partial)),
            Call(norm.join, (partial, b.dw["gamma"], b.dw["beta"])),
        )
        return (*calls, *_upward(b.dx[0], x, dy, line, partial, b.w["gamma"].size / x.size))

    def backward_in_use(self, b: Buffers) -> Calls:
        """Dx = gamma / σ dy, by the running variance."""
        if b.dx[0] is None:
            return ()
        line = b.scratch["line"]
        dx, dy = (table(a, line.shape[1]) for a in (b.dx[0], b.dy[0]))
        return rowwise(norm.batch_norm_recall_backward, len(dx), dx.shape[1], dy, line, dx)


def _upward(dx: Array | None, x: Array, dy: Array, line: Array, partial: Array, share: float) -> Calls:
    if dx is None:
        return ()
    rows, width = x.shape
    return rowwise(norm.batch_norm_backward, rows, width, x, dy, line, partial, table(dx, width), share)


EXAMPLES: list[Example] = [(BatchNorm(), ((5,),)), (BatchNorm(), ((4, 4, 3),)), (BatchNorm(), ((40, 70),))]
