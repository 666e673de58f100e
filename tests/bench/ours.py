"""Our side of the benchmarks: a bundled project, trained on rows that are given."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from core import project
from core.blocks._augmentation import Augmentation
from core.blocks.dropout import Dropout
from core.data._base import Dataset, Field
from core.examples import FOLDER
from core.graph.document import Document
from core.graph.edits import remove
from core.optimizers import registry
from core.training.session import Session
from core.words import same


def opened(name: str, batch: int, optimizer: str, rate: float) -> Document:
    """A bundled project, set to train as the benchmark says: on rows that are given, without augmentation or dropout."""
    document = project.loads((FOLDER / f"{name}.loom").read_text(encoding="utf-8"), name)
    by_chance = [n for n, node in document.nodes.items() if isinstance(node.block, (Augmentation, Dropout))]
    document = remove(document, by_chance, heal=True)
    how = registry()[optimizer](learning_rate=rate, **({"momentum": 0.9} if optimizer == "sgd" else {}))
    training = replace(document.training, batch_size=batch, validation=0, epochs=1000)
    return replace(document, data=None, optimizer=how, schedule=None, training=training)


def dataset(x: np.ndarray, y: np.ndarray) -> Dataset:
    """Rows for a network: int32 are tokens or classes, four axes are pictures."""
    names = (
        tuple(map(str, range(1 + max(int(a.max()) for a in (x, y) if a.dtype == np.int32))))
        if y.dtype == np.int32
        else ()
    )
    kind = "tokens" if x.dtype == np.int32 else "image" if x.ndim == 4 else "sequence" if x.ndim == 3 else "numbers"
    inputs = Field(same("x"), kind, x, names if kind == "tokens" else ())
    return Dataset((inputs,), (Field(same("y"), "class" if names else "numbers", y, names),))


class Ours:
    """A session that trains on and on."""

    def __init__(self, document: Document, data: Dataset, threads: int) -> None:
        self.session = Session(document, data, threads=threads)
        self.session.state.order[...] = np.arange(len(data))
        self.session._order = lambda: None  # epoch by epoch in the order of the rows, as the twin does

    def run(self, steps: int) -> None:
        """Train so many steps."""
        session = self.session
        while steps:
            room = (session.rows - int(session.state.cursor[0])) // session.batch_size
            session.advance(steps=min(steps, room))
            if session.rows - int(session.state.cursor[0]) < session.batch_size:
                session.state.cursor[0] = 0
            steps -= min(steps, room)

    def losses(self) -> np.ndarray:
        """Of all steps so far."""
        return self.session.losses(0)[1]

    @property
    def flops(self) -> int:
        """Of a step."""
        return self.session._plan("train", self.session.batch_size).flops


def weights(session: Session) -> dict[str, dict[str, Any]]:
    """By block, then by name."""
    found: dict[str, dict[str, Any]] = {}
    for (block, key), w in session.parameters.w.items():
        found.setdefault(block, {})[key] = w
    return found


def lap(run: Callable[[int], object], steps: int) -> float:
    """Milliseconds of a step."""
    begin = time.perf_counter()
    run(steps)
    return (time.perf_counter() - begin) / steps * 1000


def steps_in(run: Callable[[int], object], seconds: float) -> int:
    """How many steps fit into so many seconds, after some to warm up."""
    lap(run, 3)
    return max(1, round(seconds * 1000 / lap(run, 3)))
