"""Which block is wanted next: as this network has it so far, and then as networks have it on the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from core.blocks._base import Block
from core.graph.document import Document
from gui.canvas.adding import End

# Groups that follow a group, the likeliest first: the order of the layers in LeNet-5, VGG, ResNet, and character models.
FOLLOWERS: Mapping[str, tuple[str, ...]] = {
    "input": ("convolution", "linear", "sequence", "shape"),
    "linear": ("activation", "output", "normalisation", "linear", "merge"),
    "convolution": ("activation", "normalisation", "pooling", "convolution", "merge"),
    "pooling": ("convolution", "shape", "linear", "normalisation"),
    "normalisation": ("activation", "linear", "convolution", "merge", "sequence"),
    "activation": ("linear", "convolution", "pooling", "normalisation", "output", "merge"),
    "sequence": ("linear", "sequence", "normalisation", "merge", "output"),
    "shape": ("linear", "convolution", "sequence", "merge"),
    "merge": ("activation", "normalisation", "linear", "convolution", "pooling"),
}


def likely(ids: Sequence[str], blocks: Mapping[str, type[Block]], document: Document, end: End) -> list[str]:
    """Ids of blocks that may be wired to a port, the likeliest first."""
    here = document.nodes[end[0]].block
    if not isinstance(here, Block):
        return list(ids)
    forwards = end[1].side == "out"
    habit = Counter(
        (b if forwards else a).id
        for w in document.wires
        if isinstance(a := document.nodes[w.source].block, Block)
        and isinstance(b := document.nodes[w.target].block, Block)
        and (a if forwards else b).id == here.id
    )

    def rank(id_: str) -> tuple[int, int]:
        order = FOLLOWERS.get(here.group if forwards else blocks[id_].group, ())
        group = blocks[id_].group if forwards else here.group
        return -habit[id_], order.index(group) if group in order else len(order) + 1

    return sorted(ids, key=rank)
