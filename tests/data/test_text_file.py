"""Text files: windows and vocabulary, and what is no text."""

import tracemalloc

import numpy as np
import pytest

from core.data.text_file import TextFile
from core.errors import DataError
from tests.data.real import REAL, needs_real_data


def load(tmp_path, raw, **settings):
    (tmp_path / "a.txt").write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return TextFile(path=str(tmp_path / "a.txt"), **settings).load()


def said(field, row):
    return "".join(field.classes[i] for i in field.array[row])


@pytest.mark.parametrize(("length", "stride"), [(2, 1), (5, 2), (5, 5), (5, 9), (12, 1)])
def test_each_row_is_a_window_and_its_target_the_next_characters(tmp_path, length, stride):
    text = "hello, world!"
    data = load(tmp_path, text, length=length, stride=stride, held_out=0)
    starts = range(0, len(text) - length, stride)
    assert [said(data.inputs[0], r) for r in range(len(data))] == [text[s : s + length] for s in starts]
    assert [said(data.targets[0], r) for r in range(len(data))] == [text[s + 1 : s + 1 + length] for s in starts]
    assert data.inputs[0].classes == tuple(sorted(set(text)))


def test_the_end_is_held_out_and_never_seen_in_training(tmp_path):
    text = "".join(chr(0x4E00 + i) for i in range(1000))  # every character once
    data = load(tmp_path, text, length=10, stride=3, held_out=0.2)
    assert data.inputs[0].array.max() < 800
    assert data.targets[0].array.max() < 800
    assert data.test.inputs[0].array.min() == 800
    assert len(data.inputs[0].classes) == len(data.test.inputs[0].classes) == 1000


def test_line_ends_are_one_character_and_emoji_too(tmp_path):
    data = load(tmp_path, "a\r\nb\rc\n😀😀", length=2, held_out=0)
    assert data.inputs[0].classes == ("\n", "a", "b", "c", "😀")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_chinese_texts_are_read(tmp_path, encoding):
    text = "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。" * 5
    data = load(tmp_path, text.encode(encoding), length=8, stride=8, held_out=0)
    assert said(data.inputs[0], 0) == text[:8]


@needs_real_data
def test_shakespeare_has_65_characters():
    data = TextFile(path=str(REAL / "tinyshakespeare" / "input.txt")).load()
    assert len(data.inputs[0].classes) == 65
    raw = (REAL / "tinyshakespeare" / "input.txt").read_text("utf-8")
    assert said(data.inputs[0], 100) == raw[6400:6464]
    assert (len(data) - 1) * 64 + 65 <= int(len(raw) * 0.9) + 1


@pytest.mark.parametrize(
    ("raw", "settings", "told"),
    [
        (b"", {}, "nothing in it"),
        (b"short", {}, "too short"),
        (b"a\x00b" * 100, {}, "NUL character in line 1"),
        (b"\xff\xfe" + b"ab\x00" * 51, {}, "characters cannot be read"),
        (bytes(range(128, 256)) * 9, {}, "characters cannot be read"),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 9000))).encode(), {}, "9,000"),
        (b"abc" * 101, {"encoding": "utf-16"}, "wanted UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_in_words(tmp_path, raw, settings, told):
    with pytest.raises(DataError, match=told) as error:
        load(tmp_path, raw, **settings)
    assert error.value.words.zh != error.value.words.en


def test_more_windows_than_memory_are_refused_before_they_are_made(tmp_path):
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="Raise the stride"):
            load(tmp_path, "ab" * 500_000, length=1024, stride=1)
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_stride_shares_characters_between_rows(tmp_path):
    data = load(tmp_path, "abcdefghij" * 10, length=10, stride=5, held_out=0)
    assert (data.inputs[0].array[0, 5:] == data.inputs[0].array[1, :5]).all()
    assert data.inputs[0].array.dtype == np.int32
