"""What a frozen block does in training: gradients pass through it, and nothing of its own moves.

A block that keeps means of its rows, and is frozen as a whole, does in training what it does in use: it reckons by those
means and leaves them as they are. So do Keras' `trainable = False` and PyTorch's `eval()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.blocks._base import Buffers
from core.initializers import Weight
from core.kernels.call import Calls
from core.plan.parameters import Parameters

Array = npt.NDArray[Any]


def frozen(name: str, declared: Mapping[str, Weight], parameters: Parameters) -> frozenset[str]:
    """The weights of a block that would learn, were they not frozen."""
    return frozenset(k for k, w in declared.items() if w.trainable and not parameters.declared[name, k].trainable)


def works_as_in_use(declared: Mapping[str, Weight], held: frozenset[str]) -> bool:
    """Whether a block is frozen as a whole, and has weights that never learn: its means."""
    learning = {k for k, w in declared.items() if w.trainable}
    return held == learning and len(learning) < len(declared)


def held_still(b: Buffers, held: frozenset[str]) -> Buffers:
    """Buffers whose frozen weights have gradients to throw away."""
    return replace(b, dw={**b.dw, **{k: np.zeros_like(b.w[k]) for k in held}})


def needed(calls: Calls, b: Buffers, held: frozenset[str]) -> Calls:
    """The backward calls without those that serve the gradients of frozen weights only.

    Seen from the last call to the first: a call is needed where it touches a gradient that is wanted, or an array that a
    later needed call touches and that is no input of the block's.
    """
    wanted = [*(a for a in b.dx if a is not None), *(a for k, a in b.dw.items() if k not in held)]
    given = [*b.x, *b.y, *b.dy, *b.w.values()]
    kept = []
    for call in reversed(calls):
        arrays = [a for a in call.args if isinstance(a, np.ndarray)]
        if any(np.may_share_memory(a, other) for a in arrays for other in wanted):
            wanted += [a for a in arrays if not any(np.may_share_memory(a, other) for other in given)]
            kept.append(call)
    return kept[::-1]
