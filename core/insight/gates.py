"""Gates: what an LSTM lets in, keeps and lets out, step by step."""

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

LONGEST = 256  # steps that are shown
UNITS = 64
GATES = (
    Words("input gate", "输入门"),
    Words("forget gate", "遗忘门"),
    Words("candidate", "候选值"),
    Words("output gate", "输出门"),
)


class Gates(Insight):
    """Blocks that leave `gates` (batch, time, 4 × units) , in the order i, f, g, o, and `cells` in their scratch."""

    id: ClassVar[str] = "gates"
    title: ClassVar[Words] = Words("LSTM gates", "LSTM 门控")
    help: ClassVar[Words] = Words(
        "The gates of an LSTM over the steps of one sample: input, forget and output gate from 0 (shut) to 1 (open), "
        "the candidate from −1 to 1, and the cell that they write. A forget gate that stays near 1 is a unit that "
        "remembers.",
        "一个样本各步上 LSTM 的门：输入门、遗忘门、输出门从 0（关）到 1（开），候选值从 −1 到 1，以及它们写入的细胞状态。遗忘门一直接近 1 的单元在记忆。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """LSTM blocks."""
        return {"gates", "cells"} <= scratch_of(document, inference, block)

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """`gates` (4, time, units), `cells` (time, units), `steps` their names, `units` of the block, `row`, `rows`."""
        row = row_of(session, request.sample)
        scratch = look_at(session, [row]).buffers[request.block].scratch
        gates = scratch["gates"][0]
        time, units = gates.shape[0], gates.shape[1] // 4
        part = gates.reshape(time, 4, units)[:LONGEST, :, :UNITS]
        return {
            "gates": np.array(part.transpose(1, 0, 2), np.float32, order="C"),
            "cells": np.array(scratch["cells"][0, :LONGEST, :UNITS], np.float32),
            "steps": step_names(session, row, time)[:LONGEST],
            "units": np.array(units),
            "row": np.array(row),
            "rows": np.array(len(shown(session))),
        }
