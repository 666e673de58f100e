"""Every error a person can meet. Each says what, where, what was got, what was wanted, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from core.words import Language, Words


class NeuroloomError(Exception):
    """Base of all errors that are told to a person; anything else that is raised is a fault of the program."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words

    def say(self, language: Language) -> str:
        """The message in one language."""
        return self.words.say(language)


class SettingError(NeuroloomError):
    """A setting has a value that is not allowed. The fields let a panel mark the row."""

    def __init__(self, owner: Words, setting: str, value: object, expected: Words) -> None:
        shown = repr(value) if len(repr(value)) <= 80 else repr(value)[:77] + "…"
        super().__init__(
            Words(
                f"{owner.en}: {setting!r} must be {expected.en}, and it is {shown}.",
                f"{owner.zh}：{setting!r} 应为{expected.zh}，现在是 {shown}。",
            )
        )
        self.owner, self.setting, self.value, self.expected = owner, setting, value, expected


class ShapeError(NeuroloomError):
    """The shapes that reach a block do not fit it. Raised by a block's shape rule; `fixes` are ids of blocks that bridge."""

    def __init__(self, words: Words, fixes: tuple[str, ...] = ()) -> None:
        super().__init__(words)
        self.fixes = fixes


class WiringError(NeuroloomError):
    """A wire may not be drawn: no such port, a port that is taken, a circle."""


class GraphError(NeuroloomError):
    """An edit of the document makes no sense: no such block, a name that is taken or not allowed."""


class LineError(NeuroloomError):
    """A line of text is no network. `start` and `end` say which characters of it are meant."""

    def __init__(self, words: Words, start: int, end: int) -> None:
        super().__init__(words)
        self.start, self.end = start, end


@dataclass(frozen=True, slots=True)
class Change:
    """Another value for a setting of a block: what would mend a fault, as plain data that can go to another process."""

    block: str
    setting: str
    value: object


class FaultyNetworkError(NeuroloomError):
    """The network cannot run yet. Carries every fault, not only the first, and changes that would mend some of them."""

    def __init__(self, faults: tuple[Words, ...], changes: tuple[Change, ...] = ()) -> None:
        count = len(faults)
        super().__init__(
            Words(
                f"The network cannot run yet, {count} thing{'s' if count != 1 else ''} to mend:\n"
                + "\n".join(f"  - {w.en}" for w in faults),
                f"网络还不能运行，有 {count} 处需要修正：\n" + "\n".join(f"  - {w.zh}" for w in faults),
            )
        )
        self.faults, self.changes = faults, changes


class PluginError(NeuroloomError):
    """A block of somebody's own cannot be admitted."""


class ProjectFileError(NeuroloomError):
    """A project file cannot be read or written."""


class DataError(NeuroloomError):
    """Data cannot be read, or does not fit the network."""


class WeightsFileError(NeuroloomError):
    """A weights file cannot be read, written, or does not fit the network."""


class TrainingError(NeuroloomError):
    """Training cannot start or go on."""


class NotFiniteError(TrainingError):
    """A value became infinite or not a number. Names the block and the step where it was first seen."""

    def __init__(self, block: str, step: int, words: Words) -> None:
        super().__init__(words)
        self.block, self.step = block, step
