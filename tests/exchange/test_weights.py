from __future__ import annotations

import json
import struct
import zipfile

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from safetensors import safe_open

from core.errors import WeightsFileError
from core.exchange import weights
from core.initializers import Weight

ENDINGS = [".safetensors", ".npz"]
HEAD = {"program": "Neuroloom 1", "classes": '["零", "一"]', "title": "网络", "empty": ""}
SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)
BITS = st.floats(width=32, allow_nan=False, allow_infinity=False)
KEYS = st.tuples(st.from_regex(r"[a-z层][a-z0-9_-]{0,6}", fullmatch=True), st.sampled_from(["W", "U", "b", "gamma"]))


@pytest.fixture
def some():
    rng = np.random.default_rng(0)
    return {
        ("conv1", "W"): rng.normal(size=(3, 3, 1, 2)).astype(np.float32),
        ("conv1", "b"): np.array([-0.0, 1e-45], np.float32),
        ("层", "W"): rng.normal(size=(8, 2)).astype(np.float32).T,  # not contiguous
        ("last", "b"): np.zeros((), np.float32),
    }


def declared(arrays):
    return {key: Weight(array.shape) for key, array in arrays.items()}


def bits(array):
    return array.dtype, array.shape, np.array(array, order="C").tobytes()


@pytest.mark.parametrize("ending", ENDINGS)
@given(
    st.dictionaries(KEYS, SHAPES.flatmap(lambda shape: arrays_of.arrays(np.float32, shape, elements=BITS)), max_size=5)
)
@how(max_examples=60, deadline=None)
def test_any_weights_come_back_bit_for_bit(tmp_path_factory, ending, arrays):
    path = tmp_path_factory.mktemp("any") / f"net{ending}"
    weights.save(path, arrays, HEAD)
    back = weights.load(path, declared(arrays))
    assert {key: bits(array) for key, array in back.items()} == {key: bits(array) for key, array in arrays.items()}
    assert weights.head(path) == HEAD


@pytest.mark.parametrize("ending", ENDINGS)
def test_equal_weights_give_equal_files(tmp_path, some, ending):
    one, other = tmp_path / f"one{ending}", tmp_path / f"other{ending}"
    weights.save(one, some, HEAD)
    weights.save(other, dict(reversed(some.items())), dict(reversed(HEAD.items())))
    assert one.read_bytes() == other.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([one.name, other.name])


def test_the_package_safetensors_reads_what_is_written(tmp_path, some):
    weights.save(tmp_path / "net.safetensors", some, HEAD)
    read = safetensors.numpy.load_file(tmp_path / "net.safetensors")
    assert {key: bits(array) for key, array in read.items()} == {
        f"{b}.{n}": bits(array) for (b, n), array in some.items()
    }
    with safe_open(tmp_path / "net.safetensors", "numpy") as file:
        assert file.metadata() == HEAD
    (length,) = struct.unpack("<Q", (tmp_path / "net.safetensors").read_bytes()[:8])
    assert length % 8 == 0


def test_what_the_package_safetensors_writes_is_read(tmp_path, some):
    plain = {f"{b}.{n}": np.array(array, order="C") for (b, n), array in some.items()}
    safetensors.numpy.save_file(plain, tmp_path / "net.safetensors", metadata=HEAD)
    back = weights.load(tmp_path / "net.safetensors", declared(some))
    assert all(bits(back[key]) == bits(some[key]) for key in some)
    assert weights.head(tmp_path / "net.safetensors") == HEAD


def test_numpy_reads_and_writes_the_npz(tmp_path, some):
    weights.save(tmp_path / "net.npz", some, HEAD)
    with np.load(tmp_path / "net.npz", allow_pickle=False) as file:
        assert json.loads(str(file["__neuroloom__"])) == HEAD
        assert {key: bits(file[key]) for key in file.files[:-1]} == {f"{b}.{n}": bits(a) for (b, n), a in some.items()}
    for writer in (np.savez, np.savez_compressed):
        fortran = {f"{b}.{n}": np.array(array, order="F") for (b, n), array in some.items()}
        writer(tmp_path / "theirs.npz", **fortran)
        back = weights.load(tmp_path / "theirs.npz", declared(some))
        assert all(bits(back[key]) == bits(some[key]) for key in some)
        assert all(array.flags.c_contiguous and array.flags.writeable for array in back.values())
        assert weights.head(tmp_path / "theirs.npz") == {}
    with zipfile.ZipFile(tmp_path / "net.npz") as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("ending", ENDINGS)
def test_everything_that_does_not_fit_is_told_at_once(tmp_path, some, ending):
    path = tmp_path / f"net{ending}"
    weights.save(path, some, HEAD)
    wanted = declared(some) | {("conv1", "W"): Weight((3, 3, 1, 4)), ("new", "W"): Weight((2,))}
    del wanted["conv1", "b"]
    with pytest.raises(WeightsFileError) as caught:
        weights.load(path, wanted)
    message = str(caught.value)
    assert "3 things to mend" in message
    assert "conv1.W: got shape (3, 3, 1, 2); wanted (3, 3, 1, 4)." in message
    assert "new.W: got nothing; wanted an array of shape (2,)." in message
    assert "conv1.b: got an array of no block" in message
    assert "形状" in caught.value.words.zh


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_neither_leaves_nor_comes_in(tmp_path, some, ending, bad):
    path = tmp_path / f"net{ending}"
    some["conv1", "b"][1] = bad
    with pytest.raises(WeightsFileError, match=r"conv1\.b: got NaN or infinity; wanted finite numbers"):
        weights.save(path, some, {})
    assert not path.exists()
    plain = {f"{b}.{n}": np.array(array, order="C") for (b, n), array in some.items()}
    (np.savez if ending == ".npz" else lambda p, **kw: safetensors.numpy.save_file(kw, p))(path, **plain)
    with pytest.raises(WeightsFileError, match=r"conv1\.b: got NaN or infinity"):
        weights.load(path, declared(some))


@pytest.mark.parametrize("type", [np.float64, np.float16, np.int32])
@pytest.mark.parametrize("ending", ENDINGS)
def test_numbers_of_another_type_are_told(tmp_path, ending, type):
    path, array = tmp_path / f"net{ending}", np.ones(4, type)
    np.savez(path, **{"a.W": array}) if ending == ".npz" else safetensors.numpy.save_file({"a.W": array}, path)
    with pytest.raises(WeightsFileError, match=r"a\.W: got (float64|float16|int32|I32); wanted float32"):
        weights.load(path, {("a", "W"): Weight((4,))})


def test_an_ending_of_neither_format_is_refused_before_anything(tmp_path):
    for act in (lambda p: weights.save(p, {}, {}), lambda p: weights.load(p, {}), weights.head):
        with pytest.raises(
            WeightsFileError, match=r"got the ending '.pt'; wanted .safetensors or .npz. Choose another name"
        ):
            act(tmp_path / "net.pt")


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_failed_write_leaves_the_old_file(tmp_path, some, ending):
    resource = pytest.importorskip("resource", reason="limits on files are a matter of Unix")
    path = tmp_path / f"net{ending}"
    weights.save(path, some, HEAD)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(WeightsFileError, match="what was there before is untouched"):
            weights.save(path, {("a", "W"): np.ones(100_000, np.float32)}, {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert weights.load(path, declared(some)).keys() == some.keys()
