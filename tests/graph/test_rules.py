"""May these be wired? If not, the words name both ends, both shapes and what would help."""

import pytest

from core.blocks import registry
from core.graph import edits
from core.graph.document import Document, Node, Unknown, Wire
from core.graph.rules import check_wire
from core.graph.shapes import infer


def block(id_, **settings):
    return registry()[id_](**settings)


@pytest.fixture
def net():
    made = Document()
    for name, each in {
        "in": block("input", shape=(8, 8, 1)),
        "vector": block("input", shape=(5,)),
        "conv": block("conv2d", filters=4),
        "flat": block("flatten"),
        "dense": block("dense", units=3),
        "relu": block("relu"),
        "add": block("add"),
    }.items():
        made, _ = edits.add(made, each, None, name)
    return made


def verdict(document, text):
    a, b = text.split(">")
    source, _, out = a.partition(".")
    target, _, into = b.partition(".")
    return check_wire(document, infer(document), Wire(source, out or "y", target, into or "x"))


@pytest.mark.parametrize("wire", ["in>conv", "in>flat", "in>relu", "vector>dense", "in>add.a", "vector>add.b"])
def test_what_fits_may_be_wired(net, wire):
    assert verdict(net, wire) is None


def test_where_nothing_is_known_nothing_speaks_against_it(net):
    assert verdict(net, "relu>dense") is None
    assert verdict(net, "relu>conv") is None


def test_a_shape_that_does_not_fit_is_refused_with_the_shape_and_a_way_out(net):
    refusal = verdict(net, "in>dense")
    assert "(8, 8, 1)" in refusal.words.en and "(8, 8, 1)" in refusal.words.zh
    assert verdict(net, "vector>conv") is not None


def test_a_second_input_that_does_not_agree_with_the_first_is_refused(net):
    made = edits.connect(net, Wire("in", "y", "add", "a"))
    assert verdict(made, "vector>add.b") is not None
    assert verdict(made, "in>add.b") is None
    assert verdict(made, "vector>add.a") is None, "it would take the place of the one that disagrees"


def test_a_circle_of_any_length_is_refused_and_named(net):
    made = net
    for wire in (Wire("relu", "y", "conv", "x"), Wire("conv", "y", "flat", "x"), Wire("flat", "y", "add", "a")):
        made = edits.connect(made, wire)
    for wire in ("add>relu", "flat>relu", "conv>relu", "relu>relu"):
        refusal = verdict(made, wire)
        assert "circle" in refusal.words.en and "环" in refusal.words.zh and "relu" in refusal.words.en
    assert verdict(made, "relu>add.b") is None, "two ways to the same block are no circle"


@pytest.mark.parametrize(
    ("wire", "says"),
    [
        ("nobody>relu", "no block named 'nobody'"),
        ("relu>nobody", "no block named 'nobody'"),
        ("relu.z>dense", "has no output 'z'"),
        ("relu>dense.z", "has no input 'z'"),
        ("relu>in", "has no input 'x'"),
    ],
)
def test_ends_that_do_not_exist_are_refused_in_words(net, wire, says):
    refusal = verdict(net, wire)
    assert says in refusal.words.en and refusal.words.zh


def test_a_fault_the_block_had_before_does_not_speak_against_another_wire(net):
    made = edits.connect(net, Wire("in", "y", "dense", "x"))  # as a file may have it
    assert verdict(made, "dense>relu") is None


def test_a_block_of_an_unknown_type_may_be_wired_for_nobody_knows_better(net):
    made = net.with_(nodes={**net.nodes, "q": Node(Unknown("quantum", {}))})
    assert verdict(made, "in>q") is None
    assert verdict(made, "q.anything>dense") is None


def test_checking_changes_nothing(net):
    known = infer(net)
    outs, wires = dict(known.outs), net.wires
    check_wire(net, known, Wire("in", "y", "conv", "x"))
    assert dict(known.outs) == outs and net.wires is wires
