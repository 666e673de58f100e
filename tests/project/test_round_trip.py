from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as how

from core import project
from core.errors import ProjectFileError
from core.graph.document import Document, Node, Unknown, Wire
from core.project.schema import schema
from tests.project.documents import documents, nodes
from tests.project.judge import faults

SMALL = """\
{
  "neuroloom": 1,
  "title": "Perceptron",
  "data": {"source": "circle", "noise": 0.1, "normalise": "unit"},
  "blocks": {
    "x": {"type": "input", "at": [0, 12.5]},
    "neuron": {"type": "dense", "units": 1, "weights": {"W": [[3], [-2]], "b": [1]}},
    "tanh": {"type": "tanh"},
    "add": {"type": "add"},
    "y": {"type": "output", "loss": "mean_squared_error"}
  },
  "wires": ["x > neuron > tanh > add", "neuron > add.b", "add > y"],
  "training": {"optimizer": {"type": "sgd", "learning_rate": 0.03}, "epochs": 3},
  "later": {"kept": [1, 2.0, null]}
}
"""


@given(documents())
@how(max_examples=150, deadline=None)
def test_every_document_comes_back_as_it_was(document):
    text = project.dumps(document)
    back = project.loads(text, "test")
    assert back == document
    assert list(back.nodes) == list(document.nodes)
    assert project.dumps(back) == text
    assert project.document_hash(back) == project.document_hash(document)


@given(documents())
@how(max_examples=60, deadline=None)
def test_what_is_written_fits_the_schema(document):
    root = schema()
    assert faults(json.loads(project.dumps(document)), root, root) == []


@given(nodes())
@how(max_examples=60, deadline=None)
def test_a_node_on_the_clipboard_comes_back_as_it_was(node):
    assert project.node_from_json(json.loads(json.dumps(project.node_to_json(node))), "clipboard") == node


def test_a_small_project_is_short_and_reads_well():
    assert project.dumps(project.loads(SMALL, "test")) == SMALL


def test_what_is_written_in_another_style_means_the_same():
    chains = '["x > neuron > tanh > add", "neuron > add.b", "add > y"]'
    one_by_one = '["x > neuron", "neuron>tanh", " tanh.y  > add.a ", "neuron > add.b", "add > y"]'
    assert chains in SMALL
    assert project.loads(SMALL.replace(chains, one_by_one), "test") == project.loads(SMALL, "test")
    assert project.loads("\ufeff" + SMALL.replace("\n", ""), "test") == project.loads(SMALL, "test")


def test_big_weights_are_written_a_row_a_line():
    rows = tuple(tuple(float(i * 7 + j) / 8 for j in range(40)) for i in range(3))
    document = Document(nodes={"d": Node(project.loads(SMALL, "").nodes["neuron"].block, None, {"W": rows})})
    lines = project.dumps(document).splitlines()
    assert sum(line.strip().startswith("[") for line in lines) == 3
    assert project.loads("\n".join(lines), "test") == document


def test_a_block_of_tomorrow_is_kept_and_written_back():
    text = (
        '{"neuroloom": 1, "blocks": {"a": {"type": "input"}, "b": {"type": "liquid", "units": 3.0, "deep": {"er": [null]}, '
        '"at": [1, 2], "weights": "elsewhere"}, "c": {"type": "relu"}}, "wires": ["a > b > c"]}'
    )
    document = project.loads(text, "test")
    assert document.nodes["b"].block == Unknown(
        "liquid", {"units": 3.0, "deep": {"er": [None]}, "weights": "elsewhere"}
    )
    assert document.wires == (Wire("a", "y", "b", ""), Wire("b", "", "c", "x"))
    written, given = json.loads(project.dumps(document)), json.loads(text)
    assert written["blocks"] == given["blocks"]
    assert written["wires"] == given["wires"]


def test_a_chain_breaks_where_a_port_is_named_on_both_sides():
    blocks = '"blocks": {"a": {"type": "input"}, "b": {"type": "liquid"}, "c": {"type": "relu"}}'
    text = f'{{"neuroloom": 1, {blocks}, "wires": ["a > b.state", "b.state > c"]}}'
    document = project.loads(text, "test")
    assert document.wires == (Wire("a", "y", "b", "state"), Wire("b", "state", "c", "x"))
    assert json.loads(project.dumps(document))["wires"] == ["a > b.state", "b.state > c"]


def test_the_hash_is_of_what_decides_the_outputs():
    document = project.loads(SMALL, "test")
    same = [
        document.with_(title="other", note="x", data=None, optimizer=None, kept={}),
        document.with_(nodes={n: replace(v, position=(1.0, 1.0), weights={}) for n, v in document.nodes.items()}),
        document.with_(wires=document.wires[::-1]),
        project.loads(SMALL.replace('"units": 1,', '"units": 1, "bias": true,'), "test"),
    ]
    assert {project.document_hash(d) for d in same} == {project.document_hash(document)}
    others = [
        project.loads(SMALL.replace('"units": 1', '"units": 2'), "test"),
        project.loads(SMALL.replace('"tanh": {"type": "tanh"}', '"tanh": {"type": "relu"}'), "test"),
        project.loads(SMALL.replace("neuron > add.b", "x > add.b"), "test"),
        document.with_(nodes={"z" * (n == "x") or n: v for n, v in document.nodes.items()}),
    ]
    assert len({project.document_hash(d) for d in [document, *others]}) == 5


def test_the_hash_of_a_document_does_not_change_between_versions():
    expected = "844763ef"  # weights files out in the world carry it
    assert project.document_hash(project.loads(SMALL, "test"))[:8] == expected


def test_a_faulty_node_says_where_it_is_from():
    with pytest.raises(ProjectFileError, match="clipboard: block.units: it is 0"):
        project.node_from_json({"type": "dense", "units": 0}, "clipboard")
