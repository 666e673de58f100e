"""RNN: a state that each step makes anew from the input and from itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Array, Buffers, Example, Level, Shape
from core.blocks._recurrent import Recurrent, slopes, slopes_space
from core.initializers import Weight
from core.kernels.activation import table
from core.kernels.call import Calls
from core.kernels.matmul import product, product_space
from core.kernels.recurrent_simple import RELU, TANH, rnn, rnn_slopes, rnn_space
from core.kernels.tile import shared_space
from core.settings import setting
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class RNN(Recurrent):
    """Plain recurrent layer (Elman, 1990), h = act(x W + h U + b). Shape (time, features).

    W (features, units), U (units, units), b (units); h begins at zero. With ReLU, U starting as the identity and b as
    zero it is the IRNN of Le, Jaitly & Hinton (2015): at first the state is handed on as it is, and so is its slope.
    """

    id: ClassVar[str] = "rnn"
    title: ClassVar[Words] = Words("RNN", "RNN 循环层")
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "Reads a sequence step by step and hands its state on: h = act(x·W + h·U + b). The simplest recurrent layer, good for "
        "a few steps: over long sequences its gradients vanish or explode. U starting as the identity, with ReLU, holds them "
        "for longer; LSTM and GRU for longer still. To stack two, the lower one must return the whole sequence.",
        "逐步读取序列，并把状态传给下一步：h = act(x·W + h·U + b)。最简单的循环层，适合较短的序列：序列一长，梯度会消失或爆炸。"
        "U 以单位阵为初始值并用 ReLU，可使梯度保持更久；LSTM 和 GRU 保持得更久。叠放两层时，下层须返回整个序列。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("recurrent", "simple rnn", "elman", "irnn", "循环", "循环神经网络")
    parts: ClassVar[int] = 1

    activation: Literal["tanh", "relu"] = setting(
        "tanh",
        Words("Activation", "激活"),
        Words("What each new state goes through.", "每个新状态所经过的激活函数。"),
        choices={"tanh": same("Tanh"), "relu": same("ReLU")},
    )
    start: Literal["orthogonal", "identity"] = setting(
        "orthogonal",
        Words("Start of U", "U 的初始化"),
        Words("How the weights from state to state begin.", "状态到状态的权重的初始值。"),
        choices={
            "orthogonal": Words("Orthogonal (2013)", "正交（2013）"),
            "identity": Words("Identity (2015)", "单位阵（2015）"),
        },
    )

    @staticmethod
    def memory(scratch: Mapping[str, Array]) -> Array:
        """The states."""
        return scratch["states"]

    def matrices(self, features: int) -> dict[str, Weight]:
        """W (features, units), U (units, units), b (units)."""
        units = self.units
        return {
            "W": Weight((features, units), "glorot", decays=True, fans=(features, units)),
            "U": Weight((units, units), self.start, decays=True, fans=(units, units)),
            "b": Weight((units,)),
        }

    def room(self, time: int, features: int, batch: int, *, train: bool) -> dict[str, Shape]:
        """The states of every step, those before it, and what the products need."""
        used = [product_space(batch * time, self.units, features)]
        if train:
            used.append(slopes_space(batch * time, features, self.units, self.units))
        return rnn_space(batch, time, self.units, train=train) | shared_space(*used)

    def through(self, b: Buffers, *, train: bool) -> Calls:
        """States = x W + b for all steps at once, then step by step."""
        x, states = table(b.x[0], b.x[0].shape[-1]), table(b.scratch["states"], self.units)
        calls = product(x, b.w["W"], states, b.scratch, bias=b.w["b"])
        y, end = self.steps(b.y[0], len(b.x[0])), self.ends(b, "h", b.scratch["state"])
        return [*calls, *rnn(b.w["U"], self.mask(b), self.begins(b, "h"), y, end, b.scratch, self._code())]

    def back_through(self, b: Buffers) -> Calls:
        """Back through time to dsums, the slopes before the activation; then dW, dU, db and dx."""
        dy, dstart = self.steps(b.dy[0], len(b.x[0])), self.dbegins(b, "h", b.scratch["state"])
        calls = rnn_slopes(b.w["U"], self.mask(b), dy, self.dends(b, "h"), dstart, b.scratch, self._code())
        return [*calls, *slopes(b, b.scratch["dsums"], b.scratch["dsums"])]

    def _code(self) -> int:
        return RELU if self.activation == "relu" else TANH


EXAMPLES: list[Example] = [
    (RNN(units=3, returns="sequence"), ((5, 4),)),
    (RNN(units=5, activation="relu", start="identity"), ((4, 2),)),
    (RNN(units=1), ((1, 1),)),
    (RNN(units=2, masked=True, states=True), ((4, 3), (4,), (2,))),
    (RNN(units=2, returns="sequence", bidirectional=True, masked=True, states=True), ((4, 3), (4,), (4,))),
]
