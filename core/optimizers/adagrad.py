"""Adagrad: steps that shrink with all that a weight has moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels.call import Calls
from core.kernels.optimizer import adagrad, over_weights
from core.optimizers._base import Array, Optimizer, guard, rate
from core.settings import setting
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class Adagrad(Optimizer):
    """Adaptive gradient (Duchi, Hazan & Singer, 2011)."""

    id: ClassVar[str] = "adagrad"
    title: ClassVar[Words] = same("Adagrad")
    help: ClassVar[Words] = Words(
        "w ← w − η g / (√Σg² + ε): what seldom has a gradient takes large steps when it has one. Good for rare "
        "features; the sum only grows, so a long training comes to a halt.",
        "w ← w − η g / (√Σg² + ε)：梯度稀少的权重一旦有梯度就走大步。适合稀疏特征；累积和只增不减，训练久了会停滞。",
    )

    learning_rate: float = rate(0.01)
    initial_accumulator: float = setting(
        0.0,
        Words("Initial accumulator", "初始累积值"),
        Words(
            "What the sum of squares begins with: more makes the first steps smaller.",
            "平方和的初始值：越大，最初几步越小。",
        ),
        ge=0,
        le=1000,
        advanced=True,
    )
    epsilon: float = guard(1e-10)

    @property
    def slots(self) -> int:
        """The sum of the squared gradient."""
        return 1

    def slot_start(self) -> float:
        """The sum of squares need not begin at zero."""
        return self.initial_accumulator

    def update(self, w: Array, dw: Array, slots: tuple[Array, ...], rates: Array, decaying: int) -> Calls:
        """w -= η g / (√Σg² + ε)."""
        return over_weights(adagrad, w, dw, *slots, rates, self.epsilon)
