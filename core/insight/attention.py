"""Attention: which step looks at which, one map per head."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Insight, Request
from core.insight._rows import look_at, row_of, shown
from core.insight._scratch import scratch_of, step_names
from core.words import Words

if TYPE_CHECKING:
    from core.training.session import Session

LONGEST = 96  # steps that are shown
HEADS = 16


class Attention(Insight):
    """Blocks that leave `attention` (batch, heads, time, context) in their scratch."""

    id: ClassVar[str] = "attention"
    title: ClassVar[Words] = Words("Attention", "注意力")
    help: ClassVar[Words] = Words(
        "Row by row, where a step looks: a row sums to 1, and bright is where the weight lies. A head that copies "
        "shows a diagonal, one that reverses the other diagonal, and a causal one has nothing above the diagonal.",
        "逐行显示每一步看向哪里：每行之和为 1，越亮权重越大。复制的头是一条对角线，反转的头是反对角线，因果注意力在对角线上方为空。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """Attention blocks."""
        return "attention" in scratch_of(document, inference, block)

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """`attention` (heads, time, context), `queries` and `keys` the names of the steps, `row`, `rows`."""
        row = row_of(session, request.sample)
        scores = look_at(session, [row]).buffers[request.block].scratch["attention"][0]
        part = np.array(scores[:HEADS, :LONGEST, :LONGEST], np.float32)
        return {
            "attention": part,
            "queries": step_names(session, row, scores.shape[1])[:LONGEST],
            "keys": step_names(session, row, scores.shape[2])[:LONGEST],
            "heads": np.array(scores.shape[0]),
            "row": np.array(row),
            "rows": np.array(len(shown(session))),
        }
