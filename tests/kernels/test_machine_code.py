"""Machine code on the disk: found by the next process without numba, made again where it does not fit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.kernels import machine_code
from core.kernels._jit import exports, kernel
from core.kernels.step import sum_into
from core.kernels.tile import tile  # noqa: F401  (exported)

KINDS = (*["float32:1"] * 3, "int64", "int64")

SUM = """
import sys
import numpy as np
from core.kernels.step import sum_into
x = np.arange(3, dtype=np.float32)
y = np.zeros(3, np.float32)
sum_into(x, x, y, 0, 1)
print(y.tolist(), "numba" in sys.modules)
"""


def summed(cache, **settings):
    """What another process says of 0 + 0, 1 + 1, 2 + 2, and whether it had to compile."""
    done = subprocess.run(
        [sys.executable, "-c", SUM], env=os.environ | {"NEUROLOOM_CACHE": str(cache)} | settings, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(machine_code, "folder", lambda: tmp_path / "kernels")
    return tmp_path / "kernels"


def test_what_one_process_has_compiled_the_next_one_runs_without_numba(tmp_path):
    assert summed(tmp_path) == "[0.0, 2.0, 4.0] True"
    assert summed(tmp_path) == "[0.0, 2.0, 4.0] False"
    assert summed(tmp_path, NUMBA_OPT="2") == "[0.0, 2.0, 4.0] True", "other machine code than the first two"


def test_where_nothing_can_be_written_kernels_run_all_the_same(tmp_path):
    (tmp_path / "file").touch()
    assert summed(tmp_path / "file") == "[0.0, 2.0, 4.0] True"


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:-1] + b"?", lambda _: b"", lambda _: b"\n\n"])
def test_a_file_that_is_damaged_is_none(own_folder, damage):
    made = machine_code.make(sum_into, KINDS)
    assert machine_code.found(sum_into, KINDS) == made
    (file,) = own_folder.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert machine_code.found(sum_into, KINDS) is None


def test_an_edit_of_a_file_that_the_kernels_file_imports_makes_other_files(tmp_path, monkeypatch):
    monkeypatch.setattr(machine_code, "HERE", tmp_path)
    texts = {
        "far": "FAR = 1",
        "near": "from core.kernels import _none, far",
        "own": "from core.kernels.near import FAR",
        "other": "",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)

    def hashed():
        return machine_code._sources.__wrapped__(tmp_path / "own.py")

    before = hashed()
    (tmp_path / "other.py").write_text("OTHER = 2")
    assert hashed() == before
    (tmp_path / "far.py").write_text("FAR = 2")
    assert hashed() != before


def test_machine_code_that_is_called_by_name_has_new_files_too(own_folder, monkeypatch):
    for sources in (b"before", b"after"):
        monkeypatch.setattr(machine_code, "_sources", lambda _, sources=sources: sources)
        machine_code.make(*exports["neuroloom_tile_float32"])
    assert len(list(own_folder.iterdir())) == 2


def test_kernels_over_different_functions_are_different(own_folder):
    def over(function):
        @kernel
        def apply(x, first, last):
            x[0] = function(x[0])

        return apply

    x = np.ones(1)
    over(np.exp)(x, 0, 1)
    over(np.sqrt)(x, 0, 1)
    assert x[0] == pytest.approx(np.sqrt(np.e))
    assert len(list(own_folder.iterdir())) == 2


def test_a_kernel_that_makes_an_array_is_refused(own_folder):
    @kernel
    def greedy(x, first, last):
        own = np.zeros(int(x[0]))
        own[first] = 1
        x[:] = own[:1]

    with pytest.raises(RuntimeError, match="greedy makes an array"):
        greedy(np.ones(1), 0, 1)


OUTSIDE = """
import numpy as np
from core.kernels._jit import kernel

@kernel
def reach(x, first, last):
    x[0] = x[last]

reach(np.ones(3), 0, 3)
"""


def test_an_index_out_of_bounds_is_told_where_bounds_are_checked(tmp_path):
    (tmp_path / "outside.py").write_text(OUTSIDE)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "outside.py")], capture_output=True, text=True, check=False,
        env=os.environ | {"NEUROLOOM_CACHE": str(tmp_path), "NUMBA_BOUNDSCHECK": "1", "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert "IndexError: reach has left the bounds of an array" in done.stderr
