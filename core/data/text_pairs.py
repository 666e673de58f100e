"""Sentence pairs: a sentence, a tab, and what it is in another language."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from core.data._base import Dataset, Field
from core.data._files import DiskSource, trouble
from core.data._lines import (
    check_rows,
    columns_of,
    left_out,
    length_setting,
    lines_of,
    most_words_setting,
    unknown,
    words_of,
)
from core.data._text import encoding_setting
from core.data._words import encoded, so_far_and_next, vocabulary
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class TextPairs(DiskSource):
    """Pairs from a TSV file; further columns, such as who wrote it, are not read."""

    id: ClassVar[str] = "text_pairs"
    title: ClassVar[Words] = Words("Sentence pairs (TSV)", "句对（TSV）")
    asks_for_next: ClassVar[bool] = True
    help: ClassVar[Words] = Words(
        "A sentence a line, a tab, and its translation, as in the files of Tatoeba. Two inputs: the sentence, and the "
        "translation as far as it is written, beginning with <start>; the target is the next word at every place, <end> "
        "at the end. Chinese is cut into characters. Padding is 0 and should be masked.",
        "每行一个句子，制表符之后是其译文，如 Tatoeba 的文件。有两个输入：原句，以及已写出的译文（以 <start> 开头）；"
        "目标是每个位置的下一个词，末尾为 <end>。汉语按字切分。填充为 0，应予屏蔽。",
    )

    length: int = length_setting(12, Words("Length of a sentence", "原句长度"))
    other_length: int = length_setting(16, Words("Length of a translation", "译文长度"))
    most_words: int = most_words_setting()
    encoding: str = encoding_setting()

    @classmethod
    def reads(cls, path: Path) -> bool:
        """A file called .tsv or .txt."""
        return path.suffix.lower() in {".tsv", ".txt"} and not path.is_dir()

    def load(self) -> Dataset:
        """Sentences (rows, length), translations so far and next words (rows, other_length) each."""
        path = self.place()
        lines, notes = lines_of(path, self.encoding)
        check_rows(path, len(lines), self.length + 2 * self.other_length)
        cells = columns_of(path, lines, Words("a sentence, a tab and its translation", "句子、制表符、译文"))
        everything = [(words_of(row[0]), words_of(row[1])) for row in cells]
        pairs = [(a, b) for a, b in everything if len(a) <= self.length and len(b) < self.other_length]
        if not pairs:
            raise trouble(
                path,
                Words("every pair is too long", "所有句对都太长"),
                Words(f"{len(everything):,} pairs", f" {len(everything):,} 对"),
                Words(
                    f"at most {self.length} and {self.other_length - 1} words",
                    f"不超过 {self.length} 和 {self.other_length - 1} 个词",
                ),
                Words("Raise the lengths", "请加大长度"),
            )
        words, others = (vocabulary((p[i] for p in pairs), self.most_words) for i in range(2))
        given = encoded([a for a, _ in pairs], words, self.length)
        before, after = so_far_and_next([b for _, b in pairs], others, self.other_length)
        longest = Words(
            f"{self.length} or {self.other_length - 1} words", f" {self.length} 或 {self.other_length - 1} 个词"
        )
        return Dataset(
            (
                Field(Words("sentence", "原句"), "tokens", given, classes=words),
                Field(Words("translation so far", "已写出的译文"), "tokens", before, classes=others),
            ),
            (Field(Words("next word", "下一个词"), "class", after, classes=others),),
            notes=(
                *notes,
                *left_out(len(pairs), len(everything), longest),
                *unknown(given, Words("words of the sentences", "原句词语")),
                *unknown(after, Words("words of the translations", "译文词语")),
            ),
        )
