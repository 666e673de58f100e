"""GFLOP/s of NumPy's matrix product, the best of several: `OPENBLAS_NUM_THREADS=N python -m tests.bench.peak`."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np


def peak(threads: int) -> float:
    """In a process of its own, because BLAS counts its threads when it is loaded."""
    told = {name: str(threads) for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    command = [sys.executable, "-m", "tests.bench.peak"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | told)
    return float(done.stdout)


def main() -> None:
    """Measure, then print."""
    a, best = np.ones((1024, 1024), np.float32), np.inf
    for _ in range(30):
        begin = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - begin)
    print(2 * 1024**3 / best / 1e9)


if __name__ == "__main__":
    main()
