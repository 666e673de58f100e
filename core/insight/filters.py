"""Filters: what a convolution looks for, one picture each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.blocks._base import Block
from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Insight, Request
from core.words import Words

if TYPE_CHECKING:
    from core.training.session import Session

MOST = 256  # filters
NUMBERS = 1 << 17  # in all their pictures


class Filters(Insight):
    """Any block with a weight of shape (height, width, inputs, outputs)."""

    id: ClassVar[str] = "filters"
    title: ClassVar[Words] = Words("Filters", "卷积核")
    help: ClassVar[Words] = Words(
        "One picture per filter. Filters on colour pictures are shown in colour; in deeper layers a picture shows the mean "
        "over the inputs, or one input that you choose. Stripes and blobs appear as the network learns; noise that stays "
        "means that the filter is not used.",
        "每个卷积核一幅图。作用于彩色图像的卷积核以彩色显示；更深层显示各输入通道的平均，或所选的一个输入通道。"
        "随着学习会出现条纹和斑块；一直是噪声说明该卷积核没有被用到。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """Blocks with a weight of four axes."""
        node = document.nodes.get(block)
        if node is None or not isinstance(node.block, Block) or block not in inference.outs:
            return False
        return any(len(w.shape) == 4 for w in node.block.weights(inference.ins[block]).values())

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """`pictures` (filters, height, width[, 3]), `limits` least and greatest weight, `inputs`, `channel`, `total`."""
        w = next(a for a in session.parameters.of(request.block).values() if a.ndim == 4)
        height, width, inputs, outputs = w.shape
        channel = request.channel if 0 <= request.channel < inputs else -1
        in_colour = inputs == 3 and channel < 0
        count = max(1, min(outputs, MOST, NUMBERS // (height * width * (3 if in_colour else 1))))
        part = w[..., :count]
        if in_colour:
            pictures = part.transpose(3, 0, 1, 2)
        else:
            pictures = (part.mean(axis=2) if channel < 0 else part[:, :, channel]).transpose(2, 0, 1)
        return {
            "pictures": np.array(pictures, np.float32, order="C"),
            "limits": np.array([w.min(), w.max()], np.float32),
            "inputs": np.array(inputs),
            "channel": np.array(channel),
            "total": np.array(outputs),
        }
