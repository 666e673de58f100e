"""Texts as windows of characters, for networks that say what comes next."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.data._base import Array, Dataset, Field
from core.data._files import MOST_BYTES, trouble
from core.settings import setting
from core.words import Words

_MOST_CHARACTERS = 8192


def length_setting() -> int:
    """The setting `length`, alike for every text."""
    return setting(
        64,
        Words("Length", "窗口长度"),
        Words("How many characters the network sees in one row.", "每一行包含多少个字符。"),
        ge=2,
        le=4096,
    )


def stride_setting(default: int) -> int:
    """The setting `stride` with a default of its own."""
    return setting(
        default,
        Words("Stride", "步长"),
        Words(
            "How many characters on the next row begins; the length itself shows every character once.",
            "下一行向后移动多少个字符；等于窗口长度时，每个字符恰好出现一次。",
        ),
        ge=1,
        le=4096,
    )


def held_out_setting() -> float:
    """The setting `held_out`, alike for every text."""
    return setting(
        0.1,
        Words("Held out", "留作测试"),
        Words(
            "Share at the end of the text that is kept as the test part, because rows drawn by chance would overlap "
            "with others.",
            "把文末的这一部分留作测试集，因为随机抽取的行会与其他行重叠。",
        ),
        ge=0,
        le=0.5,
        advanced=True,
    )


def windows(text: str, length: int, stride: int, held_out: float, path: Path) -> Dataset:
    """Rows of `length` characters, and for each character the one that follows it; both (rows, length)."""
    codes = np.frombuffer(text.encode("utf-32-le", errors="replace"), np.uint32)
    alphabet, tokens = np.unique(codes, return_inverse=True)
    if len(alphabet) > _MOST_CHARACTERS:
        raise trouble(
            path,
            Words("the text has too many different characters", "文本中的不同字符过多"),
            Words(f"{len(alphabet):,}", f" {len(alphabet):,} 种"),
            Words(f"at most {_MOST_CHARACTERS:,}", f"不超过 {_MOST_CHARACTERS:,} 种"),
            Words("Take a text in one language", "请使用单一语言的文本"),
        )
    classes = tuple(map(chr, alphabet))
    cut = len(tokens) - int(len(tokens) * held_out)
    if cut <= length:
        raise trouble(
            path,
            Words("the text is too short", "文本太短"),
            Words(f"{cut:,} characters to train on", f"可训练的字符 {cut:,} 个"),
            Words(f"more than the length, {length:,}", f"超过窗口长度 {length:,}"),
            Words("Lower the length, or choose a longer text", "请减小窗口长度，或换一个更长的文本"),
        )
    needed = 8 * length * (1 + (len(tokens) - length - 1) // stride)
    if needed > MOST_BYTES:
        raise trouble(
            path,
            Words("the rows do not fit in memory", "数据行超出内存上限"),
            Words(f"{needed:,} bytes", f" {needed:,} 字节"),
            Words(f"at most {MOST_BYTES:,}", f"不超过 {MOST_BYTES:,} 字节"),
            Words("Raise the stride, or lower the length", "请加大步长，或减小窗口长度"),
        )
    tokens = tokens.astype(np.int32)
    train = _part(tokens[:cut], length, stride, classes)
    test = _part(tokens[cut:], length, stride, classes) if len(tokens) - cut > length else None
    return Dataset(train.inputs, train.targets, test)


def _part(tokens: Array, length: int, stride: int, classes: tuple[str, ...]) -> Dataset:
    """The windows of a run of characters that is longer than one of them."""
    seen, wanted = (
        np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(run, length)[::stride])
        for run in (tokens[:-1], tokens[1:])
    )
    return Dataset(
        (Field(Words("text", "文本"), "tokens", seen, classes=classes),),
        (Field(Words("next character", "下一个字符"), "class", wanted, classes=classes),),
    )
