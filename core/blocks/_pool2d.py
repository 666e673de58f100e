"""What the pooling blocks share: the window, and the shapes it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Block, Group, Shape, Shapes
from core.errors import ShapeError
from core.kernels.pool import Window, outputs
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Pool2D(Block):
    """A square window that slides over each channel of a picture."""

    group: ClassVar[Group] = "pooling"

    pool_size: int = setting(
        2,
        Words("Window", "窗口大小"),
        Words("Height and width of the window.", "窗口的高与宽。"),
        ge=1,
        le=15,
        unit="px",
    )
    stride: int | None = setting(
        None,
        Words("Stride", "步幅"),
        Words("How far the window moves; nothing: as far as it is wide.", "窗口每次移动的距离；留空则等于窗口大小。"),
        ge=1,
        le=15,
        unit="px",
    )
    padding: Literal["valid", "same"] = setting(
        "valid",
        Words("Padding", "填充"),
        Words("Whether windows may reach beyond the edge.", "窗口是否可以超出边缘。"),
        choices={
            "valid": Words("Valid: windows stay inside", "Valid：窗口不出界"),
            "same": Words("Same: the edge is padded", "Same：边缘填充"),
        },
    )

    def step(self) -> int:
        """The stride in force."""
        return self.stride or self.pool_size

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(height, width, channels) -> (windows down, windows across, channels)."""
        (x,) = ins
        if len(x) != 3:
            raise ShapeError(not_a_picture(self.title, x), ("reshape",))
        size = self.pool_size
        down, across = (outputs(n, size, self.step(), self.padding) for n in x[:2])
        if down < 1 or across < 1:
            raise ShapeError(
                Words(
                    f"{self.title.en}: a window of {size}×{size} does not fit into a picture of {x[0]}×{x[1]}. Choose "
                    "a smaller window, the padding `same`, or remove a pooling block before it.",
                    f"{self.title.zh}：{size}×{size} 的窗口放不进 {x[0]}×{x[1]} 的图像。请减小窗口、选择 same 填充，"
                    "或去掉前面的一个池化模块。",
                )
            )
        return ((down, across, x[2]),)

    def window(self, shape: Shape) -> Window:
        """How the windows lie on a picture of this shape."""
        return Window.over(shape, self.pool_size, self.step(), self.padding)

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
