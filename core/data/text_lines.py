"""Names: a word a line, to be spelt letter by letter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from core.data._base import Dataset
from core.data._files import DiskSource, trouble
from core.data._letters import MOST_LETTERS, spelt
from core.data._lines import check_rows, left_out, length_setting, lines_of
from core.data._text import encoding_setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class TextLines(DiskSource):
    """Names, or other short lines, one below the other."""

    id: ClassVar[str] = "text_lines"
    title: ClassVar[Words] = Words("Names, a line each", "名字，每行一个")
    asks_for_next: ClassVar[bool] = True
    help: ClassVar[Words] = Words(
        "A name or another short text a line, to be spelt letter by letter. The input is the line as far as it is "
        "spelt, beginning with <start>; the target is the next letter, <end> at the end. Padding is 0 and should be "
        "masked.",
        "每行一个名字或其他短文本，逐字母拼写。输入是已拼出的部分（以 <start> 开头），目标是下一个字母，末尾为 <end>。"
        "填充为 0，应予屏蔽。",
    )

    length: int = length_setting(16, Words("Length", "长度"))
    encoding: str = encoding_setting()

    @classmethod
    def reads(cls, path: Path) -> bool:
        """A file called .txt."""
        return path.suffix.lower() == ".txt" and not path.is_dir()

    def load(self) -> Dataset:
        """Letters so far and next letters, (rows, length) each."""
        path = self.place()
        lines, notes = lines_of(path, self.encoding)
        check_rows(path, len(lines), 2 * self.length)
        names = [line.strip() for _, line in lines if len(line.strip()) < self.length]
        letters = len(set().union(*names))
        if not names or letters > MOST_LETTERS:
            raise trouble(
                path,
                Words("these are no short lines of letters", "不是由字母组成的短行"),
                Words(
                    f"{len(names):,} short lines of {letters:,} letters", f"短行 {len(names):,} 个，字母 {letters:,} 种"
                ),
                Words(
                    f"lines of at most {self.length - 1} letters, {MOST_LETTERS:,} different ones",
                    f"每行不超过 {self.length - 1} 个字母，共不超过 {MOST_LETTERS:,} 种",
                ),
                Words("Raise the length, or choose another file", "请加大长度，或换一个文件"),
            )
        longest = Words(f"{self.length - 1} letters", f" {self.length - 1} 个字母")
        return replace(spelt(names, self.length), notes=(*notes, *left_out(len(names), len(lines), longest)))
