"""GFLOP/s of NumPy's matrix product: `python -m tests.bench.peak [THREADS]`."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np

SIZE = 1024
FLOPS = 2 * SIZE**3  # of one product


class Products:
    """Products of two square matrices, in a process of its own, because BLAS counts its threads when it is loaded."""

    def __init__(self, threads: int) -> None:
        told = {name: str(threads) for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
        told["OPENBLAS_THREAD_TIMEOUT"] = "4"  # its threads would spin on for a while, in the next one's lap
        command = [sys.executable, "-c", "from tests.bench.peak import multiply; multiply()"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=os.environ | told)

    def run(self, times: int) -> float:
        """So many products, and the seconds they took."""
        asked, answered = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answered is not None
        print(times, file=asked, flush=True)
        return float(answered.readline())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def multiply() -> None:
    """What the process does: as many products as each line says."""
    a = np.ones((SIZE, SIZE), np.float32)
    for line in sys.stdin:
        begin = time.perf_counter()
        for _ in range(int(line)):
            a @ a
        print(time.perf_counter() - begin, flush=True)


def peak(threads: int) -> float:
    """The best of several."""
    products = Products(threads)
    best = min(products.run(1) for _ in range(30))
    products.close()
    return FLOPS / best / 1e9


if __name__ == "__main__":
    print(peak(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
