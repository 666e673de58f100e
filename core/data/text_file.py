"""Text file: any text of a person's own, to be learnt character by character."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from core.data._base import Dataset
from core.data._characters import held_out_setting, length_setting, stride_setting, windows
from core.data._files import DiskSource
from core.data._text import encoding_setting, read_text
from core.words import Words

_MOST_TEXT = 64 << 20


@dataclass(frozen=True, kw_only=True)
class TextFile(DiskSource):
    """Windows of a text; at every place the target is the next character."""

    id: ClassVar[str] = "text_file"
    title: ClassVar[Words] = Words("Text file", "文本文件")
    asks_for_next: ClassVar[bool] = True
    help: ClassVar[Words] = Words(
        "A text, or tunes in ABC notation, for a network that says which character comes next. The characters of the "
        "file become its vocabulary. A hundred thousand characters are enough to see words form.",
        "文本或 ABC 记谱的曲子，用于预测下一个字符的网络。文件中出现的字符就是词表。十万字符足以看到单词的形成。",
    )

    length: int = length_setting()
    stride: int = stride_setting(64)
    held_out: float = held_out_setting()
    encoding: str = encoding_setting()

    @classmethod
    def reads(cls, path: Path) -> bool:
        """A file called .txt, .abc or .md."""
        return path.suffix.lower() in {".txt", ".abc", ".md"} and not path.is_dir()

    def load(self) -> Dataset:
        """Characters (rows, length) and the ones that follow (rows, length)."""
        path = self.place()
        text, notes = read_text(path, self.encoding, _MOST_TEXT)
        return replace(windows(text, self.length, self.stride, self.held_out, path), notes=notes)
