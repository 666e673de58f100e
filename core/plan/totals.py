"""What training a whole network takes, kept up to date by asking only the blocks that changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from core.blocks._base import Block, Shapes, elements
from core.graph.shapes import Inference
from core.plan.footprint import FLOAT, SIZES


@dataclass(frozen=True, slots=True)
class Share:
    """One block's part: weights that learn and that do not, multiply-adds and outputs of a row, and scratch bytes of a batch."""

    parameters: int = 0
    fixed: int = 0
    multiply_adds: int = 0
    numbers: int = 0
    scratch: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over all blocks whose shapes are known."""

    whole: Share
    batch: int
    heaviest: tuple[str, int]  # the block with the most parameters, and how many
    shares: Mapping[str, Share]

    def part(self, names: Iterable[str]) -> Share:
        """The sums over these blocks, as far as their shapes are known."""
        return _sum({name: self.shares[name] for name in names if name in self.shares})

    def weight_bytes(self, slots: int) -> int:
        """Weights, their gradients, and so many numbers more that the optimiser keeps for each."""
        return FLOAT * (self.whole.parameters * (2 + slots) + self.whole.fixed)

    @property
    def batch_bytes(self) -> int:
        """Outputs of a batch and their gradients, and what the blocks need beside: no more than that, arrays share memory."""
        return 2 * FLOAT * self.batch * self.whole.numbers + self.whole.scratch

    def work(self, rows: int) -> float:
        """An epoch of so many rows in multiply-adds: three products for each, memory moved, and the update of each step.

        Only good for comparing networks: a number that was read or written counts like the multiply-adds of its time.
        """
        steps = ceil(rows / max(1, self.batch))
        return rows * (3.0 * self.whole.multiply_adds + 8.0 * self.whole.numbers) + steps * 12.0 * self.whole.parameters


class Tally:
    """Remembers each block's share, by what it was worked out from."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Block, Shapes, int, Share]] = {}

    def of(self, known: Inference, batch: int) -> Totals:
        """The totals at this batch size."""
        fresh: dict[str, tuple[Block, Shapes, int, Share]] = {}
        for name, outs in known.outs.items():
            block, ins = known.blocks[name], known.ins[name]
            if not isinstance(block, Block):
                continue
            kept = self._known.get(name)
            same = kept is not None and kept[0] is block and kept[1] == ins and kept[2] == batch
            fresh[name] = kept if kept is not None and same else (block, ins, batch, _share(block, ins, outs, batch))
        self._known = fresh
        shares = {name: entry[3] for name, entry in fresh.items()}
        return Totals(
            _sum(shares),
            batch,
            max(((n, s.parameters) for n, s in shares.items()), key=_count, default=("", 0)),
            shares,
        )


def _share(block: Block, ins: Shapes, outs: Shapes, batch: int) -> Share:
    weights = block.weights(ins).values()
    spaces = block.scratch(ins, batch, train=True).values()
    return Share(
        sum(elements(w.shape) for w in weights if w.trainable),
        sum(elements(w.shape) for w in weights if not w.trainable),
        block.multiply_adds(ins),
        0 if block.view else sum(elements(shape) for shape in outs),
        sum(SIZES[space.type] * elements(space.shape) for space in spaces),
    )


def _sum(shares: Mapping[str, Share]) -> Share:
    columns = zip(
        *((s.parameters, s.fixed, s.multiply_adds, s.numbers, s.scratch) for s in shares.values()), strict=True
    )
    return Share(*map(sum, columns))


def _count(pair: tuple[str, int]) -> int:
    return pair[1]
