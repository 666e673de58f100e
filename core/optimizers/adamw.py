"""AdamW: Adam with weight decay that the step sizes do not distort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels.call import Calls
from core.kernels.optimizer import adam, over_weights
from core.optimizers._base import Array, Optimizer, guard, kept_of_mean, kept_of_square, rate
from core.settings import setting
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class AdamW(Optimizer):
    """Adam with decoupled weight decay (Loshchilov & Hutter, 2017), on matrices and filters only."""

    id: ClassVar[str] = "adamw"
    title: ClassVar[Words] = same("AdamW")
    help: ClassVar[Words] = Words(
        "Adam, and beside it w ← w − η λ w, which keeps weight matrices and filters small. Usual for transformers. Do "
        "not add L2 to it as well: both shrink the weights.",
        "在 Adam 之外另加 w ← w − η λ w，使权重矩阵与卷积核保持较小。常用于 Transformer。不要再叠加 L2："
        "两者都会缩小权重。",
    )

    learning_rate: float = rate(0.001)
    weight_decay: float = setting(
        0.01,
        Words("Weight decay", "权重衰减"),
        Words(
            "λ: the share of a weight that is taken away, times the learning rate.",
            "λ：每一步减去的权重比例（再乘以学习率）。",
        ),
        ge=0,
        le=10,
    )
    beta1: float = kept_of_mean()
    beta2: float = kept_of_square()
    epsilon: float = guard(1e-8)

    @property
    def slots(self) -> int:
        """The means of the gradient and of its square."""
        return 2

    def update(self, w: Array, dw: Array, slots: tuple[Array, ...], rates: Array, decaying: int) -> Calls:
        """w -= η λ w for the first weights, then w -= η m̂ / (√v̂ + ε) for all."""
        numbers = (rates, self.beta1, self.beta2, self.epsilon)
        matrices = over_weights(adam, *(a[:decaying] for a in (w, dw, *slots)), *numbers, self.weight_decay)
        return (*matrices, *over_weights(adam, *(a[decaying:] for a in (w, dw, *slots)), *numbers, 0.0))
