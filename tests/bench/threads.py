"""What a second thread brings, and one thread against PyTorch with one: `python -m tests.bench.threads [--net NAME]`."""

from __future__ import annotations

import argparse
import statistics

from tests.bench.ours import Ours, dataset, opened
from tests.bench.rows import NETS
from tests.bench.steps import paired
from tests.bench.twins import Training


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", default="", help="only nets whose name holds this")
    options = parser.parse_args()
    for name, net in NETS.items():
        if options.net.lower() not in f"{name} {net.name}".lower():
            continue
        document, data = opened(name, net.batch, net.optimizer, net.rate), dataset(*net.rows())
        ours, theirs = [Ours(document, data, threads) for threads in (1, 2)], Training(name, 1)
        one, two, peer = (statistics.median(x) for x in paired(ours[0].run, ours[1].run, theirs.run))
        print(
            f"{net.name:<20}1 thread {one:>9.3f} ms, 2 threads {two:>9.3f} ms: ×{one / two:.2f};  "
            f"PyTorch with 1 thread {peer:>9.3f} ms: ×{peer / one:.2f}",
            flush=True,
        )
        for side in ours:
            side.session.close()


if __name__ == "__main__":
    main()
