"""Adadelta: steps in the units of the weights themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels.call import Calls
from core.kernels.optimizer import adadelta, over_weights
from core.optimizers._base import Array, Optimizer, guard, rate
from core.settings import setting
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class Adadelta(Optimizer):
    """Adaptive learning rate (Zeiler, 2012)."""

    id: ClassVar[str] = "adadelta"
    title: ClassVar[Words] = same("Adadelta")
    help: ClassVar[Words] = Words(
        "w ← w − η g √(u + ε) / √(v + ε), with v and u running means of g² and of the squared steps: it finds its own "
        "step size, so η is left at 1. It starts slowly.",
        "w ← w − η g √(u + ε) / √(v + ε)，v 与 u 为 g² 与步幅平方的滑动平均：步幅自动确定，η 保持为 1。起步较慢。",
    )

    learning_rate: float = rate(1.0)
    rho: float = setting(
        0.9,
        Words("Rho", "ρ"),
        Words("How much of the mean squared gradient is kept at each step.", "每一步保留多少梯度平方均值。"),
        ge=0,
        lt=1,
        advanced=True,
    )
    epsilon: float = guard(1e-6)

    @property
    def slots(self) -> int:
        """The means of the squared gradient and of the squared step."""
        return 2

    def update(self, w: Array, dw: Array, slots: tuple[Array, ...], rates: Array, decaying: int) -> Calls:
        """w -= η g √(u + ε) / √(v + ε)."""
        return over_weights(adadelta, w, dw, *slots, rates, self.rho, self.epsilon)
