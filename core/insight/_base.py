"""What can be seen in a network while it learns: a question, and the arrays that answer it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy.typing as npt

from core.graph.document import Document
from core.graph.shapes import Inference
from core.training.session import Session
from core.words import Words

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Request:
    """Something a visible view wants to see. `sample` is a row of the data, where the answer is about one row."""

    insight: str
    block: str = ""
    sample: int = 0


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
        """The arrays to show, small and ready to draw: pictures as uint8 or float32 mosaics, counts, curves."""
