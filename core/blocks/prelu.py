"""PReLU: a ReLU that learns how much of the negative to let through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.blocks._base import Array, Block, Buffers, Example, Group, Shapes, Space, elements
from core.initializers import Weight
from core.kernels import norm, prelu
from core.kernels.activation import rowwise, table
from core.kernels.call import Call, Calls
from core.settings import setting
from core.words import Words, same


@dataclass(frozen=True, kw_only=True)
class PReLU(Block):
    """y = x where x > 0, else alpha x, with alpha learned for each channel (He et al., 2015). (…, channels)."""

    id: ClassVar[str] = "prelu"
    title: ClassVar[Words] = same("PReLU")
    group: ClassVar[Group] = "activation"
    help: ClassVar[Words] = Words(
        "y = x for positive x, and α · x for negative x, where each channel learns its own α: a Leaky ReLU that finds its slope. "
        "It begins at 0.25. On little data the extra weights may only help it to remember.",
        "x 为正时 y = x，为负时 y = α · x，每个通道各自学习 α：自动确定斜率的带泄漏 ReLU。初始值为 0.25。"
        "数据很少时，多出的权重可能只会加重过拟合。",
    )
    aliases: ClassVar[tuple[str, ...]] = ("parametric relu", "leaky", "activation", "参数化", "激活")

    shared: bool = setting(
        False,
        Words("One slope", "共用斜率"),
        Words("One slope for all channels, as PyTorch's default.", "所有通道共用一个斜率，即 PyTorch 的默认方式。"),
        advanced=True,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """As it comes."""
        return ins

    def weights(self, ins: Shapes) -> dict[str, Weight]:
        """The slope of each channel, or one for all."""
        return {"alpha": Weight((self._slopes(ins),), "constant", value=0.25)}

    def scratch(self, ins: Shapes, batch: int, *, train: bool) -> dict[str, Space]:
        """The slope of each column of wide rows, and partial sums over rows."""
        size, slopes = batch * elements(ins[0]), self._slopes(ins)
        width = norm.width(size // slopes, slopes)
        return {"line": Space((width,))} | ({"partial": Space((norm.parts(size), width))} if train else {})

    def forward(self, b: Buffers, *, train: bool) -> Calls:
        """y = x where x > 0, else alpha x."""
        line = b.scratch["line"]
        x, y = _wide(b.x[0], line), _wide(b.y[0], line)
        return (
            Call(prelu.prelu_lay, (b.w["alpha"], line)),
            *rowwise(prelu.prelu_forward, len(x), line.size, x, line, y),
        )

    def backward(self, b: Buffers) -> Calls:
        """dalpha = Σ dy x where x <= 0; dx = dy where x > 0, else alpha dy."""
        line, partial, dx = b.scratch["line"], b.scratch["partial"], b.dx[0]
        x, dy = _wide(b.x[0], line), _wide(b.dy[0], line)
        calls = (
            Call(prelu.prelu_sums, (x, dy, partial), len(partial)),
            Call(prelu.prelu_join, (partial, b.dw["alpha"])),
        )
        if dx is None:
            return calls
        return (*calls, *rowwise(prelu.prelu_backward, len(x), line.size, x, dy, line, _wide(dx, line)))

    def _slopes(self, ins: Shapes) -> int:
        return 1 if self.shared else ins[0][-1]


def _wide(array: Array, line: Array) -> Array:
    return table(array, line.size)


EXAMPLES: list[Example] = [
    (PReLU(), ((5,),)),
    (PReLU(shared=True), ((4, 3, 2),)),
    (PReLU(), ((40, 70),)),
]
