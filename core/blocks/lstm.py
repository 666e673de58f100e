"""LSTM: a memory that is read, written and forgotten through gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import NOTHING, Array, Buffers, Example, Level, Shape
from core.blocks._recurrent import Recurrent, runs
from core.initializers import Weight
from core.kernels.activation import table
from core.kernels.call import Calls
from core.kernels.matmul import (
    product,
    product_space,
    product_transposed_a,
    product_transposed_b,
    sum_rows,
    sum_rows_space,
)
from core.kernels.merge import columns, copy
from core.kernels.recurrent import lstm, lstm_slopes, lstm_space
from core.kernels.tile import shared_space
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class LSTM(Recurrent):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997; forget gate: Gers et al., 2000). Shape (time, features).

    W (features, 4 units), U (units, 4 units), b (4 units), each with the gates in the order i, f, g, o:
    z = x W + h U + b; i, f, o = sigmoid(z), g = tanh(z); c = f c + i g; h = o tanh(c).
    """

    id: ClassVar[str] = "lstm"
    title: ClassVar[Words] = Words("LSTM", "LSTM 长短期记忆")
    level: ClassVar[Level] = "beginner"
    help: ClassVar[Words] = Words(
        "Reads a sequence step by step. A cell keeps what it has seen: c = f·c + i·g, where the forget gate f and the input gate "
        "i are learnt, and the output gate o decides what is told: h = o·tanh(c). Remembers over dozens of steps, where a plain "
        "recurrent layer forgets. To stack two, the lower one must return the whole sequence.",
        "逐步读取序列。记忆单元保存读过的内容：c = f·c + i·g，其中遗忘门 f 与输入门 i 由训练得到；输出门 o 决定输出什么：h = o·tanh(c)。"
        "可记住数十步之前的内容，而普通循环层会遗忘。叠放两层时，下层须返回整个序列。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("long short-term memory", "recurrent", "rnn", "循环", "长短期记忆")
    parts: ClassVar[int] = 4
    handed: ClassVar[tuple[str, ...]] = ("h", "c")
    gates: ClassVar[tuple[str, ...]] = ("input", "forget", "candidate", "output")
    kept: ClassVar[str] = "cell"

    @staticmethod
    def memory(scratch: Mapping[str, Array]) -> Array:
        """The cells."""
        return scratch["cells"]

    def matrices(self, features: int) -> dict[str, Weight]:
        """W (features, 4 units), U (units, 4 units), b (4 units)."""
        wide = 4 * self.units
        return {
            "W": Weight((features, wide), "glorot", decays=True, fans=(features, self.units)),
            "U": Weight((self.units, wide), "orthogonal", decays=True, fans=(self.units, self.units)),
            "b": Weight((wide,), "forget"),
        }

    def room(self, time: int, features: int, batch: int, *, train: bool) -> dict[str, Shape]:
        """Gates and cells of every step, what each step reads (x and the state before it), and what the products need."""
        steps, units, wide = batch * time, self.units, 4 * self.units
        space: dict[str, Shape] = {"reads": (batch, time, features + units)}
        space |= lstm_space(batch, time, units, train=train)
        used = [product_space(steps, wide, features)]
        if train:
            space["dweights"] = (features + units, wide)
            for run in {run.stop - run.start for run in runs(steps)}:
                used += [product_space(features + units, wide, run), product_space(run, features, wide)]
                used += [sum_rows_space(run, wide)]
        return space | shared_space(*used)

    def through(self, b: Buffers, *, train: bool) -> Calls:
        """Gates = x W + b for all steps at once, then step by step."""
        features = b.x[0].shape[-1]
        x, gates = table(b.x[0], features), table(b.scratch["gates"], 4 * self.units)
        calls = [*columns(b.x[0], b.scratch["reads"], features)] if train else []
        calls += product(x, b.w["W"], gates, b.scratch, bias=b.w["b"])
        start = self.begins(b, "h"), self.begins(b, "c")
        end = self.ends(b, "h", b.scratch["state"]), self.ends(b, "c", start[1][:0])
        return [*calls, *lstm(b.w["U"], self.mask(b), start, self.steps(b.y[0], len(b.x[0])), end, b.scratch)]

    def back_through(self, b: Buffers) -> Calls:
        """Back through time to dgates; then dW over dU = [x, h]ᵀ dgates, db = Σ dgates, dx = dgates Wᵀ."""
        features, dweights = b.x[0].shape[-1], b.scratch["dweights"]
        reads, dgates = table(b.scratch["reads"], features + self.units), table(b.scratch["dgates"], 4 * self.units)
        dend = self.dends(b, "h"), self.dends(b, "c")
        dstart = self.dbegins(b, "h", b.scratch["state"]), self.dbegins(b, "c", b.scratch["dcell"])
        dy = self.steps(b.dy[0], len(b.x[0]))
        calls = [*lstm_slopes(b.w["U"], self.mask(b), dy, dend, dstart, b.scratch)]
        for run in runs(len(dgates)):
            later = run.start > 0
            calls += product_transposed_a(reads[run], dgates[run], dweights, b.scratch, accumulate=later)
            calls += sum_rows(dgates[run], b.dw["b"], b.scratch, accumulate=later)
            if b.dx[0] is not None:
                calls += product_transposed_b(dgates[run], b.w["W"], table(b.dx[0], features)[run], b.scratch)
        return [*calls, *copy(dweights[:features], b.dw["W"]), *copy(dweights[features:], b.dw["U"])]


EXAMPLES: list[Example] = [
    (LSTM(units=3, returns="sequence"), ((5, 4),)),
    (LSTM(units=5), ((4, 2),)),
    (LSTM(units=1), ((1, 1),)),
    (LSTM(units=2, returns="sequence", masked=True), ((4, 3), (4,))),
    (LSTM(units=3, states=True), ((3, 2), (3,), NOTHING)),
    (LSTM(units=2, returns="sequence", bidirectional=True, masked=True, states=True), ((4, 3), (4,), (4,), (4,))),
    (LSTM(units=3, bidirectional=True), ((2, 5),)),
]
