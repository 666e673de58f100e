"""Huber loss: squared near the goal, absolute far from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernels._jit import Kernel
from core.kernels.activation import elementwise
from core.kernels.call import Calls
from core.kernels.loss_linear import clipped_difference, huber
from core.losses._base import Array, Example
from core.losses._numbers import NumberLoss
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Huber(NumberLoss):
    """L = mean of e² / 2 where |e| <= 1, else |e| - 1/2, with e = x - t (Huber, 1964). Any shape."""

    id: ClassVar[str] = "huber"
    title: ClassVar[Words] = Words("Huber loss", "Huber 损失")
    help: ClassVar[Words] = Words(
        "L = mean of ½ e² where |e| ≤ 1, else |e| − ½, with e = x − t: smooth near the goal like the squared error, "
        "and no more moved by outliers than the absolute error. Normalise the targets first, or 1 may be far too small "
        "or large.",
        "e = x − t，|e| ≤ 1 时 L = ½ e²，否则 L = |e| − ½，取平均：接近目标时与平方误差一样平滑，"
        "又像绝对误差一样不受离群值左右。请先归一化目标，否则界限 1 可能过大或过小。",
    )
    error: ClassVar[Kernel] = huber
    metric: ClassVar[str] = "mean_absolute_error"
    metric_title: ClassVar[Words] = Words("Mean absolute error", "平均绝对误差")

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """x - t, cut off at ±1, over size."""
        return elementwise(clipped_difference, x, target, dx, numbers=(1 / x.size, 1.0))


EXAMPLES: list[Example] = [(Huber(), (1,)), (Huber(), (7,)), (Huber(), (4, 4, 2))]
