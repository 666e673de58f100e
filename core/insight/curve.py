"""Curve: the line that a network of one input and one output has learnt, through its points."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from core.graph.document import Document
from core.graph.shapes import Inference
from core.insight._base import Array, Insight, Request
from core.insight._rows import blocks_of, names, shape_of, target_of
from core.words import Words

if TYPE_CHECKING:
    from core.training.session import Session

PLACES = 200
MOST = 600  # points of each part


class Curve(Insight):
    """Networks with one number in and one number out."""

    id: ClassVar[str] = "curve"
    title: ClassVar[Words] = Words("Fitted curve", "拟合曲线")
    help: ClassVar[Words] = Words(
        "The points, and what the network says at every place between them. A line that is too stiff underfits; one "
        "that runs through every point and swings between them overfits.",
        "数据点，以及网络在各处的预测。线太僵硬是欠拟合；线穿过每个点并在其间摆动是过拟合。",
    )

    def suits(self, document: Document, inference: Inference, block: str) -> bool:
        """The network as a whole, with one Input of shape (1,) and one Output of (1,)."""
        ends = [blocks_of(document, inference, group) for group in ("input", "output")]
        return block == "" and all(len(e) == 1 and shape_of(inference, e[0]) == (1,) for e in ends)

    def look(self, session: Session, request: Request) -> dict[str, Array]:
        """`points` (n, 2), `held_out` (n,), `line` (places, 2), `axes` the two names."""
        parts = [p for p in (session.train_data, session.held_out) if p is not None and len(p)]
        target = target_of(session)[1]
        points, held_out = [], []
        for part in parts:
            step = -(-len(part) // MOST)
            y = part.targets[0].array if target is not None else part.inputs[0].array
            points.append(np.stack([a[::step].reshape(-1) for a in (part.inputs[0].array, y)], axis=1))
            held_out.append(np.full(len(points[-1]), part is session.held_out))
        known = parts[0].inputs[0]
        low, high = float(known.array.min()), float(known.array.max())
        margin = 0.05 * (high - low or 1.0)
        x = np.linspace(low - margin, high + margin, PLACES, dtype=np.float32)[:, None]
        plan = session.look(x)
        (output,) = plan.outputs
        y_name = (target.features or ("y",))[0] if target is not None else "x"
        return {
            "points": np.concatenate(points).astype(np.float32),
            "held_out": np.concatenate(held_out),
            "line": np.concatenate([x, plan.buffers[output].y[0].reshape(-1, 1)], axis=1),
            "axes": names([(known.features or ("x",))[0], y_name]),
        }
