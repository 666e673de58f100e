"""Text a person reads, in both languages of the program, side by side at the place where it is used."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["en", "zh"]


class Words(NamedTuple):
    """The same sentence in English and in Chinese. There is no catalogue: neither can be forgotten or go stale."""

    en: str
    zh: str

    def say(self, language: Language) -> str:
        """The sentence in one language."""
        return self.zh if language == "zh" else self.en


def same(text: str) -> Words:
    """A term, name or number that both languages write alike, such as `ReLU` or `0.01`."""
    return Words(text, text)


def headed(what: str, words: Words) -> Words:
    """What a sentence is about, and the sentence: `dense1: …`."""
    return Words(f"{what}: {words.en}", f"{what}：{words.zh}")
