"""Kernels that are not on the disk are compiled by processes beside this one, which never outlive it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from io import BytesIO
from queue import SimpleQueue
from types import SimpleNamespace

import numpy as np
import pytest
from numba.core.errors import TypingError

from core.kernels import machine_code
from core.kernels._jit import exports, kernel
from core.kernels.activation import relu_backward, relu_forward
from core.kernels.matmul import multiply
from core.kernels.step import skip, sum_into
from core.plan import compiler

VECTOR = "float32:1"
SIGNATURES = [
    (relu_forward, (*[VECTOR] * 2, "int64", "int64")),
    (relu_backward, (*[VECTOR] * 3, "int64", "int64")),
    (sum_into, (*[VECTOR] * 3, "int64", "int64")),
    (skip, ("int64:1", "int64", "int64", "int64")),
]

ASK = """
import subprocess, sys
from tests.plan import test_compiler as given
from core.plan import compiler
popen = subprocess.Popen
subprocess.Popen = lambda *a, **k: popen(*a, **k | {"stderr": None})  # it holds our stderr for as long as it lives

def report(done, total):
    print(done, total, flush=True)

compiler.get_ready(given.SIGNATURES, report, 2)
print([len(kernel.addresses) for kernel, _ in given.SIGNATURES])
"""


@kernel
def nonsense(x, first, last):
    x.no_such_thing()


@pytest.fixture
def asker(tmp_path):
    """A process that asks for four kernels nobody has compiled."""
    process = subprocess.Popen(
        [sys.executable, "-c", ASK], env=os.environ | {"NEUROLOOM_CACHE": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        yield process
        process.kill()


def test_kernels_come_from_other_processes_one_at_a_time(asker, tmp_path):
    told, errors = asker.communicate()
    assert told.splitlines() == [*(f"{done} 4" for done in range(5)), "[1, 1, 1, 1]"], errors
    assert len(list(tmp_path.rglob("*.o"))) == 4


def test_they_end_when_whoever_asked_is_killed(asker):
    while asker.stdout.readline() != "1 4\n":
        assert asker.poll() is None
    asker.kill()
    asker.stderr.read()  # to the end, which comes when the last process that could write is gone


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(machine_code, "folder", lambda: tmp_path)
    for known, _ in SIGNATURES:
        monkeypatch.setattr(known, "addresses", {})


def test_where_the_others_are_gone_kernels_are_compiled_here(own_folder, monkeypatch):
    def gone():
        return subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    monkeypatch.setattr(compiler, "_start", gone)
    told = []
    compiler.get_ready(SIGNATURES, lambda *progress: told.append(progress), 2)
    assert told == [(done, 4) for done in range(5)]
    x, y = np.array([-1, 2], np.float32), np.zeros(2, np.float32)
    relu_forward(x, y, 0, 1)
    assert y.tolist() == [0, 2]


def test_nothing_is_started_for_kernels_that_are_there(own_folder, monkeypatch):
    def never():
        raise AssertionError("a process was started")

    for signature in SIGNATURES:
        machine_code.make(*signature)
    monkeypatch.setattr(compiler, "_start", never)
    told = []
    compiler.get_ready([*SIGNATURES, *SIGNATURES], lambda *progress: told.append(progress), 2)
    assert told == [(4, 4)]


def test_what_cannot_be_compiled_is_told_by_numba(own_folder):
    with pytest.raises(TypingError, match="no_such_thing"):
        compiler.get_ready([(nonsense, (VECTOR, "int64", "int64"))], lambda *_: None, 1)


def test_machine_code_that_kernels_call_by_name_is_compiled_next(own_folder, monkeypatch):
    size = (*[VECTOR] * 5, *["int64"] * (multiply.py_func.__code__.co_argcount - 5))
    machine_code.make(multiply, size)
    tile, kinds = exports["neuroloom_tile_float32"]
    monkeypatch.setattr(tile, "addresses", {})
    process = SimpleNamespace(stdin=BytesIO(), stdout=BytesIO(b"done\n" * 2))
    told = SimpleQueue()
    compiler._feed(process, deque([(multiply, size)]), told)
    assert [told.get() for _ in range(3)] == [(multiply, size), (tile, kinds), None]
    assert [json.loads(line)[1] for line in process.stdin.getvalue().splitlines()] == ["multiply", "_tile"]


def test_a_new_machine_starts_them_before_there_is_anything_to_compile(tmp_path, monkeypatch):
    started = []

    def start():
        started.append(begin())
        return started[-1]

    begin = compiler._start
    monkeypatch.setattr(compiler, "_start", start)
    monkeypatch.setattr(machine_code, "folder", lambda: tmp_path)
    compiler.start_ahead(2)
    assert not started, "there is a folder of kernels: this machine is not new"
    monkeypatch.setattr(machine_code, "folder", lambda: tmp_path / "none")
    compiler.start_ahead(1)
    monkeypatch.setattr(skip, "addresses", {})
    told = []
    compiler.get_ready([SIGNATURES[-1]], lambda *progress: told.append(progress), 1)
    (process,) = started
    assert process.returncode is not None, "nothing is left of them where all is ready"
    assert told == [(0, 1), (1, 1)]
