"""How the faults of a file are told: where, what was got, what was wanted, what to do; and all of them at once."""

from __future__ import annotations

import json

from core.data._files import shown
from core.errors import NeuroloomError, ProjectFileError
from core.words import Words, headed, same

_SHOWN = 20
_ENOUGH = 100  # a file with more is not what it seems, and nobody reads on


def fault(place: str | Words, got: Words, wanted: Words, do: Words) -> Words:
    """The one sentence for whatever is wrong with a file."""
    at = same(place) if isinstance(place, str) else place
    return Words(
        f"{at.en}: got {got.en}; wanted {wanted.en}. {do.en}.",
        f"{at.zh}：现为{_apart(got.zh)}，应为{_apart(wanted.zh)}。{do.zh}。",
    )


def _apart(text: str) -> str:
    """Chinese sets Latin letters and numbers off with a space."""
    return f" {text}" if text[:1].isascii() else text


def as_written(value: object) -> Words:
    """A value as the file has it, short enough for a message."""
    if value is None:
        return Words("nothing", "空")
    if isinstance(value, list | tuple | dict) and len(value) > _SHOWN:
        return Words(f"{len(value):,} entries", f"{len(value):,} 项")
    text = json.dumps(value[:100] if isinstance(value, str) else value, ensure_ascii=False, default=str)
    return same(shown(text, 80))


class Faults:
    """What is wrong with one file, told together in an error of the kind that is given."""

    def __init__(self, where: str, error: type[NeuroloomError] = ProjectFileError) -> None:
        self.where, self.error = where, error
        self.version = 0  # of the format that a project file is in
        self.do: Words | None = None  # about all of them, where what each would say does not help
        self.found: list[Words] = []

    def add(self, place: str | Words, got: Words, wanted: Words, do: Words) -> None:
        """Note one more, in the usual form."""
        self.tell(fault(place, got, wanted, self.do or do))

    def tell(self, words: Words) -> None:
        """Note one more, in words of its own. Raises the error when there are too many to go on."""
        self.found.append(words)
        if len(self.found) >= _ENOUGH:
            self.check()

    def check(self) -> None:
        """Raise the error if there is any fault."""
        if not self.found:
            return
        if len(self.found) == 1:
            (words,) = self.found
            raise self.error(headed(self.where, words))
        more = len(self.found) - _SHOWN
        listed = [*self.found[:_SHOWN], *([Words(f"and {more} more", f"还有 {more} 处")] if more > 0 else [])]
        count = f"{len(self.found)}{'+' if len(self.found) >= _ENOUGH else ''}"
        raise self.error(
            Words(
                f"{self.where}: {count} things to mend:\n" + "\n".join(f"  - {w.en}" for w in listed),
                f"{self.where}：有 {count} 处需要修正：\n" + "\n".join(f"  - {w.zh}" for w in listed),
            )
        )
