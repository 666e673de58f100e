"""Kernels as other machines would run them: every index checked, without machine code, with narrower and wider vectors.

    python -m tests.checked

Bounds are checked by numba; kernels that check have a folder of their own in the cache. Without machine code the kernels
run as the Python they are written in; a kernel whose vectors are written in LLVM's own language (products, convolutions,
pooling, and what stands on them) cannot, nor can one that needs infinity from e**1000, where Python raises an error: the
tests of those are skipped, and counted. Vectors of 4 (ARM), 8 (AVX2) and 16 numbers (AVX-512) run on any processor.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from core.kernels.vectors import LANES

TESTS = ("tests/kernels", "tests/blocks", "tests/losses", "tests/optimizers")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Skip a test that needs machine code where there is none."""
    try:
        return (yield)
    except (NotImplementedError, OverflowError, AttributeError) as error:
        if str(error) == "math range error" and "NUMBA_DISABLE_JIT" in os.environ:
            pytest.skip("Python has no e**1000")
        asked = getattr(error, "name", "") == "overloads" and "NUMBA_DISABLE_JIT" in os.environ  # of a plain function
        if asked or "not usable in pure-python" in str(error):
            pytest.skip("vectors need machine code")
        raise


def run(*options: str, **settings: str) -> int:
    """The tests, with these options and settings of the environment; their exit status."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.checked", "-p", "no:cacheprovider", *options, *TESTS]
    return subprocess.run(command, env=os.environ | settings, check=False).returncode


def main() -> int:
    """See above."""
    print("== every index checked")
    bounds = run(NUMBA_BOUNDSCHECK="1")
    print("== without machine code")
    # NumPy warns of what kernels let pass; elementary functions are other ones in machine code, which is not there
    left_out = [f"--ignore=tests/kernels/test_{name}.py" for name in ("elementary", "machine_code")]
    plain = run("-W", "ignore::RuntimeWarning", *left_out, NUMBA_DISABLE_JIT="1")
    lanes = []
    for width in {4, 8, 16} - {LANES}:
        print(f"== vectors of {width} numbers")
        lanes.append(run(NEUROLOOM_LANES=str(width)))
    return int(any((bounds, plain, *lanes)))


if __name__ == "__main__":
    sys.exit(main())
