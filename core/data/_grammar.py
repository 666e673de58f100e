"""Sentences of a small grammar, each once, drawn from all there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.data._made import MadeSource
from core.errors import SettingError
from core.words import Words

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class GrammarSource(MadeSource):
    """Rows drawn without repetition, so that what is held out has never been seen."""

    def drawn(self, everything: Sequence[T]) -> list[T]:
        """So many of all sentences, by the seed. Raises SettingError where there are not as many."""
        if self.samples > len(everything):
            expected = Words(
                f"at most {len(everything):,}, all that the grammar can say",
                f"不超过 {len(everything):,}，即该语法能说出的全部句子",
            )
            raise SettingError(self.title, "samples", self.samples, expected)
        return [everything[i] for i in self.random().permutation(len(everything))[: self.samples]]
