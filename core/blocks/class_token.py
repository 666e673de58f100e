"""Class token: a learnt step before the sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.blocks._base import Array, Block, Buffers, Example, Group, Level, Shapes, Space, seen
from core.blocks._mask import MASK, check_mask, mask_setting
from core.blocks._pool1d import not_a_sequence
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels.activation import elementwise, rowwise
from core.kernels.call import Calls
from core.kernels.matmul import sum_rows, sum_rows_space
from core.kernels.merge import clear, columns
from core.kernels.rearrange import lay
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class ClassToken(Block):
    """A learnt vector before a sequence, y[0] = token, y[1 + t] = x[t]; (time, width) -> (1 + time, width).

    The mask of the sequence, if any, grows by the same step, which counts: (time,) -> (1 + time,).
    """

    id: ClassVar[str] = "class_token"
    title: ClassVar[Words] = Words("Class Token", "分类标记")
    group: ClassVar[Group] = "sequence"
    level: ClassVar[Level] = "expert"
    help: ClassVar[Words] = Words(
        "Puts one learnt step before the sequence. Attention gathers there what the whole sequence says, and a Slice of "
        "the first step behind the last attention hands it to the classifier, as in BERT (Devlin et al., 2018) and "
        "vision transformers. Put it before Positional Encoding; without attention it learns nothing.",
        "在序列之前放一个可学习的步。注意力把整个序列的信息汇集到这里，在最后一个注意力之后用切片取出第一步交给分类器，"
        "如 BERT（Devlin 等，2018）和视觉 Transformer。应放在位置编码之前；没有注意力时它学不到东西。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("cls", "vit", "bert", "start token", "类别标记", "标记")
    stem: ClassVar[str] = "token"
    switches: ClassVar[tuple[str, ...]] = (MASK,)

    masked: bool = mask_setting(
        Words(
            "An output gives the mask of the longer sequence, in which the token counts.",
            "并由一个输出端口给出加长后序列的掩码，其中标记有效。",
        )
    )

    def input_ports(self) -> tuple[str, ...]:
        """The sequence, and as set its mask."""
        return ("x", MASK) if self.masked else ("x",)

    def output_ports(self) -> tuple[str, ...]:
        """The longer sequence, and as set its mask."""
        return ("y", MASK) if self.masked else ("y",)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, width) -> (1 + time, width), and a mask (time,) -> (1 + time,)."""
        x, *masks = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("patches", "reshape"))
        for mask in masks:
            check_mask(self.title, mask, x[0])
        return ((1 + x[0], x[1]), *((1 + x[0],) for _ in masks))

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """The step (width,)."""
        return {"token": Weight(ins[0][1:], "normal")}

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """The gradients that arrive at the step, and what their sum needs."""
        width = ins[0][1]
        sums = {name: Space(shape) for name, shape in sum_rows_space(batch, width).items()}
        return {"slopes": Space((batch, width)), **sums} if train else {}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the token, then x; the mask is 1, then that of x."""
        one = np.ones(1, b.x[0].dtype)
        return [
            c
            for x, y, first in zip(b.x, b.y, (b.w["token"], one), strict=False)
            for c in _behind(first, _flat(x), _flat(y))
        ]

    def backward(self, b: Buffers) -> Calls:
        """dtoken = Σ dy[0] over the batch; dx = the rest of dy."""
        token, dx = b.dw["token"], b.dx[0]
        if not seen(b.dy[0]):  # the mask alone is in use
            return [c for array in (token, dx) if array is not None for c in elementwise(clear, array)]
        dy, slopes = _flat(b.dy[0]), b.scratch["slopes"]
        calls = [*columns(dy, slopes, token.size), *sum_rows(slopes, token, b.scratch)]
        if dx is not None:
            calls += columns(dy, _flat(dx), dx[0].size, x_start=token.size)
        return calls


def _behind(first: Array, x: Array, y: Array) -> Calls:
    """y[n] = first, then x[n]."""
    return (*rowwise(lay, len(y), first.size, first, y), *columns(x, y, x.shape[1], y_start=first.size))


def _flat(array: Array) -> Array:
    """Sequences as rows of numbers."""
    return array.reshape(len(array), -1)


EXAMPLES: list[Example] = [
    (ClassToken(), ((4, 3),)),
    (ClassToken(), ((1, 1),)),
    (ClassToken(masked=True), ((4, 3), (4,))),
]
