"""The bundled data: what it is said to be, and made by the script that says so."""

import csv
import gzip
import importlib.util
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core.data._files import BUNDLED_FILES
from core.data.breast_cancer import BreastCancer
from core.data.digits8 import Digits8
from core.data.digits28 import Digits28
from core.data.iris import Iris
from core.data.own_text import OwnText
from tests.data.real import REAL, needs_real_data


@pytest.fixture
def make(tmp_path):
    """The script that made the files, writing elsewhere."""
    spec = importlib.util.spec_from_file_location("make", BUNDLED_FILES / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.HERE = tmp_path
    return module


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_the_tales_are_what_the_grammar_tells(make):
    assert make.village_tales().encode() == (BUNDLED_FILES / "village_tales.txt").read_bytes()


def test_the_tales_keep_their_promises():
    text = (BUNDLED_FILES / "village_tales.txt").read_text("utf-8")
    assert len(text) >= 40_000
    numbers = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    sums = [line.split() for line in text.splitlines() if " gives " in line and " more. Now " in line]
    assert len(sums) > 50
    for words in sums:
        has, more = (numbers.index(words[words.index(w) + d]) for w, d in (("has", 1), ("more.", -1)))
        now = numbers.index(words[len(words) - 1 - words[::-1].index("has") + 1])
        assert has + more == now
    days = [line for line in text.splitlines() if line.endswith("day.") and " " not in line]
    assert [days[i] == days[i - 7] for i in range(7, len(days))] == [True] * (len(days) - 7)


@needs_real_data
@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("digits28", "mnist"),
        ("iris", "tabular/iris.csv"),
        ("breast_cancer", "tabular/breast-cancer-wisconsin.csv"),
    ],
)
def test_the_script_makes_the_same_files_from_the_originals(make, tmp_path, name, original):
    getattr(make, name)(REAL / original)
    made = sorted(tmp_path.iterdir())
    assert made
    for path in made:
        assert unpacked(path) == unpacked(BUNDLED_FILES / path.name)


def test_digits28_are_balanced_and_small():
    data = Digits28().load()
    assert np.bincount(data.targets[0].array).tolist() == [600] * 10
    assert np.bincount(data.test.targets[0].array).tolist() == [150] * 10
    assert data.inputs[0].shape == (28, 28, 1)
    assert sum(p.stat().st_size for p in BUNDLED_FILES.glob("digits28*")) < 1_600_000


@needs_real_data
def test_no_test_picture_of_digits28_is_a_training_picture_of_mnist():
    from core.data._idx import read_array

    known = {p.tobytes() for p in read_array(REAL / "mnist" / "train-images-idx3-ubyte.gz")}
    assert not any(p.tobytes() in known for p in Digits28().load().test.inputs[0].array)


def test_digits8_are_the_uci_test_set():
    data = Digits8().load()
    # digits per class of optdigits.tes, as UCI's optdigits.names has them
    assert np.bincount(data.targets[0].array).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    first = np.rint(data.inputs[0].array[0, :, :, 0] / (255 / 16)).astype(int)
    assert first[0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert first[1].tolist() == [0, 0, 13, 15, 10, 15, 5, 0]
    assert len(np.unique(data.inputs[0].array)) == 17
    assert data.inputs[0].array.max() == 255


def test_iris_has_the_statistics_of_uci():
    data = Iris().load()
    # the summary of iris.names, to its two decimals
    table = data.inputs[0].array.astype(float)
    assert table.min(axis=0) == pytest.approx([4.3, 2.0, 1.0, 0.1])
    assert table.max(axis=0) == pytest.approx([7.9, 4.4, 6.9, 2.5])
    assert table.mean(axis=0) == pytest.approx([5.84, 3.05, 3.76, 1.20], abs=0.005)
    assert table.std(axis=0, ddof=1) == pytest.approx([0.83, 0.43, 1.76, 0.76], abs=0.005)
    assert data.targets[0].classes == ("setosa", "versicolor", "virginica")
    assert np.bincount(data.targets[0].array).tolist() == [50, 50, 50]


def test_breast_cancer_has_16_cells_filled_with_the_mean_and_says_so():
    data = BreastCancer().load()
    assert np.bincount(data.targets[0].array).tolist() == [458, 241]
    assert data.targets[0].classes == ("benign", "malignant")
    rows = list(csv.reader((BUNDLED_FILES / "breast_cancer.csv").read_text().splitlines()))[1:]
    known = [float(r[5]) for r in rows if r[5] != "?"]
    filled = data.inputs[0].array[[r[5] == "?" for r in rows], 5]
    assert len(filled) == 16
    assert filled == pytest.approx(np.full(16, sum(known) / len(known)), rel=1e-6)
    assert data.inputs[0].missing == (0, 0, 0, 0, 0, 16, 0, 0, 0)
    assert "16 missing cells" in data.notes[0].en
    assert "16 个缺失值" in data.notes[0].zh
    assert Counter(data.inputs[0].features)["bare nuclei"] == 1


def test_tales_are_windows_of_the_text():
    data = OwnText(length=50, stride=20, held_out=0.1).load()
    text = (BUNDLED_FILES / "village_tales.txt").read_text("utf-8")
    names = data.inputs[0].classes
    for row in (0, 7, len(data) - 1):
        seen, following = ("".join(names[i] for i in f.array[row]) for f in (data.inputs[0], data.targets[0]))
        assert seen == text[row * 20 : row * 20 + 50]
        assert following == text[row * 20 + 1 : row * 20 + 51]
    tail = "".join(names[i] for i in data.test.inputs[0].array[0])
    assert text.index(tail) >= len(text) * 0.9 - 1
    assert (len(data) - 1) * 20 + 51 <= len(text) * 0.9 + 1


def test_every_bundled_file_is_named_with_its_licence():
    read_me = (BUNDLED_FILES / "README.md").read_text("utf-8")
    for path in BUNDLED_FILES.iterdir():
        assert path.name in read_me or path.name.split("-")[0] in read_me or path.name == "README.md"
    for words in ("CC BY-SA 3.0", "CC BY 4.0", "LeCun", "Alpaydin", "Fisher", "Wolberg"):
        assert words in read_me
