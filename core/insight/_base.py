"""What can be seen in a network while it learns: a question, and the arrays that answer it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy.typing as npt

from core.graph.document import Document
from core.graph.shapes import Inference
from core.words import Words

if TYPE_CHECKING:
    from core.training.session import Session

Array = npt.NDArray[Any]
FRAME_BYTES = 1 << 20  # no answer is larger, whatever the network: a mailbox of this capacity always suffices


@dataclass(frozen=True, slots=True)
class Request:
    """Something a visible view wants to see.

    `sample` is a row of the rows shown (`core/insight/_rows.py`), where the answer is about one row, or begins at one.
    `channel` is one input channel where an answer can be narrowed to it; −1 is the mean of all. `prompt` is the beginning
    of a text that the network is to write, and `temperature` how freely it draws.
    """

    insight: str
    block: str = ""
    sample: int = 0
    channel: int = -1
    prompt: str = ""
    temperature: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The answer, as it was after `step` steps."""

    request: Request
    step: int
    arrays: Mapping[str, Array]


class Insight(ABC):
    """One way of looking. One subclass in one module of core/insight/ adds it."""

    id: ClassVar[str]
    title: ClassVar[Words]
    help: ClassVar[Words]

    @abstractmethod
    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """Whether there is something to see at this block ("" for the network as a whole)."""

    @abstractmethod
    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """The arrays to show, small and ready to draw: pictures as uint8 or float32, counts, curves, names as text.

        Costs a few milliseconds, returns copies (the next look writes over the buffers), never changes the session.
        """
