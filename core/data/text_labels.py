"""Labelled sentences: one a line, a tab, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from core.data._base import Dataset, Field
from core.data._files import DiskSource, shown, trouble
from core.data._lines import check_rows, columns_of, length_setting, lines_of, most_words_setting, unknown, words_of
from core.data._text import encoding_setting
from core.data._words import encoded, vocabulary
from core.settings import setting
from core.words import Words

_MOST_CLASSES = 1000


@dataclass(frozen=True, kw_only=True)
class TextLabels(DiskSource):
    """Sentences and their classes from a TSV file without quoting."""

    id: ClassVar[str] = "text_labels"
    title: ClassVar[Words] = Words("Labelled sentences (TSV)", "带标签的句子（TSV）")
    help: ClassVar[Words] = Words(
        "A sentence a line, a tab, and its label, such as `a lovely film<tab>1`. The commonest words become the "
        "vocabulary; 0 is padding, which an Embedding block can mask.",
        "每行一个句子，制表符之后是标签，如 `a lovely film<tab>1`。最常见的词组成词表；0 为填充，可由嵌入模块屏蔽。",
    )

    length: int = length_setting(32, Words("Length", "长度"))
    most_words: int = most_words_setting()
    label: Literal["last", "first"] = setting(
        "last",
        Words("Label", "标签"),
        Words("Which column of a line is the label.", "每行的哪一列是标签。"),
        choices={"last": Words("last column", "最后一列"), "first": Words("first column", "第一列")},
        advanced=True,
    )
    encoding: str = encoding_setting()

    @classmethod
    def reads(cls, path: Path) -> bool:
        """A file called .tsv or .txt."""
        return path.suffix.lower() in {".tsv", ".txt"} and not path.is_dir()

    def load(self) -> Dataset:
        """Words (rows, length), and classes (rows,)."""
        path = self.place()
        lines, notes = lines_of(path, self.encoding)
        check_rows(path, len(lines), self.length)
        rows = columns_of(path, lines, Words("a sentence, a tab and a label", "句子、制表符、标签"))
        at, text = (-1, 0) if self.label == "last" else (0, 1)
        labels = [row[at].strip() for row in rows]
        kinds, classes = np.unique(np.array(labels), return_inverse=True)
        if not 2 <= len(kinds) <= _MOST_CLASSES:
            raise trouble(
                path,
                Words("the labels make no classes", "标签无法构成类别"),
                Words(
                    f"{len(kinds):,} different ones, such as {shown(labels[0])!r}",
                    f" {len(kinds):,} 种，如 {shown(labels[0])!r}",
                ),
                Words(f"from 2 to {_MOST_CLASSES:,}", f" 2 到 {_MOST_CLASSES:,} 种"),
                Words("Choose which column is the label, or another file", "请选择标签所在的列，或换一个文件"),
            )
        sentences = [words_of(row[text]) for row in rows]
        words = vocabulary(sentences, self.most_words)
        tokens = encoded(sentences, words, self.length)
        cut = sum(len(s) > self.length for s in sentences)
        if cut:
            notes += (
                Words(
                    f"{cut:,} sentences were cut to {self.length} words.", f"{cut:,} 个句子截到 {self.length} 个词。"
                ),
            )
        return Dataset(
            (Field(Words("sentence", "句子"), "tokens", tokens, classes=words),),
            (Field(Words("label", "标签"), "class", classes.astype(np.int32), classes=_names(kinds.tolist())),),
            notes=(*notes, *unknown(tokens, Words("words", "词"))),
        )


def _names(labels: list[str]) -> tuple[str, ...]:
    """Labels fit to be shown, each still different from the others."""
    short = [shown(label) for label in labels]
    return tuple(f"{n} ({i})" if short.count(n) > 1 else n for i, n in enumerate(short))
