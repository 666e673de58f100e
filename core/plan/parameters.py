"""All weights of a network: the trainable ones in one flat vector, so that an optimiser moves them in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core import initializers
from core.blocks._base import Block, elements
from core.errors import WeightsFileError
from core.graph.document import Document
from core.graph.shapes import Inference
from core.initializers import Weight
from core.optimizers._base import Optimizer
from core.plan.buffers import aligned
from core.words import Words

Array = npt.NDArray[Any]
Key = tuple[str, str]  # name of the block, name of the weight
STRIDE = 16  # each weight begins on a cache line of float32


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """Weights, their gradients and the optimiser's state. `w[key]` and `dw[key]` are views into the flat vectors."""

    declared: Mapping[Key, Weight]
    w: Mapping[Key, Array]  # trainable and kept
    dw: Mapping[Key, Array]  # trainable
    flat: Array
    flat_gradient: Array
    slots: tuple[Array, ...]
    decaying: int  # the first so many elements of `flat` are pulled on by L1, L2 and weight decay

    @property
    def count(self) -> int:
        """How many numbers training moves."""
        return sum(elements(d.shape) for d in self.declared.values() if d.trainable)

    def of(self, block: str) -> dict[str, Array]:
        """The weights of one block."""
        return {key[1]: array for key, array in self.w.items() if key[0] == block}

    def gradients_of(self, block: str) -> dict[str, Array]:
        """The gradients of one block."""
        return {key[1]: array for key, array in self.dw.items() if key[0] == block}


def declarations(document: Document, inference: Inference) -> dict[Key, Weight]:
    """Every weight of the network, in the order of the blocks."""
    return {
        (name, key): weight
        for name in inference.order
        if name in inference.outs and isinstance(block := document.nodes[name].block, Block)
        for key, weight in block.weights(inference.ins[name]).items()
    }


def allocate(
    declared: Mapping[Key, Weight], optimizer: Optimizer | None = None, dtype: npt.DTypeLike = np.float32
) -> Parameters:
    """Weights of zeros, decaying ones first in the flat vector."""
    trainable = sorted((k for k, d in declared.items() if d.trainable), key=lambda k: not declared[k].decays)
    starts: dict[Key, int] = {}
    size = decaying = 0
    for key in trainable:
        starts[key] = size
        size += -(-elements(declared[key].shape) // STRIDE) * STRIDE
        decaying = size if declared[key].decays else decaying
    vectors = [aligned((size,), dtype) for _ in range(2 + (optimizer.slots if optimizer else 0))]
    for vector in vectors:
        vector.fill(0)
    for slot in vectors[2:]:
        slot.fill(optimizer.slot_start() if optimizer else 0)

    def views(vector: Array) -> dict[Key, Array]:
        shapes = {k: declared[k].shape for k in trainable}
        return {k: vector[starts[k] : starts[k] + elements(s)].reshape(s) for k, s in shapes.items()}

    w = views(vectors[0])
    for key, weight in declared.items():
        if not weight.trainable:
            w[key] = aligned(weight.shape, dtype)
            w[key].fill(0)
    return Parameters(
        dict(declared),
        {k: w[k] for k in declared},
        views(vectors[1]),
        vectors[0],
        vectors[1],
        tuple(vectors[2:]),
        decaying,
    )


def start(parameters: Parameters, document: Document, seed: int) -> None:
    """Give every weight its first value: set by hand in the document, or drawn by its initialiser from the seed.

    Raises WeightsFileError for numbers set by hand that fit no weight.
    """
    blocks = {block for block, _ in parameters.declared}
    for block, node in document.nodes.items():
        for name in node.weights:
            if (block, name) not in parameters.declared:
                has = ", ".join(n for b, n in parameters.declared if b == block) if block in blocks else "—"
                raise WeightsFileError(
                    Words(
                        f"{block}: numbers are set by hand for a weight {name!r}, and its weights are: {has}. Mend the name.",
                        f"{block}：手动设置了权重 {name!r}，而该模块的权重有：{has}。请改正名称。",
                    )
                )
    for (block, name), weight in parameters.declared.items():
        by_hand = document.nodes[block].weights.get(name)
        value = initializers.draw(weight, seed, block, name) if by_hand is None else np.asarray(by_hand, np.float64)
        if value.shape != weight.shape:
            raise WeightsFileError(
                Words(
                    f"{block}: the weight {name!r} set by hand has shape {value.shape}, and the block needs {weight.shape}. "
                    "Change the numbers, or remove them to draw the weight at random.",
                    f"{block}：手动设置的权重 {name!r} 形状为 {value.shape}，而模块需要 {weight.shape}。请修改数值，或删除它们以随机初始化。",
                )
            )
        parameters.w[block, name][...] = value
