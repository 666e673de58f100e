"""Machine code on the disk: two processes that write at once never get each other's."""

from __future__ import annotations

import os
import subprocess
import sys

WRITE = """
from numba.core.caching import IndexDataCacheFile
import numpy as np
from core.kernels.merge import add
from tests.kernels.test_jit import signature
IndexDataCacheFile._load_index = lambda self: {}  # read before the other process has written
from core.kernels._jit import code_address
code_address(add, signature(add, np.TYPE))
"""


def signature(dispatcher, kind):
    """The types of a call with three vectors."""
    import numpy as np
    from numba import typeof

    vector = typeof(np.zeros(3, kind))
    return (vector, vector, vector, typeof(0), typeof(0))


def test_two_processes_that_compile_one_kernel_at_once_write_two_files(tmp_path):
    for kind in ("float32", "float64"):
        run = subprocess.run(
            [sys.executable, "-c", WRITE.replace("np.TYPE", f"np.{kind}")],
            env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
    assert len(list(tmp_path.rglob("*.nbc"))) == 2
