"""IDX files: read right, found by name, and refused in words where they are damaged or made to hurt."""

import gzip
import struct
import tracemalloc

import numpy as np
import pytest

from core.data._idx import read_array
from core.data.idx import Idx
from core.data.normalisation import fit
from core.errors import DataError
from tests.data.real import REAL, needs_real_data

CODES = {"u1": 8, "i1": 9, ">i2": 11, ">i4": 12, ">f4": 13, ">f8": 14}


def packed(array, kind="u1"):
    return struct.pack(f">4B{array.ndim}I", 0, 0, CODES[kind], array.ndim, *array.shape) + array.astype(kind).tobytes()


def some(count=5):
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (count, 3, 4), dtype=np.uint8), rng.integers(0, 4, count, dtype=np.uint8)


def written(folder, prefix="train", images="-images-idx3-ubyte", labels="-labels-idx1-ubyte", pack=False, count=5):
    pictures, classes = some(count)
    for name, array in ((images, pictures), (labels, classes)):
        raw = packed(array)
        (folder / f"{prefix}{name}{'.gz' * pack}").write_bytes(gzip.compress(raw) if pack else raw)
    return pictures, classes


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (2, 3, 4, 3)])
def test_arrays_come_back_in_every_type(tmp_path, kind, shape):
    array = np.arange(np.prod(shape)).reshape(shape).astype(kind)
    (tmp_path / "a.idx").write_bytes(packed(array, kind))
    back = read_array(tmp_path / "a.idx")
    assert (back == array).all()
    assert back.dtype == np.dtype(kind).newbyteorder("=")


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("test", [None, "t10k", "test"])
def test_a_folder_is_read_with_its_test_part(tmp_path, pack, test):
    pictures, classes = written(tmp_path, pack=pack)
    if test:
        written(tmp_path, prefix=test, count=2)
    data = Idx(path=str(tmp_path)).load()
    assert (data.inputs[0].array[..., 0] == pictures).all()
    assert (data.targets[0].array == classes).all()
    assert (len(data.test) if data.test else None) == (2 if test else None)


@pytest.mark.parametrize("chosen", ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
def test_either_file_finds_the_other(tmp_path, chosen):
    pictures, _ = written(tmp_path)
    assert (Idx(path=str(tmp_path / chosen)).load().inputs[0].array[..., 0] == pictures).all()


def test_names_with_a_dot_and_of_emnist_are_understood(tmp_path):
    written(
        tmp_path, prefix="emnist-letters-train", images="-images.idx3-ubyte", labels="-labels.idx1-ubyte", pack=True
    )
    written(tmp_path, prefix="emnist-letters-test", images="-images.idx3-ubyte", labels="-labels.idx1-ubyte", pack=True)
    assert len(Idx(path=str(tmp_path)).load().test) == 5


def test_a_class_that_only_the_test_part_has_is_a_class_of_both(tmp_path):
    written(tmp_path)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(packed(some(2)[0]))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(packed(np.array([9, 0])))
    data = Idx(path=str(tmp_path)).load()
    assert data.targets[0].classes == data.test.targets[0].classes == tuple("0123456789")


@needs_real_data
def test_mnist_is_mnist():
    data = Idx(path=str(REAL / "mnist")).load()
    assert (len(data), len(data.test)) == (60_000, 10_000)
    # the counts of digits, and the mean and deviation everyone normalises by
    assert np.bincount(data.targets[0].array).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.test.targets[0].array).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    norm = fit(data.inputs[0], "standard")
    assert norm.shift[0] / 255 == pytest.approx(0.1307, abs=5e-5)
    assert 1 / norm.scale[0] / 255 == pytest.approx(0.3081, abs=5e-5)
    assert data.targets[0].array[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


@pytest.mark.parametrize("pack", [False, True])
def test_a_file_cut_short_anywhere_is_refused(tmp_path, pack):
    raw = packed(some(2)[0])
    raw = gzip.compress(raw, mtime=0) if pack else raw
    path = tmp_path / "a.idx"
    path.write_bytes(raw)
    read_array(path)
    for length in range(len(raw)):
        path.write_bytes(raw[:length])
        with pytest.raises(DataError):
            read_array(path)


@pytest.mark.parametrize("pack", [False, True])
def test_a_longer_file_than_it_says_is_refused(tmp_path, pack):
    raw = packed(some(2)[0]) + b"x"
    (tmp_path / "a.idx").write_bytes(gzip.compress(raw) if pack else raw)
    with pytest.raises(DataError, match="more than the 24 bytes of 2×3×4"):
        read_array(tmp_path / "a.idx")


HURTING = {
    "four billion images": struct.pack(">4B3I", 0, 0, 8, 3, 2**32 - 1, 28, 28),
    "a million megapixels": struct.pack(">4B4I", 0, 0, 14, 4, 2**32 - 1, 2**32 - 1, 2**32 - 1, 2**32 - 1),
    "900 MB that are not there": struct.pack(">4B3I", 0, 0, 8, 3, 900_000_000, 1, 1) + bytes(100),
    "no rows": struct.pack(">4B3I", 0, 0, 8, 3, 0, 28, 28),
    "an unknown type": struct.pack(">4B1I", 0, 0, 7, 1, 3) + bytes(3),
    "a hundred axes": struct.pack(">4B", 0, 0, 8, 100) + bytes(500),
    "no axes": struct.pack(">4B", 0, 0, 8, 0) + bytes(500),
    "another kind of file": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "nothing": b"",
}


@pytest.mark.parametrize("raw", HURTING.values(), ids=HURTING)
@pytest.mark.parametrize("pack", [False, True])
def test_hurting_files_are_refused_in_little_memory(tmp_path, raw, pack):
    (tmp_path / "a.idx").write_bytes(gzip.compress(raw) if pack else raw)
    tracemalloc.start()
    try:
        with pytest.raises(DataError):
            read_array(tmp_path / "a.idx")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_of_zeros_is_refused_before_it_goes_off(tmp_path):
    path = tmp_path / "a.idx.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(struct.pack(">4B3I", 0, 0, 8, 3, 100_000, 28, 28))
        for _ in range(100):
            file.write(bytes(784_000))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="unpack to far more"):
            read_array(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_files_that_do_not_belong_together_are_told_apart(tmp_path):
    written(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(packed(np.arange(4)))
    with pytest.raises(DataError, match="5 whole numbers"):
        Idx(path=str(tmp_path)).load()
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="train-labels-idx1-ubyte"):
        Idx(path=str(tmp_path)).load()
    with pytest.raises(DataError, match="cannot be opened"):
        Idx(path=str(tmp_path / "train-labels-idx1-ubyte")).load()


def test_a_folder_with_two_sets_asks_which(tmp_path):
    written(tmp_path)
    written(tmp_path, prefix="letters-train")
    with pytest.raises(DataError, match=r"2 files of training images letters-train-images-idx3-ubyte, train-images"):
        Idx(path=str(tmp_path)).load()


def test_a_packed_file_beside_its_plain_one_is_one_file(tmp_path):
    written(tmp_path)
    written(tmp_path, pack=True)
    assert len(Idx(path=str(tmp_path)).load()) == 5
