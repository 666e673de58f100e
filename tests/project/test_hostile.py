from __future__ import annotations

import json
import os
import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from core import project
from core.errors import ProjectFileError
from core.graph import edits, markings
from core.graph.document import Frame, Note
from tests.project.documents import JSON
from tests.project.test_round_trip import SMALL

PROJECTS = Path(project.__file__).parents[2] / "resources" / "projects"


def told(text):
    """The message, in English, that a text is refused with."""
    with pytest.raises(ProjectFileError) as caught:
        project.loads(text, "f.loom")
    words = caught.value.words
    assert words.en.startswith("f.loom")
    assert words.zh.startswith("f.loom")
    assert words.en.isprintable() or "\n  - " in words.en
    return words.en


def survives(data, path):
    """Loads a file, or refuses it properly. Whether it loaded."""
    path.write_bytes(data)
    try:
        project.load(path)
    except ProjectFileError:
        return False
    return True


def test_a_file_cut_short_anywhere_is_refused(tmp_path):
    data = SMALL.encode()
    loaded = [n for n in range(len(data)) if survives(data[:n], tmp_path / "cut.loom")]
    assert loaded == [len(data) - 1]  # without its last newline it is still whole


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80, 0xFF])
def test_a_file_with_any_byte_changed_loads_or_is_refused(tmp_path, mask):
    data = SMALL.encode()
    loaded = 0
    for at in range(len(data)):
        loaded += survives(data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :], tmp_path / "flipped.loom")
    assert loaded < len(data) * 0.5


@given(st.binary(max_size=200))
@how(max_examples=200, deadline=None)
def test_any_bytes_are_refused(data):
    with pytest.raises(ProjectFileError):
        project.loads(data.decode("latin-1"), "f.loom")


@given(
    st.dictionaries(st.sampled_from(["title", "note", "data", "blocks", "wires", "training"]), JSON),
    st.dictionaries(st.sampled_from(["type", "at", "weights", "units", "shape", "source"]), JSON),
)
@how(max_examples=300, deadline=None)
def test_anything_in_the_place_of_anything_loads_or_is_refused(top, inner):
    for key in ("data", "training"):
        for content in (
            top,
            {**top, key: inner},
            {**top, "blocks": {"a": inner}},
            {**top, "training": {"optimizer": inner}},
        ):
            try:
                document = project.loads(json.dumps({"neuroloom": 1, **content}), "f.loom")
            except ProjectFileError:
                continue
            assert project.loads(project.dumps(document), "f.loom") == document


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("units", "unit"), "blocks.neuron.unit: it is 1, and must be left out: .*did you mean 'units'"),
        (('"units": 1', '"units": 0'), "blocks.neuron.units: it is 0, and must be a whole number >= 1"),
        (('"units": 1', '"units": true'), "blocks.neuron.units: it is true"),
        (('"units": 1', '"units": 1.5'), "blocks.neuron.units: it is 1.5"),
        (('"units": 1', '"units": 1e400'), "line 7: got 1e400; wanted a finite number"),
        (('"units": 1', '"units": NaN'), "line 7: got NaN; wanted a finite number"),
        (('"units": 1', '"units": -Infinity'), "line 7: got -Infinity"),
        (('"units": 1', '"units": ' + "9" * 5000), "a number of at most 40 digits"),
        (("12.5", "1e9"), r"blocks.x.at: got \[0, 1000000000.0\]; wanted two numbers"),
        (("[0, 12.5]", "[0]"), "blocks.x.at: .*Remove it to have it laid out"),
        (("[0, 12.5]", "null"), "blocks.x.at: got nothing"),
        (("[[3], [-2]]", "[[3], [-2, 1]]"), "blocks.neuron.weights.W: .*equally long"),
        (("[[3], [-2]]", '[["3"]]'), "blocks.neuron.weights.W: "),
        (('"units": 1', '"units": 1, "frozen": 1'), "blocks.neuron.frozen: it is 1, and must be true or false"),
        (('"units": 1', '"units": 1, "l2": -1'), "blocks.neuron.l2: it is -1, and must be a number >= 0"),
        (('"units": 1', '"units": 1, "frozen_weights": true'), "blocks.neuron.frozen_weights: got true; wanted an object"),
        (('"units": 1', '"units": 1, "frozen_weights": {"W": [[1], [2]]}'), "frozen_weights.W: .*lists of 0 and 1"),
        (('"units": 1', '"units": 1, "frozen_weights": {"W": [[1], [1, 0]]}'), "frozen_weights.W: .*equally long"),
        (('"units": 1', '"units": 1, "frozen_weights": {"W": null}'), "frozen_weights.W: got nothing"),
        (('"x": {', '"x y": {'), "blocks.x y: A block's name must be"),
        (('"x": {', '"\\u202ex": {'), "blocks.�x: A block's name must be"),
        (('"tanh": {', '"neuron": {'), "two entries named blocks.neuron; wanted each name once"),
        (('"noise": 0.1', '"noise": 0.1, "noise": 0.2'), "two entries named data.noise"),
        (("circle", "circel"), "data.source: .*did you mean 'circle'"),
        (('"unit"', '"units"'), "data.normalise: .*one of: none, unit, standard"),
        (('"sgd"', '"sdg"'), "training.optimizer: .*did you mean 'sgd'"),
        (('"learning_rate": 0.03', '"learning_rate": 0'), "training.optimizer.learning_rate: it is 0"),
        (('"epochs": 3', '"schedule": "cosin"'), "training.schedule: .*did you mean 'cosine'"),
        (('"epochs": 3', '"schedule": {"type": "step", "every": 0}'), "training.schedule.every: it is 0, and must be a number > 0"),
        (('"epochs": 3', '"schedule": {"type": "cosine", "rise": 1}'), "training.schedule.rise: .*must be left out"),
        (('"epochs": 3', '"epochs": 0'), "training.epochs: it is 0"),
        (("neuron > add.b", "nueron > add.b"), r"wires\[1\]: got 'nueron'; wanted the name of a block \(did you mean 'neuron'"),
        (("neuron > add.b", "neuron > add.c"), r"wires\[1\]: got add has no input c; wanted one of: a, b"),
        (("neuron > add.b", "neuron.z > add.b"), "neuron has no output z; wanted one of: y"),
        (("neuron > add.b", "neuron > add"), "a second wire to the same input of add"),
        (("neuron > add.b", "neuron > x"), "x has no input; wanted one of: —"),
        (("neuron > add.b", "x > add.b > y"), "Write it as two wires"),
        (("neuron > add.b", "neuron"), r'wires\[1\]: got "neuron"; wanted text such as'),
        (("neuron > add.b", " > "), r"wires\[1\]: got ''"),
        (('"type": "tanh"', '"kind": "tanh"'), "blocks.tanh.type: got no type"),
        (('"type": "tanh"', '"type": 3'), "blocks.tanh.type: got 3"),
        (('{"type": "tanh"}', "[]"), r"blocks.tanh: got \[\]; wanted an object"),
        (('"neuroloom": 1', '"neuroloom": 2'), "format version 2; wanted at most 1. A newer Neuroloom wrote the file"),
        (('"neuroloom": 1', '"neuroloom": true'), "neuroloom: got true"),
        (('"neuroloom": 1', '"neuroloom": 0'), "neuroloom: got 0"),
        (('"neuroloom": 1', '"neurolom": 1'), "wanted an object with the key"),
        (('"wires"', '"wire"'), "wire: got 'wire'; wanted 'wires'"),
        (("Perceptron", "\\ud83d"), "not UTF-8|surrogates"),
        (('"Perceptron"', "7"), "title: got 7; wanted text"),
        (('"x > neuron', '"x > neuron\n'), "line 12, column 24: got .*Invalid control character"),
        (("}\n", "\n"), "The file was cut short"),
        (('"title"', "title"), "line 3, column 3: got 'title.*Look for a comma"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place_and_what_to_do(change, message):
    before, after = change
    assert before in SMALL
    where = SMALL.rindex(before) if before == "}\n" else SMALL.index(before)
    text = told(SMALL[:where] + after + SMALL[where + len(before) :])

    assert re.search(message, text), text


def test_all_faults_are_told_at_once():
    text = told(SMALL.replace('"units": 1', '"units": 0').replace('"epochs": 3', '"epochs": 0').replace("0.03", "-1"))
    assert "3 things to mend" in text
    assert all(
        place in text for place in ("blocks.neuron.units", "training.epochs", "training.optimizer.learning_rate")
    )


def test_a_hundred_thousand_faults_are_not_all_told():
    text = told(json.dumps({"neuroloom": 1, "blocks": {f"a{i}": 0 for i in range(90_000)}}))
    assert text.count("\n") < 30
    assert "100+ things to mend" in text
    wires = [f"x{i} > y{i}" for i in range(200_000)]
    assert "100+ things" in told(json.dumps({"neuroloom": 1, "blocks": {"x": {"type": "input"}}, "wires": wires}))
    assert "100+ things" in told(json.dumps({"neuroloom": 1, "wires": [" > ".join("ab" * 200_000)]}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "100,000 levels of brackets; wanted <= 64"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "100,000 levels of brackets"),
        ('{"neuroloom": 1, "a": ' + "[" * 70 + "]" * 70 + "}", "71 levels"),
        ('{"neuroloom": 1, "a": [' + "[]," * 4_100_000 + "0]}", "values"),
        ('{"neuroloom": 1, "a": [' + "0," * 4_100_000 + "0]}", "values"),
        ('{"neuroloom": 1, "blocks": {' + ",".join(f'"b{i}":0' for i in range(100_001)) + "}}", "100,001 blocks"),
        ('{"neuroloom": 1' + "".join(f', "k{i}": 1' for i in range(5000)) + "}", "5,000 unknown keys"),
        ("[" * 70 + '"', "70 levels"),
        ("", "end of the file"),
        ("null", "wanted an object with the key"),
        ("\0" * 100, "wanted JSON text"),
        ("<html>", "wanted JSON text"),
        ("PK\x03\x04", "wanted JSON text"),
    ],
)  # fmt: skip
def test_files_made_to_hurt_are_refused_in_little_memory(text, message):
    tracemalloc.start()
    try:
        assert message in told(text)
        assert tracemalloc.get_traced_memory()[1] < 30 * len(text) + 5_000_000
    finally:
        tracemalloc.stop()


def test_a_million_blocks_are_refused_unread_and_the_last_of_a_row_of_many_lies_on_the_canvas():
    blocks = ",".join(f'"b{i}":{{"type":"relu","at":[{i * 250},0]}}' for i in range(1_000_000))
    assert "values" in told('{"neuroloom": 1, "blocks": {' + blocks + "}}")
    last = project.loads('{"neuroloom": 1, "blocks": {"b": {"type": "relu", "at": [25000000, 0]}}}', "f.loom")
    assert last.nodes["b"].position == (25_000_000.0, 0.0)


@pytest.mark.parametrize("name", ["<b>x</b>", "a\u202eb", "a\u2066b", "a/b", "a.b", "a>b", "x" * 65, "", "a\nb"])
def test_a_name_that_would_not_be_shown_as_it_is_is_no_name(name):
    text = told(json.dumps({"neuroloom": 1, "blocks": {name: {"type": "relu"}}}))
    assert "A block's name must be" in text and "\u202e" not in text and "\u2066" not in text


def test_what_the_editor_makes_always_opens_again():
    document = project.loads(SMALL, "f.loom")
    document, note = markings.add_note(document, Note("", (0.0, 0.0, 99.0, 99.0)))
    document = markings.set_note(document, note, text="x" * 100_000)
    document, frame = markings.add_frame(document, Frame("x" * 100_000, (0.0, 0.0, 99.0, 99.0)))
    document = edits.move(document, {"x": (1e300, -1e300), "neuron": (float("inf"), 0.0)})
    wire = document.wires[0]
    document = edits.bend(document, wire, tuple((i * 1e6, 0.0) for i in range(1_000)))
    document, _ = edits.paste(document, dict(document.nodes), document.wires, (1e8, 1e8))
    document = markings.shift(document, [note, frame], (-1e300, 1e300))
    document = edits.set_title(document, "<b>" + "\u202e" * 100_000)
    assert project.loads(project.dumps(document), "f.loom") == document


@pytest.mark.slow
@pytest.mark.parametrize("example", sorted(p.stem for p in PROJECTS.glob("*.loom") if p.stat().st_size < 3_000))
def test_no_bundled_project_is_a_traceback_when_cut_or_changed_anywhere(example):
    data = (PROJECTS / f"{example}.loom").read_bytes()
    for at in range(len(data)):
        flipped = (data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :] for mask in (0x01, 0x20))
        for damaged in (data[:at], data[:at] + data[at + 1 :], *flipped):
            try:
                document = project.loads(damaged.decode("utf-8", "surrogateescape"), "f.loom")
            except ProjectFileError:
                continue
            assert project.loads(project.dumps(document), "f.loom") == document


def test_brackets_inside_texts_are_no_depth():
    note = '[[{{"\\' * 1000
    document = project.loads(json.dumps({"neuroloom": 1, "note": note}), "f.loom")
    assert document.note == note


def test_a_file_too_big_is_refused_unread(tmp_path):
    path = tmp_path / "big.loom"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ProjectFileError, match=r"a file of 1,099,511,627,776 bytes; wanted <= 67,108,864"):
        project.load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.loom")
    (tmp_path / "loop").symlink_to("loop")
    for path, message in [
        (tmp_path / "pipe.loom", "not a plain file"),
        ("/dev/zero", "not a plain file"),
        (tmp_path, "it is a folder. Choose a file"),
        (tmp_path / "none.loom", "there is no such file"),
        (tmp_path / "loop", "run in a circle"),
        (tmp_path / "a\0b", "null"),
        (tmp_path / ("n" * 300), "the name is too long"),
    ]:
        with pytest.raises(ProjectFileError, match=message):
            project.load(type(tmp_path)(path))
