"""What the pooling blocks over time share: a window of so many steps."""

from __future__ import annotations

from dataclasses import dataclass

from core.blocks._base import Shape, Shapes
from core.blocks._pool import Pool
from core.errors import ShapeError
from core.kernels.pool import Window, along
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Pool1D(Pool):
    """A window that slides over each feature of a sequence."""

    pool_size: int = setting(
        2,
        Words("Window", "窗口大小"),
        Words("How many steps the window spans.", "窗口包含的步数。"),
        ge=1,
        le=200,
    )

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (windows, features)."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("reshape",))
        return ((*self.windows(x[:1]), x[1]),)

    def window(self, time: int) -> Window:
        """How the windows lie on a sequence of so many steps."""
        return along(time, self.pool_size, self.step(), self.padding, self.pads)

    def caption(self) -> str:
        """The window, and the stride where it differs."""
        return f"{self.pool_size}" if self.step() == self.pool_size else f"{self.pool_size} / {self.step()}"


def not_a_sequence(title: Words, x: Shape) -> Words:
    """The refusal of what has no time and features."""
    return Words(
        f"{title.en} takes a sequence (time, features), and this is {x}. Put a Reshape before it.",
        f"{title.zh}的输入应为序列（时间, 特征），现在是 {x}。请在其前加重塑形状模块。",
    )
