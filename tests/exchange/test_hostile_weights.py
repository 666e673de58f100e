"""Weights files that were damaged, or made to hurt: refused in words, in little memory, with nothing run or unpacked."""

from __future__ import annotations

import io
import json
import pickle
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
import safetensors.numpy
from safetensors import SafetensorError

from core.errors import WeightsFileError
from core.exchange import weights
from core.initializers import Weight

ARRAYS = {("a", "W"): np.arange(6, dtype=np.float32).reshape(2, 3), ("b", "W"): np.ones(2, np.float32)}
DECLARED = {key: Weight(array.shape) for key, array in ARRAYS.items()}


def attempt(path):
    """Loads weights and head, or None where the file is refused; anything else is a failure of the test."""
    try:
        return weights.load(path, DECLARED), weights.head(path)
    except WeightsFileError as error:
        refusal = error
    assert path.name in refusal.words.en
    assert path.name in refusal.words.zh
    return None


def told(path):
    tracemalloc.start()
    try:
        with pytest.raises(WeightsFileError) as caught:
            weights.load(path, DECLARED)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000 + 4 * min(path.stat().st_size, 1 << 26)
    finally:
        tracemalloc.stop()
    return str(caught.value)


def tensors(path, header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + data)
    return path


def tensor(shape, start, stop, type="F32"):
    return {"dtype": type, "shape": shape, "data_offsets": [start, stop]}


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_a_file_cut_short_anywhere_is_refused(tmp_path, ending):
    path = tmp_path / f"net{ending}"
    weights.save(path, ARRAYS, {"k": "v"})
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        assert attempt(path) is None, length


@pytest.mark.parametrize("mask", [0x01, 0x40, 0xFF])
@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_a_file_with_any_byte_changed_is_refused_or_loads_as_numbers(tmp_path, ending, mask):
    path = tmp_path / f"net{ending}"
    weights.save(path, ARRAYS, {"k": "v"})
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :])
        loaded = attempt(path)
        if loaded is None:
            continue
        assert all(np.isfinite(array).all() and array.shape == ARRAYS[key].shape for key, array in loaded[0].items())
        if ending == ".npz":  # a zip has checksums
            assert all(np.array_equal(array, ARRAYS[key]) for key, array in loaded[0].items())


W, B = tensor([2, 3], 0, 24), tensor([2], 24, 32)


@pytest.mark.parametrize(
    ("header", "data", "message"),
    [
        ({"a.W": W, "b.W": tensor([2], 20, 28)}, bytes(32), "a gap or an overlap at byte"),
        ({"a.W": W, "b.W": tensor([2], 0, 8)}, bytes(24), "a gap or an overlap"),
        ({"a.W": W, "b.W": tensor([2], 28, 36)}, bytes(36), "a gap or an overlap"),
        ({"a.W": W, "b.W": B}, bytes(40), "a gap or an overlap"),
        ({"a.W": W, "b.W": B}, bytes(31), "a gap or an overlap"),
        ({"a.W": W, "b.W": tensor([2], 32, 24)}, bytes(32), "a gap or an overlap"),
        ({"a.W": W, "b.W": tensor([3], 24, 32)}, bytes(32), "8 bytes; wanted 12 for its shape"),
        ({"a.W": W, "b.W": tensor([2**62], 24, 32)}, bytes(32), "for its shape"),
        ({"a.W": W, "b.W": tensor([2**62, 4], 24, 32)}, bytes(32), "for its shape"),
        ({"a.W": W, "b.W": tensor([2**62], 24, 24 + 2**64)}, bytes(32), "a gap or an overlap"),
        ({"a.W": W, "b.W": tensor([-2], 24, 32)}, bytes(32), "wanted a type, a shape and two offsets"),
        ({"a.W": W, "b.W": tensor([2.0], 24, 32)}, bytes(32), "wanted a type, a shape and two offsets"),
        ({"a.W": W, "b.W": tensor([True], 24, 28)}, bytes(28), "wanted a type, a shape and two offsets"),
        ({"a.W": W, "b.W": tensor([1] * 40, 24, 28)}, bytes(28), "wanted a type, a shape and two offsets"),
        ({"a.W": W, "b.W": {"dtype": "F32", "shape": [2]}}, bytes(32), "wanted a type, a shape and two offsets"),
        ({"a.W": W, "b.W": 3}, bytes(32), "wanted a type, a shape and two offsets"),
        ({"a.W": W, "b.W": tensor([4], 24, 32, "F16")}, bytes(32), "b.W: got shape (4,); wanted (2,)"),
        ({"a.W": W, "b.W": tensor([2], 24, 32, "X9")}, bytes(32), "b.W: got X9; wanted float32"),
        ({"__metadata__": {"a": 1}, "a.W": W, "b.W": B}, bytes(32), "__metadata__: got {\"a\": 1}; wanted texts"),
        ({"__metadata__": "x", "a.W": W, "b.W": B}, bytes(32), "__metadata__: got \"x\""),
        ([], b"", "header: got []; wanted an object"),
        (b'{"a.W": 1, "a.W": 2}', b"", "two entries named a.W"),
        (b'{"a.W": NaN}', b"", "got NaN"),
        (b"[" * 100_000, b"", "levels of brackets"),
        (b"\xff\xfe", b"", "not UTF-8"),
        (b"", b"", "JSON"),
    ],
)  # fmt: skip
def test_headers_that_lie_are_refused_with_the_reason(tmp_path, header, data, message):
    path = tensors(tmp_path / "net.safetensors", header, data)
    assert message in told(path)
    lawful = ("X9", "F16", "1, 1, 1")  # for the format, if not for us
    if not any(part in str(header) for part in lawful):
        with pytest.raises((SafetensorError, KeyError, ValueError, OverflowError)):  # the package refuses it as well
            safetensors.numpy.load_file(path)


@pytest.mark.parametrize("length", [0, 1, 2**31, 2**62, 2**64 - 1])
def test_a_header_longer_than_the_file_is_refused_at_once(tmp_path, length):
    path = tensors(tmp_path / "net.safetensors", {"a.W": W}, bytes(24), length)
    assert "wanted" in told(path)


def npy(array):
    held = io.BytesIO()
    np.save(held, array)
    return held.getvalue()


def header_of(declared):
    text = (repr(declared) + "\n").encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


GOOD = {"a.W.npy": npy(ARRAYS["a", "W"]), "b.W.npy": npy(ARRAYS["b", "W"])}


def zipped(path, members, **how):
    with zipfile.ZipFile(path, "w", **how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


class Bomb:
    def __reduce__(self):
        return (open, ("/tmp/neuroloom-was-here", "w"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([*GOOD.items(), ("a.W.npy", GOOD["a.W.npy"])], "a.W.npy: got two members of this name"),
        ([*GOOD.items(), ("a.W", b"")], "two members of this name"),
        ([*GOOD.items(), ("../../evil.npy", GOOD["a.W.npy"])], "../../evil: got an array of no block"),
        ([*GOOD.items(), ("/etc/passwd", b"x")], "etc/passwd: got an array of no block"),
        ([*GOOD.items(), ("\u202egnp.W.npy", b"x")], "�gnp.W: got an array of no block"),
        ([("a.W.npy", GOOD["a.W.npy"])], "b.W: got nothing; wanted an array of shape (2,)"),
        ([("a.W.npy", b""), ("b.W.npy", b"")], "a.W: EOF"),
        ([("a.W.npy", GOOD["a.W.npy"]), ("b.W.npy", npy(np.array([{}, 1], dtype=object)))], "b.W: got object; wanted float32"),
        ([("a.W.npy", GOOD["a.W.npy"]), ("b.W.npy", pickle.dumps(Bomb()))], "b.W: "),
        ([("a.W.npy", GOOD["a.W.npy"]), ("b.W.npy", npy(np.array(["a", "b"])))], "b.W: got <U1; wanted float32"),
        ([("a.W.npy", GOOD["a.W.npy"]), ("b.W.npy", npy(np.zeros(2, "f4,f4")))], "b.W: got [("),
        ([("a.W.npy", GOOD["a.W.npy"]), ("b.W.npy", GOOD["b.W.npy"] + b"\0")], "b.W: 137 bytes where its header declares 136"),
        ([("a.W.npy", GOOD["a.W.npy"]), ("b.W.npy", GOOD["b.W.npy"][:-1])], "135 bytes where its header declares 136"),
        *[
            ([("a.W.npy", GOOD["a.W.npy"]), ("b.W.npy", header_of({"descr": "<f4", "fortran_order": False, "shape": shape}))], "b.W")
            for shape in [(10**12,), (2**62,), (2**62, 4), (-1,), (2.0,), ("x",), 2, None, (1,) * 70]
        ],
        ([("a.W.npy", GOOD["a.W.npy"]), ("b.W.npy", b"\x93NUMPY\x01\x00\x40\x00" + b"(" * 64)], "b.W: "),
        ([("a.W.npy", GOOD["a.W.npy"]), ("b.W.npy", b"\x93NUMPY\x03\x00" + GOOD["b.W.npy"][8:])], "b.W: "),
    ],
)  # fmt: skip
def test_archives_that_lie_are_refused_with_the_reason(tmp_path, members, message):
    assert message in told(zipped(tmp_path / "net.npz", members))


def test_a_pickle_is_never_run(tmp_path, monkeypatch):
    def run(*_, **__):
        raise AssertionError("a pickle was opened")

    monkeypatch.setattr(pickle, "load", run)
    monkeypatch.setattr(pickle, "loads", run)
    held = io.BytesIO()
    np.lib.format.write_array(held, np.array([Bomb(), Bomb()], dtype=object), allow_pickle=True)
    for name in ("b.W.npy", "__neuroloom__.npy"):
        path = zipped(tmp_path / "net.npz", [*(m for m in GOOD.items() if m[0] != name), (name, held.getvalue())])
        assert attempt(path) is None


@pytest.mark.parametrize("name", ["a.W.npy", "evil.npy", "__neuroloom__.npy"])
def test_a_bomb_is_not_unpacked(tmp_path, name):
    zeros = npy(np.zeros(1 << 26, np.float32))  # 256 MiB in a quarter of one
    members = {**GOOD, name: zeros}
    path = zipped(tmp_path / "net.npz", members.items(), compression=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    try:
        assert attempt(path) is None
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(tmp_path, method):
    path = zipped(tmp_path / "net.npz", GOOD.items(), compression=method)
    assert "an unusual or encrypted packing; wanted stored or deflated" in told(path)


def test_a_table_of_contents_of_millions_is_refused_unread(tmp_path):
    path = zipped(tmp_path / "net.npz", GOOD.items())
    data = bytearray(path.read_bytes())
    data[-22 + 12 : -22 + 16] = struct.pack("<I", 1 << 30)
    path.write_bytes(data)
    assert "a table of contents of 1,073,741,824 bytes" in told(path)


def test_a_head_that_is_none_is_refused(tmp_path):
    for text in ('{"a": 1}', "[]", "{", '{"a": "\\ud800"}', '{"a": "b", "a": "c"}'):
        path = zipped(tmp_path / "net.npz", [*GOOD.items(), ("__neuroloom__.npy", npy(np.array(text)))])
        with pytest.raises(WeightsFileError):
            weights.head(path)
    beyond = npy(np.array("a")).replace(b"a\0\0\0", b"\xff\xff\xff\x7f")
    for member in (
        npy(np.zeros(3)),
        npy(np.array(["a", "b"])),
        beyond,
        b"",
        header_of({"descr": "<U99999999", "fortran_order": False, "shape": ()}),
    ):
        path = zipped(tmp_path / "net.npz", [*GOOD.items(), ("__neuroloom__.npy", member)])
        with pytest.raises(WeightsFileError):
            weights.head(path)


def test_files_of_another_kind_are_refused(tmp_path):
    for ending in (".safetensors", ".npz"):
        path = tmp_path / f"net{ending}"
        for data in (
            b"",
            b"PK",
            b"PK\x05\x06" + bytes(18),
            pickle.dumps({"a": 1}),
            b"\x93NUMPY" + bytes(100),
            bytes(1000),
            b"\xff" * 100,
        ):
            path.write_bytes(data)
            assert attempt(path) is None, (ending, data)
    for path in (tmp_path / "none.npz", tmp_path / "a\0.npz"):
        with pytest.raises(WeightsFileError):
            weights.head(path)
