"""What blocks leave in their scratch, and the names of the steps it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from core.blocks._base import Block
from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._rows import named, names, shown

if TYPE_CHECKING:
    from core.training.session import Session

Array = npt.NDArray[Any]


def scratch_of(document: Document, inference: Inference, block: str) -> frozenset[str]:
    """The names of a block's scratch arrays when it is used, not trained."""
    node = document.nodes.get(block)
    if node is None or not isinstance(node.block, Block) or block not in inference.outs:
        return frozenset()
    return frozenset(node.block.scratch(inference.ins[block], 1, train=False))


def step_names(session: Session, row: int, count: int) -> Array:
    """The tokens of the first input that has so many, or the numbers of the steps from 1."""
    for field in shown(session).inputs:
        if field.kind == "tokens" and field.array.ndim == 2 and field.array.shape[1] == count:
            return named(field.array[row], field)
    return names([str(i + 1) for i in range(count)])
