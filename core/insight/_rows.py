"""Which rows are shown, and how rows, targets and names are handed to a view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.blocks._base import Block, Shape
from core.blocks.output import Output
from core.data._words import MARKS, PADDING
from core.graph.document import Document
from core.graph.shapes import Inference

if TYPE_CHECKING:
    from core.data._base import Dataset, Field
    from core.plan.plan import Plan
    from core.training.session import Session

Array = npt.NDArray[Any]
LONGEST_NAME = 24  # characters of a class or token that are sent


def shown(session: Session) -> Dataset:
    """The rows held out, because the network has not learnt them; the training rows where none are held out."""
    data = session.held_out if session.held_out is not None and len(session.held_out) else session.train_data
    assert data is not None
    return data


def look_at(session: Session, rows: Array | Sequence[int]) -> Plan:
    """The plan whose buffers hold what these of the rows shown do to every block."""
    return session.look(*(f.array[np.asarray(rows)] for f in shown(session).inputs))


def answer_of(session: Session, plan: Plan, output: str) -> Array:
    """What an Output block says to the rows of a plan, in the shape of its target or with a probability for each class."""
    block = session.document.nodes[output].block
    assert isinstance(block, Output)
    return block.answer(plan.buffers[output].y[0])


def row_of(session: Session, sample: int) -> int:
    """The row that a request's sample means: counted round and round."""
    return sample % len(shown(session))


def names(words: Sequence[str]) -> Array:
    """Text as an array that a mailbox can carry."""
    short = [w[:LONGEST_NAME] for w in words]
    return np.array(short, dtype=f"<U{max([1, *map(len, short)])}")


def named(indices: Array, field: Field) -> Array:
    """The names of classes or tokens in place of their numbers, nothing for padding, the number where there is no name."""
    known = ["" if name == MARKS[PADDING] else name for name in field.classes]
    flat = [int(i) for i in indices.reshape(-1)]
    return names([known[i] if i < len(known) else str(i) for i in flat]).reshape(indices.shape)


def counts(wanted: Array, field: Field) -> Array:
    """Which places of a target are no padding."""
    return wanted != PADDING if field.classes[:1] == MARKS[:1] else np.ones(wanted.shape, bool)


def blocks_of(document: Document, inference: Inference, group: str) -> tuple[str, ...]:
    """The names of all blocks of a group whose shapes are known, in the order they were added."""
    nodes = document.nodes.items()
    return tuple(n for n, v in nodes if isinstance(v.block, Block) and v.block.group == group and n in inference.outs)


def shape_of(inference: Inference, block: str) -> Shape | None:
    """Shape of a block's first output, where known."""
    return inference.outs[block][0] if inference.outs.get(block) else None


def target_of(session: Session) -> tuple[str, Field | None]:
    """The first Output block, and the data it learns from: None where it learns to repeat the input."""
    assert session.train_data is not None
    name = blocks_of(session.document, session.inference, "output")[0]
    block = session.document.nodes[name].block
    if getattr(block, "learns", "") == "inputs" or not session.train_data.targets:
        return name, None
    return name, session.train_data.targets[0]
