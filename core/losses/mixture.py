"""Negative log-likelihood of a mixture of Gaussians: for numbers that may be this or that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.errors import ShapeError
from core.kernels.activation import rowwise, table
from core.kernels.call import Calls
from core.kernels.loss_density import mixture, mixture_backward, mixture_read
from core.losses._base import Array, Example, Loss, Shape, Target
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Mixture(Loss):
    """L = -ln Σ π[k] Π N(t; m[k], σ[k]) (Bishop, 1994). Shapes (…, K + 2 K n): K logits, K × n means, K × n ln σ.

    ln σ counts as ±10 beyond ±10.
    """

    id: ClassVar[str] = "mixture"
    title: ClassVar[Words] = Words("Mixture likelihood", "混合密度似然")
    help: ClassVar[Words] = Words(
        "L = −ln Σ πₖ N(t; mₖ, σₖ): for numbers with several right answers, such as left or right at a junction, where a "
        "mean would be wrong. Of n numbers in K parts the network gives K scores for π = softmax, K × n means, then K × n "
        "logarithms of σ. What is read is π, m and σ. Parts may fall together; start with few.",
        "L = −ln Σ πₖ N(t; mₖ, σₖ)：用于有多个正确答案的数值，例如路口可左可右，取平均反而是错的。对 n 个数、K 个分量，"
        "网络依次输出 K 个分数（π = softmax）、K × n 个均值、K × n 个 ln σ。读出的是 π、m 和 σ。分量可能重合，请从少量开始。",
    )
    target: ClassVar[Target] = "numbers"
    metric: ClassVar[str] = "mean_absolute_error"
    metric_title: ClassVar[Words] = Words("Mean absolute error", "平均绝对误差")

    components: int = setting(
        3,
        Words("Parts", "分量数"),
        Words("K: how many Gaussians are mixed.", "K：混合多少个高斯分量。"),
        ge=1,
        le=64,
    )

    def check_shape(self, x: Shape) -> None:
        """K + 2 K n numbers on the last axis, n >= 1."""
        each, rest = divmod(x[-1], self.components)
        if rest or each < 3 or each % 2 == 0:
            k = self.components
            raise ShapeError(
                Words(
                    f"A mixture of {k} parts needs {k} + {2 * k} n units for n numbers, such as {3 * k} for one, and this "
                    f"is {x}. Change the units of the Dense block before it, or the number of parts.",
                    f"{k} 个分量的混合对 n 个数需要 {k} + {2 * k} n 个单元（一个数时为 {3 * k}），现在是 {x}。"
                    "请修改前面全连接模块的单元数，或修改分量数。",
                ),
                ("dense",),
            )

    def target_shape(self, x: Shape) -> Shape:
        """(…, K + 2 K n) -> (…, n)."""
        return (*x[:-1], self._numbers(x[-1]))

    def predict(self, x: Array, y: Array) -> Calls:
        """Shares, means and standard deviations."""
        width = x.shape[-1]
        numbers = (self.components, self._numbers(width))
        return rowwise(mixture_read, x.size // width, width, table(x, width), table(y, width), *numbers)

    def answer(self, y: Array) -> Array:
        """The mean of all parts, each by its share."""
        k, n = self.components, self._numbers(y.shape[-1])
        means = y[..., k : k + k * n].reshape(*y.shape[:-1], k, n)
        mean: Array = np.einsum("...k,...kn->...n", y[..., :k], means)
        return mean

    def measure(self, x: Array, y: Array, target: Array, measures: Array) -> Calls:
        """Means over the places of each row."""
        width, rows = x.shape[-1], len(x)
        by_place = target.reshape(rows, -1, self._numbers(width))
        return rowwise(mixture, rows, x[0].size, x.reshape(rows, -1, width), by_place, self.components, measures)

    def gradient(self, x: Array, y: Array, target: Array, dx: Array) -> Calls:
        """By logits, means and ln σ; see the kernel."""
        width = x.shape[-1]
        places = x.size // width
        given = (table(x, width), table(target, self._numbers(width)), self.components, table(dx, width))
        return rowwise(mixture_backward, places, width, *given, 1 / places)

    def _numbers(self, width: int) -> int:
        return (width // self.components - 1) // 2


EXAMPLES: list[Example] = [
    (Mixture(components=1), (3,)),
    (Mixture(), (9,)),
    (Mixture(components=2), (3, 10)),
]
