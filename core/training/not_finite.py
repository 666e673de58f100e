"""Which block a number first got out of hand in."""

from __future__ import annotations

import numpy as np

from core.blocks._base import Block
from core.errors import NotFiniteError
from core.graph.document import Document
from core.plan.plan import Plan
from core.words import Words


def not_finite(document: Document, plan: Plan, step: int) -> NotFiniteError:
    """Name the first block whose weights, output or loss are not finite after a step."""
    for name in plan.watch():
        b = plan.buffers[name]
        if bad := next((w for w, a in b.w.items() if not np.isfinite(a).all()), None):
            what = Words(f"its weight {bad!r}", f"权重 {bad!r}")
        elif isinstance(document.nodes[name].block, Block) and not all(np.isfinite(a).all() for a in b.y):
            what = Words("its output", "输出")
        elif b.measures is not None and not np.isfinite(b.measures).all():
            what = Words("its loss", "损失")
        else:
            continue
        return NotFiniteError(
            name,
            step,
            Words(
                f"Training stopped at step {step}: {what.en} at block {name} is no longer a finite number. "
                "Lower the learning rate, clip the gradient, or normalise the data, then reset.",
                f"训练在第 {step} 步停止：模块 {name} 的{what.zh}不再是有限的数。请降低学习率、裁剪梯度或归一化数据，然后重置。",
            ),
        )
    words = Words(
        f"Training stopped at step {step}: the loss is not finite.", f"训练在第 {step} 步停止：损失不是有限的数。"
    )
    return NotFiniteError("", step, words)
