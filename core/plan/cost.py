"""What a network costs, without allocating it: shape, parameters, multiply-adds and bytes of each block, for one row."""

from __future__ import annotations

from dataclasses import dataclass

from core.blocks._base import Block, Shape, elements
from core.graph.document import Document
from core.graph.expand import expand
from core.graph.shapes import Fault, Inference, infer

ITEM = 4  # bytes of a float32


@dataclass(frozen=True, slots=True)
class Cost:
    """One block. `bytes` are those of its outputs for one row, `weight_bytes` those of all its weights."""

    name: str
    type: str
    shape: Shape
    parameters: int
    multiply_adds: int
    bytes: int
    weight_bytes: int


def cost(name: str, block: Block, inference: Inference) -> Cost:
    """The cost of one block whose shapes are known."""
    ins, outs = inference.ins[name], inference.outs[name]
    weights = block.weights(ins).values()
    return Cost(
        name,
        block.id,
        outs[0],
        sum(elements(w.shape) for w in weights if w.trainable),
        block.multiply_adds(ins),
        0 if block.view else ITEM * sum(elements(s) for s in outs),
        ITEM * sum(elements(w.shape) for w in weights),
    )


def describe(document: Document) -> tuple[tuple[Cost, ...], tuple[Fault, ...]]:
    """Every block in the order data flows, those inside composites too, or every fault."""
    document = expand(document)
    inference = infer(document)
    blocks = ((n, document.nodes[n].block) for n in inference.order if n in inference.outs)
    return tuple(cost(n, b, inference) for n, b in blocks if isinstance(b, Block)), inference.faults
