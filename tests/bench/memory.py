"""Peak memory of training in a process of its own: `python -m tests.bench.memory ours|torch PROJECT THREADS`, in MB."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

STEPS = 10


def own_peak() -> float:
    """MB that this process had in memory at most."""
    status = Path("/proc/self/status")
    if status.exists():  # where there is one: the other figure may still be that of the process this one came from
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM"))
        return int(line.split()[1]) / 1000 * 1.024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def measured(side: str, name: str, threads: int) -> float:
    """MB at most, of a process that trains this network for some steps."""
    command = [sys.executable, "-m", "tests.bench.memory", side, name, str(threads)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Train, then print."""
    side, name, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if side == "ours":
        from tests.bench.ours import Ours, dataset, opened
        from tests.bench.rows import NETS

        net = NETS[name]
        Ours(opened(name, net.batch, net.optimizer, net.rate), dataset(*net.rows()), threads).run(STEPS)
    else:
        from tests.bench.twins import Training

        Training(name, threads).run(STEPS)
    print(own_peak())


if __name__ == "__main__":
    main()
