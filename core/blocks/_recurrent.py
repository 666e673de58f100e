"""What the recurrent blocks share: their settings, their shapes, and how steps are cut for the products of a sequence."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, Self

import numpy as np

from core.blocks._base import NOTHING, Array, Block, Buffers, Group, Shape, Shapes, Space
from core.blocks._both_ways import both_backward, both_forward, both_space, both_weights
from core.blocks._mask import MASK, check_mask, mask_setting
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels.activation import table
from core.kernels.call import Call, Calls
from core.kernels.matmul import (
    product_space,
    product_transposed_a,
    product_transposed_b,
    sum_rows,
    sum_rows_space,
)
from core.kernels.tile import shared_space
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Recurrent(Block):
    """A layer that reads a sequence step by step and hands a state of `units` numbers on. Shape (time, features).

    What it hands on is `handed`: a state, and an LSTM's cell. With `states`, each has a port on both sides: what the
    layer begins with (zero without a wire), and what is left after the last step. Through a step that does not count
    (masked), they pass unchanged. Read both ways, outputs and states are those of the way forth, then of the way back.
    """

    group: ClassVar[Group] = "sequence"
    optional: ClassVar[tuple[str, ...]] = ("h", "c")
    switches: ClassVar[tuple[str, ...]] = (MASK,)
    parts: ClassVar[int]  # how many times `units` the matrices are wide: one part for each gate
    handed: ClassVar[tuple[str, ...]] = ("h",)
    gates: ClassVar[tuple[str, ...]] = ()  # what lies side by side in the scratch of that name
    kept: ClassVar[str] = "state"  # what they write

    units: int = setting(
        64, Words("Units", "单元数"), Words("How many numbers the memory holds.", "记忆中有多少个数。"), ge=1, le=65_536
    )
    returns: Literal["sequence", "last"] = setting(
        "last",
        Words("Returns", "返回"),
        Words("The state after every step, or after the last one only.", "每一步之后的状态，或仅最后一步之后的状态。"),
        choices={"sequence": Words("Whole sequence", "整个序列"), "last": Words("Last step", "最后一步")},
    )
    bidirectional: bool = setting(
        False,
        Words("Both ways", "双向"),
        Words(
            "A second layer reads from the end to the beginning (Schuster & Paliwal, 1997); the output is twice as wide. "
            "Not for predicting what comes next: it would see it.",
            "另有一层从末尾读到开头（Schuster 与 Paliwal，1997），输出宽度加倍。不可用于预测后续内容：它会看到答案。",
        ),
    )
    masked: bool = mask_setting(Words("Steps of padding leave the state as it is.", "遇到填充步时状态保持不变。"))
    states: bool = setting(
        False,
        Words("State ports", "状态端口"),
        Words(
            "Inputs for the state to begin with, and outputs for the last one: how an encoder hands over to a decoder.",
            "增加初始状态的输入端口与最终状态的输出端口：编码器由此把状态交给解码器。",
        ),
        advanced=True,
    )

    def input_ports(self) -> tuple[str, ...]:
        """The sequence, and as set: the mask, and what to begin with."""
        return ("x", *([MASK] if self.masked else []), *(self.handed if self.states else ()))

    def output_ports(self) -> tuple[str, ...]:
        """What it returns, and as set: what is left after the last step."""
        return ("y", *(self.handed if self.states else ()))

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (time, units) or (units,), twice as wide both ways; each state as wide."""
        x, wide = ins[0], self.units * (2 if self.bidirectional else 1)
        if len(x) != 2:
            fix = Words("an Embedding", "嵌入") if len(x) == 1 else Words("a Reshape", "变形")
            raise ShapeError(
                Words(
                    f"{self.title.en} takes a sequence of vectors (time, features) such as (64, 32), and {x} reaches it. "
                    f"Put {fix.en} block before it.",
                    f"{self.title.zh}需要向量序列（时间, 特征），如 (64, 32)，而到达的是 {x}。"
                    f"请在它之前放一个{fix.zh}模块。",
                ),
                fixes=("embedding",) if len(x) == 1 else ("reshape",),
            )
        for port, shape in zip(self.input_ports()[1:], ins[1:], strict=True):
            if port == MASK:
                check_mask(self.title, shape, x[0])
            elif shape not in {(wide,), NOTHING}:
                raise ShapeError(
                    Words(
                        f"{self.title.en}: its state {port!r} begins with {wide} numbers, ({wide},), and {shape} reaches it. "
                        "Give this block and the one the state comes from as many units, both ways or one way.",
                        f"{self.title.zh}：状态 {port!r} 以 {wide} 个数开始，即 ({wide},)，而到达的是 {shape}。"
                        "请使本模块与状态来源模块的单元数和方向（单向或双向）一致。",
                    )
                )
        first = (x[0], wide) if self.returns == "sequence" else (wide,)
        return (first, *(((wide,),) * len(self.handed) if self.states else ()))

    @staticmethod
    @abstractmethod
    def memory(scratch: Mapping[str, Array]) -> Array:
        """What one way keeps, (batch, time, units), after each step."""

    @abstractmethod
    def matrices(self, features: int) -> dict[str, Weight]:
        """The weights of one way."""

    @abstractmethod
    def room(self, time: int, features: int, batch: int, *, train: bool) -> dict[str, Shape]:
        """The scratch of one way."""

    @abstractmethod
    def through(self, b: Buffers, *, train: bool) -> Calls:
        """The calls of one way."""

    @abstractmethod
    def back_through(self, b: Buffers) -> Calls:
        """The calls of one way back."""

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """Those of one way, or of both."""
        way = self.matrices(ins[0][1])
        return both_weights(way) if self.bidirectional else way

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """That of one way, or of both."""
        if self.bidirectional:
            halves = (
                s if p in {"x", MASK} else s and (self.units,) for p, s in zip(self.input_ports(), ins, strict=True)
            )
            return both_space(self._one_way(), tuple(halves), batch, train=train)
        time, features = ins[0]
        return {name: Space(shape) for name, shape in self.room(time, features, batch, train=train).items()}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """One way, or both."""
        if self.bidirectional:
            return both_forward(self._one_way(), b, train=train)
        return self.through(b, train=train)

    def backward(self, b: Buffers) -> Calls:
        """One way, or both."""
        return both_backward(self._one_way(), b) if self.bidirectional else self.back_through(b)

    def _one_way(self) -> Self:
        return replace(self, bidirectional=False)

    def multiply_adds(self, ins: Shapes) -> int:
        """Time × (features + units) × the width of the matrices, for each way."""
        time, features = ins[0]
        return time * (features + self.units) * self.parts * self.units * (2 if self.bidirectional else 1)

    def caption(self) -> str:
        """The number of units."""
        return f"2 × {self.units}" if self.bidirectional else str(self.units)

    def steps(self, array: Array, batch: int) -> Array:
        """An output or its slope as (batch, steps, units): one step where only the last is returned, none without a wire."""
        return array.reshape(batch, array.size // (batch * self.units), self.units)

    def mask(self, b: Buffers) -> Array:
        """(batch, time), or (0, time) where every step counts."""
        time = b.x[0].shape[1]
        return b.x[1] if self.masked else np.empty((0, time), b.x[0].dtype)

    def begins(self, b: Buffers, port: str) -> Array:
        """What is given to begin with, (batch, units), or (0, units) for nothing."""
        given = b.x[self.input_ports().index(port)] if self.states else b.x[0][:0]
        return given.reshape(-1, self.units)

    def ends(self, b: Buffers, port: str, otherwise: Array) -> Array:
        """Where what is left after the last step goes: an output (batch, units), or scratch."""
        return b.y[self.output_ports().index(port)] if self.states else otherwise

    def dends(self, b: Buffers, port: str) -> Array:
        """The slope of what is left after the last step, (batch, units), or (0, units) where it leads nowhere."""
        given = b.dy[self.output_ports().index(port)] if self.states else b.x[0][:0]
        return given.reshape(-1, self.units)

    def dbegins(self, b: Buffers, port: str, otherwise: Array) -> Array:
        """Where the slope of what it began with goes: dx of the port, or scratch where nobody asks for it."""
        wanted = b.dx[self.input_ports().index(port)] if self.states else None
        return otherwise if wanted is None else wanted


def runs(steps: int) -> list[slice]:
    """The steps of all rows, some hundreds at a time: their slopes stay in cache for the products that read them."""
    size = max(256, -(-steps // 16))
    return [slice(start, min(start + size, steps)) for start in range(0, steps, size)]


def slopes_space(steps: int, features: int, units: int, wide: int) -> dict[str, tuple[int, ...]]:
    """Scratch of `slopes`."""
    used = []
    for run in {run.stop - run.start for run in runs(steps)}:
        used += [product_space(features, wide, run), product_space(units, wide, run)]
        used += [product_space(run, features, wide), sum_rows_space(run, wide)]
    return shared_space(*used)


def slopes(b: Buffers, dinput: Array, drecurrent: Array) -> Calls:
    """From the slopes of x W + b and of h U + c: dW = xᵀ dinput, dU = hᵀ drecurrent, db, dc, dx = dinput Wᵀ."""
    wide, features = b.w["W"].shape[1], b.x[0].shape[-1]
    x, before = table(b.x[0], features), table(b.scratch["before"], len(b.w["U"]))
    dinput, drecurrent = table(dinput, wide), table(drecurrent, wide)
    calls: list[Call] = []
    for run in runs(len(x)):
        later = run.start > 0
        calls += product_transposed_a(x[run], dinput[run], b.dw["W"], b.scratch, accumulate=later)
        calls += sum_rows(dinput[run], b.dw["b"], b.scratch, accumulate=later)
        if b.dx[0] is not None:
            calls += product_transposed_b(dinput[run], b.w["W"], table(b.dx[0], features)[run], b.scratch)
        calls += product_transposed_a(before[run], drecurrent[run], b.dw["U"], b.scratch, accumulate=later)
        if "c" in b.dw:
            calls += sum_rows(drecurrent[run], b.dw["c"], b.scratch, accumulate=later)
    return calls
