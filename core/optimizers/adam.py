"""Adam: each weight has a step size of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels.call import Calls
from core.kernels.optimizer import adam, over_weights
from core.optimizers._base import Array, Optimizer, guard, kept_of_mean, kept_of_square, rate
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class Adam(Optimizer):
    """Adaptive moment estimation (Kingma & Ba, 2014)."""

    id: ClassVar[str] = "adam"
    title: ClassVar[Words] = same("Adam")
    help: ClassVar[Words] = Words(
        "w ← w − η m̂ / (√v̂ + ε), with m and v running means of the gradient and of its square. Good with hardly any "
        "tuning: the first to try. It keeps two numbers for each weight.",
        "w ← w − η m̂ / (√v̂ + ε)，m 与 v 为梯度及其平方的滑动平均。几乎无需调参，可作首选。每个权重需多存两个数。",
    )

    learning_rate: float = rate(0.001)
    beta1: float = kept_of_mean()
    beta2: float = kept_of_square()
    epsilon: float = guard(1e-8)

    @property
    def slots(self) -> int:
        """The means of the gradient and of its square."""
        return 2

    def update(self, w: Array, dw: Array, slots: tuple[Array, ...], rates: Array, decaying: int) -> Calls:
        """w -= η m̂ / (√v̂ + ε)."""
        return over_weights(adam, w, dw, *slots, rates, self.beta1, self.beta2, self.epsilon, 0.0)
