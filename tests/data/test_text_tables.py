"""Texts of a line a row: labels, pairs and names, and the lines that are none of these."""

import numpy as np
import pytest

from core.data._lines import words_of
from core.data.text_labels import TextLabels
from core.data.text_lines import TextLines
from core.data.text_pairs import TextPairs
from core.errors import DataError
from tests.data.real import REAL, needs_real_data
from tests.data.test_every_source import check_contract

KINDS = (TextLabels, TextPairs, TextLines)


def load(tmp_path, kind, raw, **settings):
    (tmp_path / "a.tsv").write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return kind(path=str(tmp_path / "a.tsv"), **settings).load()


def said(field, row):
    return " ".join(field.classes[t] for t in field.array[row] if t)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's fine, really!", ("it's", "fine", ",", "really", "!")),
        ("我喜欢NumPy。", ("我", "喜", "欢", "numpy", "。")),
        ("  ", ()),
        ("été 3.5", ("été", "3", ".", "5")),
    ],
)
def test_words_are_letters_marks_and_single_ideographs(text, words):
    assert words_of(text) == words


def test_labelled_sentences_are_counted_cut_and_padded(tmp_path):
    data = load(tmp_path, TextLabels, 'a "good" film\t1\n\nbad bad bad bad bad\t0\nfilm\t1\n', length=4)
    assert [said(data.inputs[0], r) for r in range(3)] == ['a " good "', "bad bad bad bad", "film"]
    assert data.inputs[0].array[2, 1:].tolist() == [0, 0, 0]
    assert data.targets[0].array.tolist() == [1, 0, 1]
    assert data.inputs[0].classes[:5] == ("<padding>", "<start>", "<end>", "<unknown>", "bad")
    assert "2 sentences were cut" in data.notes[0].en


def test_rare_words_are_unknown_and_labels_may_come_first(tmp_path):
    text = "".join(f"{'yes' if i % 2 else 'no'}\tthe word{i}\n" for i in range(20))
    data = load(tmp_path, TextLabels, text, label="first", most_words=8)
    assert said(data.inputs[0], 19) == "the <unknown>"
    assert data.targets[0].classes == ("no", "yes")
    assert len(data.inputs[0].classes) == 8
    assert any("42.5%" in n.en for n in data.notes)  # 17 of 40: three of the twenty words fit


def test_pairs_give_the_translation_so_far_and_next_and_leave_out_what_is_long(tmp_path):
    text = "Hi.\t嗨。\tby someone\nI am here .\t我在这里\nmuch too long a sentence\t长\n"
    data = load(tmp_path, TextPairs, text, length=4, other_length=5)
    assert [said(data.inputs[0], r) for r in range(2)] == ["hi .", "i am here ."]
    assert [said(data.inputs[1], r) for r in range(2)] == ["<start> 嗨 。", "<start> 我 在 这 里"]
    assert [said(data.targets[0], r) for r in range(2)] == ["嗨 。 <end>", "我 在 这 里 <end>"]
    assert "1 of 3 rows were left out" in data.notes[0].en


def test_names_are_spelt(tmp_path):
    data = load(tmp_path, TextLines, "emma\r\nZoë\nbartholomew-the-long-one\n", length=6)
    assert [said(data.targets[0], r) for r in range(2)] == ["e m m a <end>", "Z o ë <end>"]
    assert len(data) == 2
    assert "1 of 3" in data.notes[0].en


@pytest.mark.parametrize(
    ("kind", "raw", "told"),
    [
        (TextLabels, "fine\t1\nno tab here\n", "line 2 has no tab"),
        (TextLabels, "one\t1\ntwo\t1\n", "no classes"),
        (TextLabels, "".join(f"a\t{i}\n" for i in range(1500)), "1,500"),
        (TextPairs, "a\tb\n\n\nc\n", "line 4 has no tab"),
        (TextPairs, "a b c d e f g h i j k l m n\tb\n", "Raise the lengths"),
        (TextLines, "a" * 100, "Raise the length"),
        (TextLines, "\n".join(chr(0x4E00 + i) for i in range(5000)), "5,000 letters"),
        *((k, b"", "nothing in it") for k in KINDS),
        *((k, b"a\tb\0\n", "NUL") for k in KINDS),
        *((k, b"\xff\xfe" + b"ab\x00" * 51, "characters cannot be read") for k in KINDS),
        *((k, b"x" * ((16 << 20) + 1), "too big") for k in KINDS),
    ],
)
def test_what_cannot_be_read_is_told_in_words(tmp_path, kind, raw, told):
    with pytest.raises(DataError, match=told) as error:
        load(tmp_path, kind, raw)
    assert error.value.words.zh != error.value.words.en


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_do_not_fit_in_memory_are_refused_before_they_are_made(tmp_path, kind):
    raw = b"a\t1\nb\t2\n" * 500_000
    lengths = {"length": 1024} | ({"other_length": 1024} if kind is TextPairs else {})
    with pytest.raises(DataError, match="do not fit in memory"):
        load(tmp_path, kind, raw, **lengths)


def test_hostile_names_stay_plain_and_short(tmp_path):
    data = load(tmp_path, TextLabels, f"a\t<b>\u202e{'x' * 300}\nb\t<b>\u202e{'x' * 301}\n")
    assert len(set(data.targets[0].classes)) == 2
    assert all(len(c) < 60 and "\u202e" not in c for c in data.targets[0].classes)


@needs_real_data
@pytest.mark.parametrize(
    ("kind", "file", "rows"),
    [
        (TextLabels, "sst2/train.tsv", 6920),
        (TextPairs, "eng-cmn/cmn.txt", 18_855),
        (TextLines, "names/names.txt", 32_033),
    ],
)
def test_real_files_are_read_whole(kind, file, rows):
    data = kind(path=str(REAL / file)).load()
    check_contract(data)
    assert len(data) == rows
    lines = (REAL / file).read_text("utf-8").split("\n")
    if kind is TextLabels:
        assert data.targets[0].array.tolist() == [int(line.split("\t")[1]) for line in lines if line]
        assert np.mean(data.targets[0].array) == pytest.approx(3610 / 6920, abs=1e-6)  # as published
