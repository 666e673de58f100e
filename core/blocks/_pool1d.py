"""What the pooling blocks over time share: the window, and the shapes it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Block, Group, Shape, Shapes
from core.errors import ShapeError
from core.kernels.pool import Window, along, outputs
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Pool1D(Block):
    """A window that slides over each feature of a sequence."""

    group: ClassVar[Group] = "pooling"

    pool_size: int = setting(
        2,
        Words("Window", "窗口大小"),
        Words("How many steps the window spans.", "窗口包含的步数。"),
        ge=1,
        le=200,
    )
    stride: int | None = setting(
        None,
        Words("Stride", "步幅"),
        Words("How far the window moves; nothing: as far as it is wide.", "窗口每次移动的距离；留空则等于窗口大小。"),
        ge=1,
        le=200,
    )
    padding: Literal["valid", "same"] = setting(
        "valid",
        Words("Padding", "填充"),
        Words("Whether windows may reach beyond the ends.", "窗口是否可以超出两端。"),
        choices={
            "valid": Words("Valid: windows stay inside", "Valid：窗口不出界"),
            "same": Words("Same: the ends are padded", "Same：两端填充"),
        },
    )

    def step(self) -> int:
        """The stride in force."""
        return self.stride or self.pool_size

    def out_shapes(self, ins: Shapes) -> Shapes:
        """(time, features) -> (windows, features)."""
        (x,) = ins
        if len(x) != 2:
            raise ShapeError(not_a_sequence(self.title, x), ("reshape",))
        count = outputs(x[0], self.pool_size, self.step(), self.padding)
        if count < 1:
            raise ShapeError(
                Words(
                    f"{self.title.en}: a window of {self.pool_size} does not fit into a sequence of {x[0]} steps. "
                    "Choose "
                    "a smaller window, the padding `same`, or remove a pooling block before it.",
                    f"{self.title.zh}：大小为 {self.pool_size} 的窗口放不进 {x[0]} 步的序列。请减小窗口、选择 same 填充，"
                    "或去掉前面的一个池化模块。",
                )
            )
        return ((count, x[1]),)

    def window(self, time: int) -> Window:
        """How the windows lie on a sequence of so many steps."""
        return along(time, self.pool_size, self.step(), self.padding)

    def caption(self) -> str:
        """The window, and the stride where it differs."""
        return f"{self.pool_size}" if self.step() == self.pool_size else f"{self.pool_size} / {self.step()}"


def not_a_sequence(title: Words, x: Shape) -> Words:
    """The refusal of what has no time and features."""
    return Words(
        f"{title.en} takes a sequence (time, features), and this is {x}. Put a Reshape before it.",
        f"{title.zh}的输入应为序列（时间, 特征），现在是 {x}。请在其前加重塑形状模块。",
    )
