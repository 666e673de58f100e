"""What the pooling blocks share: a square window."""

from __future__ import annotations

from dataclasses import dataclass

from core.blocks._base import Block, Gap, Shape, Shapes
from core.blocks._pool import Pool
from core.errors import ShapeError
from core.kernels.pool import Window
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Pool2D(Pool):
    """A square window that slides over each channel of a picture."""

    pool_size: int = setting(
        2,
        Words("Window", "窗口大小"),
        Words("Height and width of the window.", "窗口的高与宽。"),
        ge=1,
        le=15,
        unit="px",
    )

    @classmethod
    def bridging(cls, gap: Gap) -> tuple[Block, ...]:
        """As much smaller as what is beside it."""
        pictures = [x for x in gap.beside if len(x) == len(gap.have) == 3 and x[0] < gap.have[0]]
        return tuple(cls(pool_size=gap.have[0] // x[0]) for x in pictures)

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(height, width, channels) -> (windows down, windows across, channels)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        return ((*self.windows(x[:2]), x[2]),)

    def window(self, shape: Shape) -> Window:
        """How the windows lie on a picture of this shape."""
        return Window.over(shape, self.pool_size, self.step(), self.padding, self.pads)

    def caption(self) -> str:
        """The window, such as 2×2, and the stride where it differs."""
        size = f"{self.pool_size}×{self.pool_size}"
        return size if self.step() == self.pool_size else f"{size} / {self.step()}"


def not_a_picture(title: Words, x: Shape) -> Words:
    """The refusal of what has no height, width and channels."""
    return Words(
        f"{title.en} takes a picture (height, width, channels), and this is {x}. Put it before Flatten, or a Reshape "
        "before it.",
        f"{title.zh}的输入应为图像（高, 宽, 通道），现在是 {x}。请放在展平之前，或在其前加重塑形状模块。",
    )
