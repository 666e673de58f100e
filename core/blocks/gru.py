"""GRU: a memory that two gates keep and renew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import NOTHING, Array, Buffers, Example, Level, Shape
from core.blocks._recurrent import Recurrent, slopes, slopes_space
from core.initializers import Weight
from core.kernels.activation import table
from core.kernels.call import Calls
from core.kernels.matmul import product, product_space
from core.kernels.recurrent_simple import gru, gru_slopes, gru_space
from core.kernels.tile import shared_space
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class GRU(Recurrent):
    """Gated recurrent unit (Cho et al., 2014), the reset gate after the product as in PyTorch and Keras. Shape (time, features).

    W (features, 3 units), U (units, 3 units), b and c (3 units), each with the gates in the order r, z, n:
    r, z = sigmoid(x W + b + h U + c); n = tanh(x W + b + r (h U + c)); h = (1 - z) n + z h.
    """

    id: ClassVar[str] = "gru"
    title: ClassVar[Words] = Words("GRU", "GRU 门控循环单元")
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "Reads a sequence step by step: h = (1 − z)·n + z·h. The update gate z decides how much is kept, and the reset gate r "
        "how much of the past the candidate n sees. Remembers about as long as LSTM, with a quarter fewer weights. "
        "To stack two, the lower one must return the whole sequence.",
        "逐步读取序列：h = (1 − z)·n + z·h。更新门 z 决定保留多少，重置门 r 决定候选值 n 看到多少过去的内容。"
        "记忆长度与 LSTM 相近，而权重少四分之一。叠放两层时，下层须返回整个序列。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("gated recurrent unit", "recurrent", "rnn", "循环", "门控循环单元")
    parts: ClassVar[int] = 3
    gates: ClassVar[tuple[str, ...]] = ("reset", "update", "candidate")

    @staticmethod
    def memory(scratch: Mapping[str, Array]) -> Array:
        """The states, which its kernel leaves in the place of the first part of h U + c."""
        recurrent = scratch["recurrent"]
        return recurrent[..., : recurrent.shape[-1] // 3]

    def matrices(self, features: int) -> dict[str, Weight]:
        """W (features, 3 units), U (units, 3 units), b (3 units), c (3 units), the bias of h U."""
        wide = 3 * self.units
        return {
            "W": Weight((features, wide), "glorot", decays=True, fans=(features, self.units)),
            "U": Weight((self.units, wide), "orthogonal", decays=True, fans=(self.units, self.units)),
            "b": Weight((wide,)),
            "c": Weight((wide,)),
        }

    def room(self, time: int, features: int, batch: int, *, train: bool) -> dict[str, Shape]:
        """Gates and h U + c of every step, the states before it, and what the products need."""
        used = [product_space(batch * time, 3 * self.units, features)]
        if train:
            used.append(slopes_space(batch * time, features, self.units, 3 * self.units))
        return gru_space(batch, time, self.units, train=train) | shared_space(*used)

    def through(self, b: Buffers, *, train: bool) -> Calls:
        """Gates = x W + b for all steps at once, then step by step."""
        x, gates = table(b.x[0], b.x[0].shape[-1]), table(b.scratch["gates"], 3 * self.units)
        calls = product(x, b.w["W"], gates, b.scratch, bias=b.w["b"])
        y, end = self.steps(b.y[0], len(b.x[0])), self.ends(b, "h", b.scratch["state"])
        return [*calls, *gru(b.w["U"], b.w["c"], self.mask(b), self.begins(b, "h"), y, end, b.scratch)]

    def back_through(self, b: Buffers) -> Calls:
        """Back through time to the slopes of x W + b and of h U + c; then dW, dU, db, dc and dx."""
        dy, dstart = self.steps(b.dy[0], len(b.x[0])), self.dbegins(b, "h", b.scratch["state"])
        calls = gru_slopes(b.w["U"], dy, self.dends(b, "h"), dstart, b.scratch)
        return [*calls, *slopes(b, b.scratch["dgates"], b.scratch["drecurrent"])]


EXAMPLES: list[Example] = [
    (GRU(units=3, returns="sequence"), ((5, 4),)),
    (GRU(units=5), ((4, 2),)),
    (GRU(units=1), ((1, 1),)),
    (GRU(units=2, masked=True, states=True), ((4, 3), (4,), (2,))),
    (GRU(units=2, returns="sequence", bidirectional=True, masked=True, states=True), ((4, 3), (4,), NOTHING)),
]
