"""Training steps against PyTorch eager, paired in one run: `python -m tests.bench.steps [--net NAME] [--threads N] [--json]`.

Both train the same network from the same weights on the same rows; a row whose first five losses differ by more than 1e-3
is void. Ours, theirs, NumPy's product of 1024×1024, and so on in turns; the ratio is that of the medians, its spread that of
the pairs, without the extremes; the share of the peak is the median of ours against the product in the same turn, since
the clock of a machine moves. Memory is the peak of a process that does nothing but train, its libraries included.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bench.memory import measured
from tests.bench.ours import Ours, dataset, lap, opened, steps_in, weights
from tests.bench.peak import FLOPS, Products
from tests.bench.rows import NETS, Net
from tests.bench.twins import Training, take_weights

ROUNDS = 15
SECONDS = 0.2  # a round of one side lasts about so long


def agree(name: str, net: Net, threads: int) -> bool:
    """Whether the first five losses of both are the same."""
    document = opened(name, net.batch, net.optimizer, net.rate)
    ours, theirs = Ours(document, dataset(*net.rows()), threads), Training(name, threads)
    take_weights(theirs.module, weights(ours.session))
    ours.run(5)
    found, wanted = ours.losses(), theirs.run(5)
    ours.session.close()
    return bool(np.allclose(found, wanted, rtol=1e-3, atol=1e-3))


def paired(*runs: Callable[[int], object], rounds: int = ROUNDS, seconds: float = SECONDS) -> list[list[float]]:
    """Milliseconds of a step, run by run and round by round, the runs taking turns."""
    counts = [steps_in(run, seconds) for run in runs]
    laps = [[lap(run, count) for run, count in zip(runs, counts, strict=True)] for _ in range(rounds)]
    return [list(column) for column in zip(*laps, strict=True)]


def measure(name: str, threads: int) -> dict[str, Any]:
    """One row of the table."""
    net = NETS[name]
    ours = Ours(opened(name, net.batch, net.optimizer, net.rate), dataset(*net.rows()), threads)
    theirs = Training(name, threads)
    products = Products(threads)
    mine, peers, peaks = paired(ours.run, theirs.run, products.run)
    our_ms, their_ms = statistics.median(mine), statistics.median(peers)
    ratios = sorted(b / a for a, b in zip(mine, peers, strict=True))
    share = statistics.median(ours.flops / a * b / FLOPS for a, b in zip(mine, peaks, strict=True))
    products.close()
    ours.session.close()
    return {
        "net": net.name, "ours_ms": round(our_ms, 4), "torch_ms": round(their_ms, 4), "ratio": round(their_ms / our_ms, 2),
        "gflops": round(ours.flops / our_ms / 1e6, 1), "peak_share": round(share, 2),
        "ours_mb": round(measured("ours", name, threads)), "torch_mb": round(measured("torch", name, threads)),
        "losses_agree": agree(name, net, threads), "spread": [round(ratios[1], 2), round(ratios[-2], 2)],
    }  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", default="", help="only nets whose name holds this")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="a line of JSON for each net")
    options = parser.parse_args()
    valid = []
    for name, net in NETS.items():
        if options.net.lower() not in f"{name} {net.name}".lower():
            continue
        row = measure(name, options.threads)
        valid += [row["ratio"]] if row["losses_agree"] else []
        low, high = row.pop("spread")
        if options.json:
            print(json.dumps(row), flush=True)
            continue
        print(
            f"{row['net']:<20}{row['ours_ms']:>9.3f} ms  PyTorch {row['torch_ms']:>8.3f} ms  ×{row['ratio']:<6.2f} "
            f"({low:.2f} … {high:.2f})  {row['gflops']:>6.1f} GFLOP/s  {row['peak_share']:>4.0%} of peak  "
            f"{row['ours_mb']:>4} MB, PyTorch {row['torch_mb']:>4} MB{'' if row['losses_agree'] else '  VOID: losses differ'}",
            flush=True,
        )
    if valid and not options.json:
        print(f"geometric mean of the ratios: {statistics.geometric_mean(valid):.2f}, the slowest: {min(valid):.2f}")


if __name__ == "__main__":
    main()
