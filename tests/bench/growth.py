"""Cost against batch, depth and sequence length over a 16-fold range: `python -m tests.bench.growth [--threads N]`.

A step of size s should cost a + b s. Printed: milliseconds at each size, the cost of one more unit against that of the
whole range, and how far the worst size is from the line that fits all of them best.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable

import numpy as np

from core.graph.document import Document
from tests.bench.ours import Ours, dataset, lap, steps_in
from tests.bench.rows import MNIST, classes, text
from tests.networks import LENET, chain

ROUNDS = 9
FACTORS = (1, 2, 4, 8, 16)


def by_batch(size: int) -> tuple[Document, tuple[np.ndarray, np.ndarray]]:
    """LeNet-5 on so many rows at a time."""
    return chain(*LENET, batch_size=size, validation=0, epochs=1000), classes(MNIST, 2 * size)()


def by_depth(size: int) -> tuple[Document, tuple[np.ndarray, np.ndarray]]:
    """So many 3×3 convolutions of 16 channels over 16×16 pixels, each with ReLU."""
    layer = ({"type": "conv2d", "filters": 16, "padding": "same"}, {"type": "relu"})
    last = ({"type": "flatten"}, {"type": "dense", "units": 10}, {"type": "output"})
    blocks = ({"type": "input", "shape": [16, 16, 16]}, *(layer * size), *last)
    return chain(*blocks, batch_size=32, validation=0, epochs=1000), classes((16, 16, 16), 64)()


def by_length(kind: str) -> Callable[[int], tuple[Document, tuple[np.ndarray, np.ndarray]]]:
    """Letters one after the other, 128 units."""

    def made(size: int) -> tuple[Document, tuple[np.ndarray, np.ndarray]]:
        blocks = (
            {"type": "input", "shape": [size]}, {"type": "embedding", "vocabulary": 64, "width": 64},
            {"type": kind, "units": 128, "returns": "sequence"}, {"type": "dense", "units": 64}, {"type": "output"},
        )  # fmt: skip
        return chain(*blocks, batch_size=32, validation=0, epochs=1000), text(size, 64)

    return made


CURVES = {
    "batch, LeNet-5": (by_batch, 16),
    "depth, 3×3 convolutions": (by_depth, 1),
    "length, LSTM": (by_length("lstm"), 16),
    "length, GRU": (by_length("gru"), 16),
    "length, RNN": (by_length("rnn"), 16),
}


def line(sizes: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """What the straight line with the smallest relative squares says for each size."""
    terms = np.stack((np.ones_like(sizes), sizes), 1)
    return terms @ np.linalg.lstsq(terms / costs[:, None], np.ones_like(costs), rcond=None)[0]


def main() -> None:
    """Print a curve for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--curve", default="", help="only curves whose name holds this")
    options = parser.parse_args()
    for name, (make, base) in CURVES.items():
        if options.curve not in name:
            continue
        sizes = np.array([base * f for f in FACTORS], float)
        made = [make(int(s)) for s in sizes]
        runs = [Ours(document, dataset(*rows), options.threads) for document, rows in made]
        counts = [steps_in(run.run, 0.1) for run in runs]
        laps = [[lap(run.run, count) for run, count in zip(runs, counts, strict=True)] for _ in range(ROUNDS)]
        costs = np.array([statistics.median(column) for column in zip(*laps, strict=True)])
        off = np.abs(costs / line(sizes, costs) - 1).max()
        curve = "  ".join(f"{int(s)}: {c:.3f}" for s, c in zip(sizes, costs, strict=True))
        print(
            f"{name:<26}{curve} ms;  {costs[-1] / costs[0]:.1f} times for 16 times as much;  off the line by {off:.0%}",
            flush=True,
        )
        for run in runs:
            run.session.close()


if __name__ == "__main__":
    main()
