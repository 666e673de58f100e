"""Masks: which steps of a row count. A block that takes one has a port for it once its setting `masked` is on.

A mask is (batch, time) of 1 where a step counts and 0 where it is padding. It only switches: no gradient goes through.
"""

from __future__ import annotations

from typing import Any

from core.blocks._base import Shape
from core.errors import ShapeError
from core.settings import setting
from core.words import Words

MASK = "mask"  # the port, on both ends of the wire


def mask_setting(what: Words) -> Any:
    """The setting `masked`; `what` says what becomes of steps that do not count."""
    return setting(
        False,
        Words("Mask port", "掩码端口"),
        Words(
            f"An input for a mask, 1 where a step counts and 0 where it is padding. {what.en}",
            f"增加掩码输入端口：1 表示该步有效，0 表示填充。{what.zh}",
        ),
        advanced=True,
    )


def check_mask(title: Words, mask: Shape, time: int) -> None:
    """Raise ShapeError unless the mask has one number for each of `time` steps."""
    if mask != (time,):
        raise ShapeError(
            Words(
                f"{title.en}: the mask needs one number for each of {time} steps, ({time},), and {mask} reaches it. "
                "Wire the mask of the Embedding that the sequence comes from.",
                f"{title.zh}：掩码应为 {time} 步中每步一个数，即 ({time},)，而到达的是 {mask}。"
                "请连接该序列所来自的嵌入模块的掩码输出。",
            )
        )
