"""All weights of a network: the trainable ones in one flat vector, so that an optimiser moves them in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core import initializers
from core.blocks._base import Block, elements
from core.errors import WeightsFileError
from core.graph.document import Document, Node
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
    starts: Mapping[Key, int]  # where each trainable weight begins in `flat`
    held: Array  # int64: the elements of `flat` that stay as they are, one by one

    @property
    def count(self) -> int:
        """How many numbers training moves."""
        return sum(elements(d.shape) for d in self.declared.values() if d.trainable)

    def pulls(self, l1: float, l2: float) -> list[tuple[slice, float, float]]:
        """The parts of `flat` that L1 and L2 pull on, and how much: as given, but for blocks with λ of their own."""
        parts: list[tuple[slice, float, float]] = []
        for key, start in self.starts.items():
            own = self.declared[key]
            if not own.decays:
                continue
            pull = l1 if own.l1 is None else own.l1, l2 if own.l2 is None else own.l2
            stop = start + -(-elements(own.shape) // STRIDE) * STRIDE
            if parts and parts[-1][0].stop == start and parts[-1][1:] == pull:
                parts[-1] = slice(parts[-1][0].start, stop), *pull
            elif any(pull):
                parts.append((slice(start, stop), *pull))
        return parts

    def of(self, block: str) -> dict[str, Array]:
        """The weights of one block."""
        return {key[1]: array for key, array in self.w.items() if key[0] == block}

    def gradients_of(self, block: str) -> dict[str, Array]:
        """The gradients of one block."""
        return {key[1]: array for key, array in self.dw.items() if key[0] == block}


def declarations(document: Document, inference: Inference) -> dict[Key, Weight]:
    """Every weight of the network, in the order of the blocks; what is frozen is not trainable.

    Raises WeightsFileError where something is said about a weight that is not there, or is there in another shape.
    """
    declared: dict[Key, Weight] = {}
    for name in inference.order:
        node = document.nodes[name]
        if name not in inference.outs or not isinstance(node.block, Block):
            continue
        weights = node.block.weights(inference.ins[name])
        for key in (*node.weights, *node.frozen_weights):
            if key not in weights:
                raise _unknown(name, key, weights)
        for key, weight in weights.items():
            declared[name, key] = _learning(name, key, weight, node)
    return declared


def _learning(block: str, key: str, weight: Weight, node: Node) -> Weight:
    """A weight as the block's own way of learning has it."""
    mask = node.frozen_weights.get(key, False)
    whole = node.learning.frozen or mask is True
    if not isinstance(mask, bool) and np.shape(mask) != weight.shape:
        raise _misshapen(block, key, np.shape(mask), weight, Words("Its frozen numbers are marked for", "其冻结标记的"))
    return replace(
        weight,
        trainable=weight.trainable and not whole,
        l1=node.learning.l1,
        l2=node.learning.l2,
        held=None if isinstance(mask, bool) else mask,
    )


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
    held = [starts[k] + np.flatnonzero(declared[k].held) for k in trainable if declared[k].held is not None]
    return Parameters(
        dict(declared),
        {k: w[k] for k in declared},
        views(vectors[1]),
        vectors[0],
        vectors[1],
        tuple(vectors[2:]),
        decaying,
        starts,
        np.concatenate(held) if held else np.zeros(0, np.int64),
    )


def start(parameters: Parameters, document: Document, seed: int) -> None:
    """Give every weight its first value: set by hand in the document, or drawn by its initialiser from the seed.

    Raises WeightsFileError for numbers set by hand in another shape.
    """
    for (block, name), weight in parameters.declared.items():
        by_hand = document.nodes[block].weights.get(name)
        value = initializers.draw(weight, seed, block, name) if by_hand is None else np.asarray(by_hand, np.float64)
        if value.shape not in {weight.shape, ()}:  # one number is for all of them
            raise _misshapen(block, name, value.shape, weight, Words("It is set by hand in", "手动设置的"))
        parameters.w[block, name][...] = value


def _unknown(block: str, name: str, weights: Mapping[str, Weight]) -> WeightsFileError:
    has = ", ".join(weights) or "—"
    return WeightsFileError(
        Words(
            f"{block}: numbers are set by hand or frozen for a weight {name!r}, and its weights are: {has}. Mend the name.",
            f"{block}：手动设置或冻结了权重 {name!r}，而该模块的权重有：{has}。请改正名称。",
        )
    )


def _misshapen(block: str, name: str, got: tuple[int, ...], weight: Weight, said: Words) -> WeightsFileError:
    return WeightsFileError(
        Words(
            f"{block}: the weight {name!r} has shape {weight.shape}. {said.en} shape {got}. "
            "Change the numbers, or remove them.",
            f"{block}：权重 {name!r} 的形状为 {weight.shape}，而{said.zh}形状为 {got}。请修改数值，或删除它们。",
        )
    )
