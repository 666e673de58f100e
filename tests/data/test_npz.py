"""NumPy archives: every kind of array, and those made to hurt."""

import contextlib
import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from core.data.npz import Npz
from core.errors import DataError

RNG = np.random.default_rng(1)
X = RNG.normal(0, 1, (6, 3))
Y = np.array([0, 2, 1, 0, 2, 1])


def load(tmp_path, settings=None, packed=False, **arrays):
    path = tmp_path / "a.npz"
    (np.savez_compressed if packed else np.savez)(path, **arrays)
    return Npz(path=str(path), **(settings or {})).load()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("dtype", ["f4", "f8", ">f4", "i8", "u2", "?", "f2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_come_back(tmp_path, packed, dtype, order):
    x = np.asarray(np.abs(X * 10), dtype=dtype, order=order)
    data = load(tmp_path, x=x, y=Y, packed=packed)
    assert (data.inputs[0].array == x.astype(np.float32)).all()
    assert data.targets[0].array.tolist() == Y.tolist()
    assert data.targets[0].classes == ("0", "1", "2")


def test_the_test_part_and_the_names_of_keras_are_understood(tmp_path):
    data = load(tmp_path, x_train=X, y_train=Y, x_test=X[:2], y_test=np.array([0, 5]))
    assert len(data.test) == 2
    assert data.targets[0].classes == data.test.targets[0].classes == tuple("012345")


@pytest.mark.parametrize(
    ("x", "settings", "kind", "shape"),
    [
        (np.zeros((6, 3)), {}, "numbers", (3,)),
        (np.zeros(6), {}, "numbers", (1,)),
        (np.zeros((6, 4, 5), np.uint8), {}, "image", (4, 5, 1)),
        (np.zeros((6, 4, 5, 3), np.uint8), {}, "image", (4, 5, 3)),
        (np.zeros((6, 4, 5, 1)), {}, "image", (4, 5, 1)),
        (np.zeros((6, 4, 5)), {}, "sequence", (4, 5)),
        (np.zeros((6, 4, 5)), {"x_kind": "image"}, "image", (4, 5, 1)),
        (np.zeros((6, 4, 5)), {"x_kind": "numbers"}, "numbers", (20,)),
        (np.ones((6, 4), int), {"x_kind": "tokens"}, "tokens", (4,)),
        (np.zeros((6, 2, 2, 2, 2)), {}, "numbers", (16,)),
    ],
)
def test_the_kind_of_input_follows_from_its_axes_or_is_as_told(tmp_path, x, settings, kind, shape):
    field = load(tmp_path, settings, x=x, y=Y).inputs[0]
    assert (field.kind, field.shape) == (kind, shape)


@pytest.mark.parametrize(
    ("y", "settings", "kind", "shape"),
    [
        (Y, {}, "class", ()),
        (Y[:, None], {}, "class", ()),
        (Y.astype(float), {}, "numbers", (1,)),
        (Y.astype(float), {"y_kind": "classes"}, "class", ()),
        (Y, {"y_kind": "numbers"}, "numbers", (1,)),
        (np.zeros((6, 7)), {}, "numbers", (7,)),
        (np.zeros((6, 4), int), {"x_kind": "tokens"}, "class", (4,)),
    ],
)
def test_the_kind_of_target_follows_from_its_axes_or_is_as_told(tmp_path, y, settings, kind, shape):
    field = load(tmp_path, settings, x=np.ones((6, 4), int), y=y).targets[0]
    assert (field.kind, field.shape) == (kind, shape)


def test_pictures_of_decimals_become_bytes_with_a_note(tmp_path):
    x = np.array([0, 0.5, 1, 0.2]).reshape(4, 1, 1, 1)
    data = load(tmp_path, x=x, y=Y[:4])
    assert data.inputs[0].array.reshape(-1).tolist() == [0, 128, 255, 51]
    assert "0 to 255" in data.notes[0].en
    assert load(tmp_path, x=x * 255, y=Y[:4]).inputs[0].array.reshape(-1).tolist() == [0, 128, 255, 51]


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"x": X}, "arrays are missing"),
        ({"x": X, "y": Y, "x_test": X}, "both or none"),
        ({"x": X, "y": Y[:3]}, "as many rows as x"),
        ({"x": np.full((6, 1), np.nan), "y": Y}, "NaN"),
        ({"x": np.full((6, 1), 1e300), "y": Y}, "finite"),
        ({"x": X, "y": -Y}, "whole numbers from 0"),
        ({"x": X, "y": Y * 100_000}, "below 10000"),
        ({"x": np.full((6, 2, 2, 1), -1.0), "y": Y}, "greys from -1"),
        ({"x": np.zeros((6, 2, 2, 4)), "y": Y}, "1 or 3 channels"),
        ({"x": X, "y": np.array(["a"] * 6)}, "does not hold numbers"),
        ({"x": np.array([{}] * 6, dtype=object), "y": Y}, "unpickled"),
        ({"x": X.astype(complex), "y": Y}, "does not hold numbers"),
        ({"x": np.zeros((0, 3)), "y": Y[:0]}, "damaged"),
        ({"x": X, "y": Y, "x_test": X[:, :2], "y_test": Y}, "rows like those of x"),
    ],
)
def test_arrays_that_do_not_fit_are_told_in_words(tmp_path, arrays, told):
    with pytest.raises(DataError, match=told):
        load(tmp_path, **arrays)


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_cut_short_anywhere_is_refused(tmp_path, packed):
    load(tmp_path, x=X, y=Y, packed=packed)
    path = tmp_path / "a.npz"
    raw = path.read_bytes()
    for length in range(0, len(raw), 7):
        path.write_bytes(raw[:length])
        with pytest.raises(DataError):
            Npz(path=str(path)).load()


def test_a_byte_changed_anywhere_is_refused_or_harmless(tmp_path):
    load(tmp_path, x=X, y=Y, packed=True)
    path = tmp_path / "a.npz"
    raw = path.read_bytes()
    for at in range(len(raw)):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0x5A]) + raw[at + 1 :])
        with contextlib.suppress(DataError):
            assert len(Npz(path=str(path)).load()) == 6


def npy(header: str, body: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H" if version[0] == 1 else "<I", len(text)) + text + body


def archive(tmp_path, *members, method=zipfile.ZIP_STORED):
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", method) as file:
        for name, raw in members:
            file.writestr(name, raw)
    return path


def good(array=Y):
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


HURTING = {
    "10^12 numbers": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}"),
    "2^62 numbers": npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({2**62},)}}"),
    "2^31 times 2^31": npy(f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({2**31}, {2**31}, {2**31})}}"),
    "-1": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -8)}", bytes(64)),
    "a header longer than the file": b"\x93NUMPY\x01\x00\xff\xff{",
    "a header of 4 GB": b"\x93NUMPY\x02\x00\xff\xff\xff\xff{",
    "code in the header": npy("__import__('os').system('true')"),
    "nested 5,000 deep": npy("(" * 5000 + ")" * 5000),
    "objects": npy("{'descr': '|O', 'fortran_order': False, 'shape': (6,)}", b"cos\nsystem\n(S'true'\ntR."),
    "version 9": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (6,)}", bytes(48), b"\x09\x00"),
    "a type of its own": npy("{'descr': [('a', '<f8', (1000000,))], 'fortran_order': False, 'shape': (6,)}", bytes(48)),
    "fewer bytes than it says": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (6,)}", bytes(47)),
    "more bytes than it says": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (6,)}", bytes(49)),
    "nothing": b"",
}


@pytest.mark.parametrize("raw", HURTING.values(), ids=HURTING)
def test_hurting_arrays_are_refused_in_little_memory(tmp_path, raw):
    path = archive(tmp_path, ("x.npy", raw), ("y.npy", good()))
    tracemalloc.start()
    try:
        with pytest.raises(DataError):
            Npz(path=str(path)).load()
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_is_refused_before_it_goes_off(tmp_path):
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, file.open("x.npy", "w") as out:
        out.write(npy(f"{{'descr': '|u1', 'fortran_order': False, 'shape': (512, {2**20})}}"))
        for _ in range(512):
            out.write(bytes(2**20))
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="unpack to far more"):
            Npz(path=str(path)).load()
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_arrays_of_one_name_are_refused(tmp_path):
    for names in (("x.npy", "x.npy"), ("x.npy", "x_train.npy")):
        path = archive(tmp_path, (names[0], good(X)), (names[1], good(X)), ("y.npy", good()))
        with pytest.raises(DataError, match="two arrays of one name"):
            Npz(path=str(path)).load()


def test_other_members_are_never_looked_at(tmp_path):
    path = archive(tmp_path, ("../evil.npy", b"?"), ("/etc/x.npy", b"?"), ("x.npy", good(X)), ("y.npy", good()))
    assert len(Npz(path=str(path)).load()) == 6


def test_what_is_no_archive_is_refused(tmp_path):
    for raw in (b"", b"PK\x03\x04", b"hello" * 100, good()):
        (tmp_path / "a.npz").write_bytes(raw)
        with pytest.raises(DataError):
            Npz(path=str(tmp_path / "a.npz")).load()
    path = archive(tmp_path, ("x.npy", good(X)), ("y.npy", good()), method=zipfile.ZIP_LZMA)
    with pytest.raises(DataError, match="a way of packing"):
        Npz(path=str(path)).load()
