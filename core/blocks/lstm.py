"""LSTM: a memory that is read, written and forgotten through gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Block, Buffers, Example, Group, Shapes, Space
from core.errors import ShapeError
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
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class LSTM(Block):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997; forget gate: Gers et al., 2000). Shape (time, features).

    W (features, 4 units), U (units, 4 units), b (4 units), each with the gates in the order i, f, g, o:
    z = x W + h U + b; i, f, o = sigmoid(z), g = tanh(z); c = f c + i g; h = o tanh(c).
    """

    id: ClassVar[str] = "lstm"
    title: ClassVar[Words] = Words("LSTM", "LSTM 长短期记忆")
    group: ClassVar[Group] = "sequence"
    help: ClassVar[Words] = Words(
        "Reads a sequence step by step. A cell keeps what it has seen: c = f·c + i·g, where the forget gate f and the input gate "
        "i are learnt, and the output gate o decides what is told: h = o·tanh(c). Remembers over dozens of steps, where a plain "
        "recurrent layer forgets. To stack two, the lower one must return the whole sequence.",
        "逐步读取序列。记忆单元保存读过的内容：c = f·c + i·g，其中遗忘门 f 与输入门 i 由训练得到；输出门 o 决定输出什么：h = o·tanh(c)。"
        "可记住数十步之前的内容，而普通循环层会遗忘。叠放两层时，下层须返回整个序列。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("long short-term memory", "recurrent", "rnn", "循环", "长短期记忆")

    units: int = setting(
        64, Words("Units", "单元数"), Words("How many numbers the memory holds.", "记忆中有多少个数。"), ge=1, le=65_536
    )
    returns: Literal["sequence", "last"] = setting(
        "last",
        Words("Returns", "返回"),
        Words("The state after every step, or after the last one only.", "每一步之后的状态，或仅最后一步之后的状态。"),
        choices={"sequence": Words("Whole sequence", "整个序列"), "last": Words("Last step", "最后一步")},
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (time, units) or (units,)."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(
                Words(
                    f"LSTM takes a sequence of vectors (time, features) such as (64, 32), and {x} reaches it. "
                    + ("Put an Embedding block before it." if len(x) == 1 else "Put a Reshape block before it."),
                    f"LSTM 需要向量序列（时间, 特征），如 (64, 32)，而到达的是 {x}。"
                    + ("请在它之前放一个嵌入模块。" if len(x) == 1 else "请在它之前放一个变形模块。"),
                ),
                fixes=("embedding",) if len(x) == 1 else ("reshape",),
            )
        return ((x[0], self.units) if self.returns == "sequence" else (self.units,),)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """W (features, 4 units), U (units, 4 units), b (4 units)."""
        features, wide = ins[0][1], 4 * self.units
        return {
            "W": Weight((features, wide), "glorot", decays=True, fans=(features, self.units)),
            "U": Weight((self.units, wide), "orthogonal", decays=True, fans=(self.units, self.units)),
            "b": Weight((wide,), "forget"),
        }

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """Gates and cells of every step, what each step reads (x and the state before it), and what the products need."""
        time, features = ins[0]
        steps, units, wide = batch * time, self.units, 4 * self.units
        space: dict[str, tuple[int, ...]] = {"gates": (batch, time, wide), "cells": (batch, time, units)}
        space["reads"] = (batch, time, features + units)
        space |= lstm_space(batch, units, train=train)
        used = [product_space(steps, wide, features)]
        if train:
            space |= {"dgates": (batch, time, wide), "dweights": (features + units, wide)}
            for part in {part.stop - part.start for part in _parts(steps)}:
                used += [product_space(features + units, wide, part), product_space(part, features, wide)]
                used += [sum_rows_space(part, wide)]
        return {name: Space(shape) for name, shape in (space | shared_space(*used)).items()}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """Gates = x W + b for all steps at once, then step by step."""
        features = b.x[0].shape[-1]
        x, gates = table(b.x[0], features), table(b.scratch["gates"], 4 * self.units)
        calls = [*columns(b.x[0], b.scratch["reads"], features)] if train else []
        calls += product(x, b.w["W"], gates, b.scratch, bias=b.w["b"])
        return [*calls, *lstm(b.w["U"], b.y[0].reshape(len(b.y[0]), -1, self.units), b.scratch)]

    def backward(self, b: Buffers) -> Calls:
        """Back through time to dgates; then dW over dU = [x, h]ᵀ dgates, db = Σ dgates, dx = dgates Wᵀ."""
        features, dweights = b.x[0].shape[-1], b.scratch["dweights"]
        reads, dgates = table(b.scratch["reads"], features + self.units), table(b.scratch["dgates"], 4 * self.units)
        calls = [*lstm_slopes(b.w["U"], b.dy[0].reshape(len(b.dy[0]), -1, self.units), b.scratch)]
        for part in _parts(len(dgates)):
            later = part.start > 0
            calls += product_transposed_a(reads[part], dgates[part], dweights, b.scratch, accumulate=later)
            calls += sum_rows(dgates[part], b.dw["b"], b.scratch, accumulate=later)
            if b.dx[0] is not None:
                calls += product_transposed_b(dgates[part], b.w["W"], table(b.dx[0], features)[part], b.scratch)
        return [*calls, *copy(dweights[:features], b.dw["W"]), *copy(dweights[features:], b.dw["U"])]

    def multiply_adds(self, ins: Shapes) -> int:
        """Time × (features + units) × 4 units."""
        time, features = ins[0]
        return time * (features + self.units) * 4 * self.units

    def caption(self) -> str:
        """The number of units."""
        return str(self.units)


def _parts(steps: int) -> list[slice]:
    """The steps of all rows, some hundreds at a time: their dgates stay in cache for the three products that read them."""
    size = max(256, -(-steps // 16))
    return [slice(start, min(start + size, steps)) for start in range(0, steps, size)]


EXAMPLES: list[Example] = [
    (LSTM(units=3, returns="sequence"), ((5, 4),)),
    (LSTM(units=5), ((4, 2),)),
    (LSTM(units=1), ((1, 1),)),
]
