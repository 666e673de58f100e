"""What all pooling with a window shares: how windows lie along an axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from core.blocks._base import Block, Group, Shape
from core.errors import ShapeError
from core.kernels.pool import outputs
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Pool(Block):
    """A window that slides along one or two axes."""

    group: ClassVar[Group] = "pooling"

    pool_size: int = setting(
        2, Words("Window", "窗口大小"), Words("How long the window is.", "窗口的长度。"), ge=1, le=200
    )
    stride: int | None = setting(
        None,
        Words("Stride", "步幅"),
        Words("How far the window moves; nothing: as far as it is wide.", "窗口每次移动的距离；留空则等于窗口大小。"),
        ge=1,
        le=200,
    )
    padding: Literal["valid", "same", "explicit"] = setting(
        "valid",
        Words("Padding", "填充"),
        Words("Whether windows may reach beyond the edge.", "窗口是否可以超出边缘。"),
        choices={
            "valid": Words("Valid: windows stay inside", "Valid：窗口不出界"),
            "same": Words("Same: the edge is padded", "Same：边缘填充"),
            "explicit": Words("Explicit", "指定长度"),
        },
    )
    pads: int = setting(
        1,
        Words("Beyond the edge", "超出边缘"),
        Words("How far windows may reach beyond each edge.", "窗口可以超出每侧边缘多远。"),
        ge=0,
        le=199,
        shown_if=("padding", "explicit"),
    )
    ceil_mode: bool = setting(
        False,
        Words("Round up", "向上取整"),
        Words(
            "A last window that begins inside may reach beyond the far edge, so that nothing is left over.",
            "起点在内部的最后一个窗口可以超出远侧边缘，使数据不被丢弃。",
        ),
        advanced=True,
    )

    def step(self) -> int:
        """The stride in force."""
        return self.stride or self.pool_size

    def windows(self, axes: Shape) -> Shape:
        """How many windows there are along each axis. Raises ShapeError where some would see nothing, or none fits."""
        size = self.pool_size
        if self.padding == "explicit" and self.pads >= size:
            raise ShapeError(
                Words(
                    f"{self.title.en}: {self.pads} beyond the edge is too far for a window of {size}, which would see "
                    f"nothing there. At most {size - 1}, and usually {size // 2}.",
                    f"{self.title.zh}：大小为 {size} 的窗口不能超出边缘 {self.pads}，否则窗口内没有数据。"
                    f"最多 {size - 1}，通常为 {size // 2}。",
                )
            )
        counts = tuple(outputs(n, size, self.step(), self.padding, self.pads, ceil=self.ceil_mode) for n in axes)
        if min(counts) < 1:
            window, whole = ("×".join(map(str, sizes)) for sizes in ([size] * len(axes), axes))
            what = Words(f"a picture of {whole}", f"{whole} 的图像")
            if len(axes) == 1:
                what = Words(f"a sequence of {whole} steps", f"{whole} 步的序列")
            raise ShapeError(
                Words(
                    f"{self.title.en}: a window of {window} does not fit into {what.en}. Choose a smaller window, the "
                    "padding `same`, or remove a pooling block before it.",
                    f"{self.title.zh}：{window} 的窗口放不进{what.zh}。请减小窗口、选择 same 填充，"
                    "或去掉前面的一个池化模块。",
                )
            )
        return counts
