"""Gates: what an LSTM or a GRU lets in, keeps and lets out, step by step, and in both ways where it reads both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.blocks._both_ways import WAY_BACK
from core.blocks._recurrent import Recurrent
from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Insight, Request
from core.insight._rows import look_at, names, row_of, shown
from core.insight._scratch import step_names
from core.words import Words

if TYPE_CHECKING:
    from core.training.session import Session

LONGEST = 256  # steps that are shown
UNITS = 64
KINDS: Mapping[str, Words] = {
    "input": Words("input gate", "输入门"),
    "forget": Words("forget gate", "遗忘门"),
    "output": Words("output gate", "输出门"),
    "reset": Words("reset gate", "重置门"),
    "update": Words("update gate", "更新门"),
    "candidate": Words("candidate", "候选值"),
    "cell": Words("cell", "细胞状态"),
    "state": Words("state", "状态"),
}


class Gates(Insight):
    """Recurrent blocks with gates, which they leave in their scratch, (batch, time, gates × units)."""

    id: ClassVar[str] = "gates"
    title: ClassVar[Words] = Words("Gates", "门控")
    help: ClassVar[Words] = Words(
        "The gates of an LSTM or GRU over the steps of one sample, from 0 (shut) to 1 (open), the candidate from −1 to 1, "
        "and what they write: the cell of an LSTM, the state of a GRU. A forget gate or an update gate that stays near 1 is "
        "a unit that remembers. Where the block reads both ways, the way back is below.",
        "一个样本各步上 LSTM 或 GRU 的门，从 0（关）到 1（开），候选值从 −1 到 1，以及它们写入的内容：LSTM 的细胞状态或 GRU 的状态。"
        "遗忘门或更新门一直接近 1 的单元在记忆。双向读取时，反向显示在下方。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """LSTM and GRU blocks."""
        node = document.nodes.get(block)
        return (
            node is not None
            and isinstance(node.block, Recurrent)
            and bool(node.block.gates)
            and block in inference.outs
        )

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """`values` (ways, kinds, time, units), each step where it is in the sequence; `kinds` the keys of KINDS.

        `steps` are their names, `units` those of the block, `row`, `rows`.
        """
        row = row_of(session, request.sample)
        block = session.document.nodes[request.block].block
        assert isinstance(block, Recurrent)
        scratch = look_at(session, [row]).buffers[request.block].scratch
        ways = [_way(block, scratch)]
        if block.bidirectional:
            back = {n.removeprefix(WAY_BACK): a for n, a in scratch.items() if n.startswith(WAY_BACK)}
            ways.append(_way(block, back)[:, ::-1])
        time = ways[0].shape[1]
        return {
            "values": np.array([way[:, :LONGEST, :UNITS] for way in ways], np.float32, order="C"),
            "kinds": names([*block.gates, block.kept]),
            "steps": step_names(session, row, time)[:LONGEST],
            "units": np.array(block.units),
            "row": np.array(row),
            "rows": np.array(len(shown(session))),
        }


def _way(block: Recurrent, scratch: Mapping[str, Array]) -> Array:
    """Gates and memory of the first row, (kinds, time, units), as one way has gone through the steps."""
    gates = scratch["gates"][0]
    parts = gates.reshape(len(gates), len(block.gates), block.units).transpose(1, 0, 2)
    return np.concatenate([parts, block.memory(scratch)[:1]])
