"""Class token: a learnt step before the sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Level, Shapes, Space
from core.blocks._pool1d import not_a_sequence
from core.errors import ShapeError
from core.initializers import Weight
from core.kernels.activation import rowwise
from core.kernels.call import Calls
from core.kernels.matmul import sum_rows, sum_rows_space
from core.kernels.merge import columns
from core.kernels.rearrange import lay
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class ClassToken(Block):
    """A learnt vector before a sequence, y[0] = token, y[1 + t] = x[t]; (time, width) -> (1 + time, width)."""

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

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, width) -> (1 + time, width)."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("patches", "reshape"))
        return ((1 + x[0], x[1]),)

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """The step (width,)."""
        return {"token": Weight(ins[0][1:], "normal")}

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """The gradients that arrive at the step, and what their sum needs."""
        width = ins[0][1]
        sums = {name: Space(shape) for name, shape in sum_rows_space(batch, width).items()}
        return {"slopes": Space((batch, width)), **sums} if train else {}

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = the token, then x."""
        x, y, token = _flat(b.x[0]), _flat(b.y[0]), b.w["token"]
        step = rowwise(lay, len(y), token.size, token, y)
        return (*step, *columns(x, y, x.shape[1], y_start=token.size))

    def backward(self, b: Buffers) -> Calls:
        """dtoken = Σ dy[0] over the batch; dx = the rest of dy."""
        dy, dx, token, slopes = _flat(b.dy[0]), b.dx[0], b.dw["token"], b.scratch["slopes"]
        calls = [*columns(dy, slopes, token.size), *sum_rows(slopes, token, b.scratch)]
        if dx is not None:
            calls += columns(dy, _flat(dx), dx[0].size, x_start=token.size)
        return calls


def _flat(array: Array) -> Array:
    """Sequences as rows of numbers."""
    return array.reshape(len(array), -1)


EXAMPLES: list[Example] = [(ClassToken(), ((4, 3),)), (ClassToken(), ((1, 1),))]
