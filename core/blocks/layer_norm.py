"""Layer normalisation: each row of features has mean 0 and variance 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Block, Buffers, Example, Group, Shapes, Space, elements
from core.initializers import Weight
from core.kernels import norm
from core.kernels.activation import rowwise, table
from core.kernels.call import Call, Calls
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class LayerNorm(Block):
    """y = gamma (x - mean) / √(variance + epsilon) + beta by row (Ba, Kiros & Hinton, 2016). (…, features)."""

    id: ClassVar[str] = "layer_norm"
    title: ClassVar[Words] = Words("LayerNorm", "层归一化")
    group: ClassVar[Group] = "normalisation"
    help: ClassVar[Words] = Words(
        "Brings the features of each row, or of each step of a sequence, to mean 0 and variance 1, then to a scale "
        "and shift that are learned. Usual in transformers; it does not look at the rest of the batch. Not for a "
        "single feature: it would always be 0.",
        "使每一行（或序列每一步）的特征均值为 0、方差为 1，再乘加可学习的缩放与平移。常用于 Transformer；"
        "与批次中的其他样本无关。不要用于单个特征：结果总是 0。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("ln", "normalization", "层标准化", "归一化")
    stem: ClassVar[str] = "norm"

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
        """Scale and shift of each feature."""
        features = ins[0][-1:]
        return {"gamma": Weight(features, "ones"), "beta": Weight(features)}

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Mean and 1/σ of each row, and partial sums over rows."""
        size, features = batch * elements(ins[0]), ins[0][-1]
        spaces = {"line": Space((size // features, 2))}
        return spaces | {"partial": Space((norm.parts(size), 2, features))} if train else spaces

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = gamma (x - mean) / σ + beta."""
        features = b.w["gamma"].size
        x, y = (table(a, features) for a in (b.x[0], b.y[0]))
        args = (x, b.w["gamma"], b.w["beta"], y, b.scratch["line"], self.epsilon)
        return rowwise(norm.layer_norm_forward, len(x), features, *args)

    def backward(self, b: Buffers) -> Calls:
        """dbeta = Σ dy; dgamma = Σ dy x̂; dx = (g - mean of g - x̂ mean of (g x̂)) / σ with g = dy gamma."""
        gamma, line, partial, dx = b.w["gamma"], b.scratch["line"], b.scratch["partial"], b.dx[0]
        x, dy = (table(a, gamma.size) for a in (b.x[0], b.dy[0]))
        calls = (
            Call(norm.layer_norm_sums, (x, dy, line, partial), len(partial)),
            Call(norm.join, (partial, b.dw["gamma"], b.dw["beta"])),
        )
        if dx is None:
            return calls
        args = (x, dy, gamma, line, table(dx, gamma.size))
        return (*calls, *rowwise(norm.layer_norm_backward, len(x), gamma.size, *args))


EXAMPLES: list[Example] = [(LayerNorm(), ((5,),)), (LayerNorm(), ((4, 3),)), (LayerNorm(), ((40, 70),))]
