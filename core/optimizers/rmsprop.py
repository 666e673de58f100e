"""RMSprop: steps divided by the size of recent gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels.call import Calls
from core.kernels.optimizer import over_weights, rmsprop
from core.optimizers._base import Array, Optimizer, guard, rate
from core.settings import setting
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class RMSprop(Optimizer):
    """Root mean square propagation (Tieleman & Hinton, lecture 6.5 of 2012)."""

    id: ClassVar[str] = "rmsprop"
    title: ClassVar[Words] = same("RMSprop")
    help: ClassVar[Words] = Words(
        "w ← w − η g / (√v + ε), with v a running mean of g². Each weight moves about equally far. A habit with "
        "recurrent networks; its learning rate is best left small.",
        "w ← w − η g / (√v + ε)，v 为 g² 的滑动平均，使每个权重的步幅相近。常用于循环网络；学习率宜小。",
    )

    learning_rate: float = rate(0.01)
    rho: float = setting(
        0.99,
        Words("Rho", "ρ"),
        Words("How much of the mean squared gradient is kept at each step.", "每一步保留多少梯度平方均值。"),
        ge=0,
        lt=1,
        advanced=True,
    )
    epsilon: float = guard(1e-8)

    @property
    def slots(self) -> int:
        """The mean of the squared gradient."""
        return 1

    def update(self, w: Array, dw: Array, slots: tuple[Array, ...], rates: Array, decaying: int) -> Calls:
        """w -= η g / (√v + ε)."""
        return over_weights(rmsprop, w, dw, *slots, rates, self.rho, self.epsilon)
