"""Negative log-likelihood of a Gaussian: for numbers, with how sure the network is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.errors import ShapeError
from core.kernels.activation import rowwise, table
from core.kernels.call import Calls
from core.kernels.loss_density import gaussian, gaussian_backward, gaussian_read
from core.losses._base import Array, Example, Loss, Shape, Target
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Gaussian(Loss):
    """L = mean of (s + (t - m)² e**-s + ln 2π) / 2 (Nix & Weigend, 1994). Shapes (…, 2 n): n means m, then n ln σ² = s.

    s counts as ±20 beyond ±20.
    """

    id: ClassVar[str] = "gaussian"
    title: ClassVar[Words] = Words("Gaussian likelihood", "高斯似然")
    help: ClassVar[Words] = Words(
        "L = ½ (s + (t − m)² e⁻ˢ + ln 2π): for numbers whose spread is to be learnt too. The network gives twice as many "
        "numbers as the data has: first the means m, then the logarithms s of the variances. What is read is m and σ. "
        "Normalise the targets, or the first steps may be wild.",
        "L = ½ (s + (t − m)² e⁻ˢ + ln 2π)：用于同时学习数值及其不确定性。网络输出的个数是数据的两倍："
        "先是均值 m，再是方差的对数 s。读出的是 m 和 σ。请归一化目标，否则最初几步可能剧烈波动。",
    )
    target: ClassVar[Target] = "numbers"
    metric: ClassVar[str] = "mean_absolute_error"
    metric_title: ClassVar[Words] = Words("Mean absolute error", "平均绝对误差")

    def check_shape(self, x: Shape) -> None:
        """An even number on the last axis."""
        if x[-1] % 2:
            raise ShapeError(
                Words(
                    f"A Gaussian needs a mean and a log-variance for each number, so an even last axis, and this is {x}. "
                    "Give the Dense block before it twice as many units as the data has numbers.",
                    f"高斯似然需要每个数对应一个均值和一个对数方差，因此最后一维应为偶数，现在是 {x}。"
                    "请把前面全连接模块的单元数设为数据个数的两倍。",
                ),
                ("dense",),
            )

    def target_shape(self, x: Shape) -> Shape:
        """(…, 2 n) -> (…, n)."""
        return (*x[:-1], x[-1] // 2)

    def predict(self, x: Array, y: Array) -> Calls:
        """Means and standard deviations."""
        width = x.shape[-1]
        return rowwise(gaussian_read, x.size // width, width, table(x, width), table(y, width), width // 2)

    def answer(self, y: Array) -> Array:
        """The means."""
        return y[..., : y.shape[-1] // 2]

    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Means over the numbers of each row."""
        width, rows = x.shape[-1], len(x)
        return rowwise(
            gaussian, rows, x[0].size, x.reshape(rows, -1, width), target.reshape(rows, -1, width // 2), measures
        )

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """(m - t) e**-s and (1 - (t - m)² e**-s) / 2, over the size of the target."""
        width = x.shape[-1]
        arrays = (table(x, width), table(target, width // 2), table(dx, width))
        return rowwise(gaussian_backward, x.size // width, width, *arrays, 1 / target.size)


EXAMPLES: list[Example] = [(Gaussian(), (2,)), (Gaussian(), (6,)), (Gaussian(), (3, 4))]
