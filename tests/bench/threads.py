"""What a second thread brings, and one thread against PyTorch with one: `python -m tests.bench.threads [--net NAME]`.

One thread and two take turns in laps so short that both meet the same clock. Beside them, in the same turns, stands what
a second thread brings to NumPy's product: what the machine has to give, which no network can go beyond.
"""

from __future__ import annotations

import argparse
import statistics

from tests.bench.ours import Ours, dataset, opened
from tests.bench.peak import Products
from tests.bench.rows import NETS
from tests.bench.steps import paired
from tests.bench.twins import Training

ROUNDS = 40
SECONDS = 0.05  # a lap of one side lasts about so long, or a step


def gain(before: list[float], after: list[float]) -> str:
    """The median of the ratios of laps side by side, and between which two half of them lie."""
    low, middle, high = statistics.quantiles([a / b for a, b in zip(before, after, strict=True)], n=4)
    return f"×{middle:.2f} ({low:.2f} … {high:.2f})"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", default="", help="only nets whose name holds this")
    options = parser.parse_args()
    products = [Products(threads) for threads in (1, 2)]
    for name, net in NETS.items():
        if options.net.lower() not in f"{name} {net.name}".lower():
            continue
        document, data = opened(name, net.batch, net.optimizer, net.rate), dataset(*net.rows())
        ours, theirs = [Ours(document, data, threads) for threads in (1, 2)], Training(name, 1)
        runs = (*(side.run for side in ours), *(side.run for side in products), theirs.run)
        one, two, product, shared, peer = paired(*runs, rounds=ROUNDS, seconds=SECONDS)
        print(
            f"{net.name:<20}1 thread {statistics.median(one):>9.3f} ms, 2 threads {statistics.median(two):>9.3f} ms: "
            f"{gain(one, two)}, NumPy's product {gain(product, shared)};  PyTorch with 1 thread {gain(peer, one)}",
            flush=True,
        )
        for side in ours:
            side.session.close()
    for side in products:
        side.close()


if __name__ == "__main__":
    main()
