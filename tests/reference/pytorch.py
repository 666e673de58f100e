"""A block beside its twin in PyTorch, in float64: values and all gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from core.blocks._base import Block, Shapes
from tests.blocks.harness import backward, buffers, forward, settle


def pytorch() -> Any:
    return pytest.importorskip("torch", reason="PyTorch is the oracle")


def agrees(block: Block, ins: Shapes, twin: Callable[..., Any], batch: int = 3) -> None:
    """`twin(*inputs, **weights)` gives y. Channels come last on both sides."""
    torch = pytorch()
    b = buffers(block, ins, batch=batch)
    kept = {name: w.copy() for name, w in b.w.items()}
    forward(block, b)
    settle(block, b)
    backward(block, b)
    x = [torch.tensor(a, requires_grad=True) for a in b.x]
    w = {name: torch.tensor(a, requires_grad=name in b.dw) for name, a in kept.items()}
    y = twin(*x, **w)
    y.backward(torch.tensor(b.dy[0]))
    pairs = [(b.y[0], y.detach()), *((ours, theirs.grad) for ours, theirs in zip(b.dx, x, strict=True))]
    pairs += [(b.dw[name], w[name].grad) for name in b.dw]
    pairs += [(b.w[name], w[name]) for name in b.w if name not in b.dw]  # running means, moved by both
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9, atol=1e-9)
