"""Weight histogram: how the weights of a block are spread, how many are zero, and how hard the gradient pulls."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.blocks._base import Block
from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Insight, Request
from core.insight._rows import names
from core.words import Words

if TYPE_CHECKING:
    from core.training.session import Session

BINS = 40
COUNTED = 1 << 17  # numbers of a weight that are counted; of larger ones every second, third …


class WeightHistogram(Insight):
    """Any block with weights."""

    id: ClassVar[str] = "weight_histogram"
    title: ClassVar[Words] = Words("Weight histogram", "权重直方图")
    help: ClassVar[Words] = Words(
        "How many weights have which value. A healthy layer stays a hill around zero that widens slowly. A spike at "
        "exactly zero comes from L1 or from units that died; two far-off hills from a learning rate that is too high.",
        "各个取值的权重有多少个。健康的层是零附近一座缓慢变宽的山。恰好在零处的尖峰来自 L1 或已失活的单元；远处的两座山说明学习率过大。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """Blocks with weights."""
        node = document.nodes.get(block)
        return (
            node is not None and isinstance(node.block, Block) and block in inference.outs
            and bool(node.block.weights(inference.ins[block]))
        )  # fmt: skip

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """`names`, and for the i-th weight `counts.i`, `edges.i` and `numbers.i`.

        `numbers.i` is (size, counted, zeros, mean, deviation, least, greatest, norm of the last gradient or NaN).
        """
        gradients = session.parameters.gradients_of(request.block)
        weights = session.parameters.of(request.block)
        answer: dict[str, Array] = {"names": names(list(weights))}
        for i, (name, array) in enumerate(weights.items()):
            flat = array.reshape(-1)
            part = flat[:: -(-flat.size // COUNTED)]
            low, high = float(part.min()), float(part.max())
            counts, edges = np.histogram(part, BINS, (low, high) if high > low else (low - 0.5, high + 0.5))
            zeros = flat.size - np.count_nonzero(flat)
            pull = float(np.linalg.norm(gradients[name])) if name in gradients else np.nan
            mean, deviation = part.mean(dtype=np.float64), part.std(dtype=np.float64)
            answer[f"counts.{i}"] = counts
            answer[f"edges.{i}"] = edges.astype(np.float64)
            answer[f"numbers.{i}"] = np.array([flat.size, part.size, zeros, mean, deviation, low, high, pull])
        return answer
