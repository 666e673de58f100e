"""What the recurrent blocks share: their settings, their shapes, and how steps are cut for the products of a sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Array, Block, Buffers, Group, Shapes
from core.errors import ShapeError
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
    """A layer that reads a sequence step by step and hands a state of `units` numbers on. Shape (time, features)."""

    group: ClassVar[Group] = "sequence"
    parts: ClassVar[int]  # how many times `units` the matrices are wide: one part for each gate

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
        return ((x[0], self.units) if self.returns == "sequence" else (self.units,),)

    def multiply_adds(self, ins: Shapes) -> int:
        """Time × (features + units) × the width of the matrices."""
        time, features = ins[0]
        return time * (features + self.units) * self.parts * self.units

    def caption(self) -> str:
        """The number of units."""
        return str(self.units)

    def steps(self, array: Array) -> Array:
        """An output or its slope as (batch, steps, units): one step where only the last is returned."""
        return array.reshape(len(array), -1, self.units)


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
