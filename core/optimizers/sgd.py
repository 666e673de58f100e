"""SGD: straight down the gradient, with or without momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels.call import Calls
from core.kernels.optimizer import over_weights, sgd, sgd_momentum
from core.optimizers._base import Array, Optimizer, rate
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class SGD(Optimizer):
    """Stochastic gradient descent (Robbins & Monro, 1951), momentum (Polyak, 1964), Nesterov (1983)."""

    id: ClassVar[str] = "sgd"
    title: ClassVar[Words] = Words("SGD", "随机梯度下降（SGD）")
    help: ClassVar[Words] = Words(
        "w ← w − η g: straight down the gradient. With momentum it gathers speed, v ← μ v + g, w ← w − η v. Plain, "
        "frugal, and with a good learning rate often the best in the end; a rate that is too large makes the loss "
        "jump.",
        "w ← w − η g：沿梯度直接下降。有动量时会积累速度：v ← μ v + g，w ← w − η v。简单、省内存，"
        "学习率合适时最终效果常常最好；学习率过大则损失跳动。",
    )

    learning_rate: float = rate(0.01)
    momentum: float = setting(
        0.0,
        Words("Momentum", "动量"),
        Words("How much of the speed is kept at each step.", "每一步保留多少速度。"),
        ge=0,
        lt=1,
    )
    nesterov: bool = setting(
        False,
        Words("Nesterov", "Nesterov 加速"),
        Words(
            "Takes the gradient where the momentum is about to lead; needs momentum.",
            "在动量将要到达之处取梯度；需要动量。",
        ),
    )

    @property
    def slots(self) -> int:
        """The velocity, where there is momentum."""
        return int(self.momentum > 0)

    def update(self, w: Array, dw: Array, slots: tuple[Array, ...], rates: Array, decaying: int) -> Calls:
        """w -= η v, with v the gradient or the velocity."""
        if not slots:
            return over_weights(sgd, w, dw, rates)
        return over_weights(sgd_momentum, w, dw, *slots, rates, self.momentum, int(self.nesterov))
