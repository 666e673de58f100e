"""The preview against figures worked out by hand."""

import numpy as np
import pytest

from core.data.breast_cancer import BreastCancer
from core.data.digits28 import Digits28
from core.data.echo import Echo
from core.data.own_text import OwnText
from core.data.preview import preview
from core.data.table import Table


def test_a_table_in_short(tmp_path):
    (tmp_path / "a.csv").write_text("height,weight,kind\n1,10,a\n2,,b\n6,30,a\n")
    short = preview(Table(path=str(tmp_path / "a.csv")).load(), first=2)
    assert (short.rows, short.test_rows) == (3, 0)
    features, kind = short.fields
    assert [(f.name, f.least, f.mean, f.greatest, f.missing) for f in features.figures] == [
        ("height", 1, 3, 6, 0),
        ("weight", 10, 20, 30, 1),
    ]
    assert features.cells == (("1", "10"), ("2", "20"))
    assert (features.role, kind.role) == ("input", "target")
    assert kind.counts == (("a", 2), ("b", 1))
    assert kind.cells == (("a",), ("b",))
    assert "1 missing" in short.notes[0].en


def test_pictures_in_short():
    short = preview(Digits28().load(), first=3)
    assert (short.rows, short.test_rows) == (6000, 1500)
    assert short.fields[0].shape == (28, 28, 1)
    assert short.fields[0].first.shape == (3, 28, 28, 1)
    assert [(f.least, f.greatest) for f in short.fields[0].figures] == [(0, 255)]
    assert short.fields[1].counts == tuple((str(d), 600) for d in range(10))


def test_spaces_and_line_ends_of_a_text_can_be_seen():
    data = OwnText().load()
    short = preview(data, first=1)
    counts = dict(short.fields[0].counts)
    assert counts["⏎"] == np.count_nonzero(data.inputs[0].array == data.inputs[0].classes.index("\n"))
    assert "⏎" in short.fields[0].cells[0]
    assert "␣" in short.fields[0].cells[0]


def test_sequences_and_missing_cells_in_short():
    short = preview(Echo(steps=4, delay=1).load(), first=1)
    assert len(short.fields[0].cells[0]) == 4
    assert short.fields[1].cells[0][0] == "0"
    nuclei = preview(BreastCancer().load()).fields[0].figures[5]
    assert (nuclei.name, nuclei.least, nuclei.greatest, nuclei.missing) == ("bare nuclei", 1, 10, 16)
    assert nuclei.mean == pytest.approx(3.5447, abs=1e-4)  # of the 683 that are known: 2421 / 683
