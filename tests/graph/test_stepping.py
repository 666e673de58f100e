"""Steps in width and depth: a ladder of useful numbers, the last layer left alone, shapes kept, and nothing broken."""

import numpy as np
import pytest

from core.blocks import registry
from core.data import registry as sources
from core.errors import GraphError
from core.graph import edits, line
from core.graph.document import DataChoice, Document, Wire
from core.graph.shapes import infer
from core.graph.stepping import can_step, deepen, next_width, step_together, step_width, thin
from core.training.session import Session


def net(text):
    return line.add(Document(), line.read(text))[0]


MLP = "8 > 16 tanh > 12 tanh > 4"


def test_widths_go_in_useful_steps_and_back():
    up = [1]
    while up[-1] < 100:
        up.append(next_width(up[-1], up=True))
    assert up == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128]
    for low, high in zip(up, up[1:], strict=False):
        assert next_width(high, up=False) == low
    assert next_width(1, up=False) == 1 and next_width(100, up=False) == 96 and next_width(100, up=True) == 128


def test_of_a_chain_all_but_the_last_layer_go_a_step():
    document = net(MLP)
    wider = step_width(document, infer(document), document.nodes, up=True)
    assert [v.block.units for v in wider.nodes.values() if v.block.id == "dense"] == [20, 16, 4]
    assert step_width(wider, infer(wider), wider.nodes, up=False).nodes.keys() == document.nodes.keys()


def test_alone_the_last_layer_goes_a_step_too():
    document = net(MLP)
    assert step_width(document, infer(document), ["dense3"], up=True).nodes["dense3"].block.units == 5


@pytest.mark.parametrize(
    "text",
    [MLP, "8 > 16 relu > 4", "12x12x1 conv 8 5x5 relu > pool 2 > flatten > 4", "embedding 20 16 > lstm 24 > 4"],
)
def test_a_layer_more_keeps_every_shape_and_a_layer_less_undoes_it(text):
    if text.startswith("embedding"):
        text = "12 > " + text
    document = net(text)
    known = infer(document)
    layer = next(
        n
        for n in known.order
        if hasattr(document.nodes[n].block, "units") or hasattr(document.nodes[n].block, "filters")
    )
    after, fresh = deepen(document, known, [layer])
    now = infer(after)
    assert not now.faults
    for name in document.nodes:
        if document.nodes[name].block == after.nodes[name].block:
            assert now.outs[name] == known.outs[name]
            for key, weight in document.nodes[name].block.weights(known.ins[name]).items():
                assert after.nodes[name].block.weights(now.ins[name])[key].shape == weight.shape
    back = thin(after, now, [fresh])
    assert {n: v.block for n, v in back.nodes.items()} == {n: v.block for n, v in document.nodes.items()}
    assert set(back.wires) == set(document.wires)


def test_a_dense_layer_between_relus_begins_as_the_identity():
    data = DataChoice(sources()["circle"]())
    plain = net("2 > 6 relu > 1 > output loss=mean_squared_error").with_(data=data)
    after, fresh = deepen(plain, infer(plain), ["dense1"])
    before, now = Session(plain), Session(after)
    for (block, name), array in before.parameters.w.items():
        now.parameters.w[block, name][...] = array
    rows = np.random.default_rng(0).normal(size=(9, 2)).astype(np.float32)
    assert np.array_equal(before.predict(rows)[0], now.predict(rows)[0])
    assert after.nodes[fresh].block.start == "identity"


@pytest.mark.parametrize(
    ("text", "layer", "source"),
    [
        ("2 > 6 > 1 > output loss=mean_squared_error", "dense1", "circle"),
        ("8x8x1 conv 4 1x1 > flatten > 10", "conv1", "digits8"),
        ("8x8x1 conv 4 3x3 relu > flatten > 10", "conv1", "digits8"),
        ("8x8x1 conv 3 5x5 relu > dropout > flatten > 10", "conv1", "digits8"),
        ("8x8x1 conv 4 3x3 same stride=2 > flatten > 10", "conv1", "digits8"),
    ],
)
def test_a_layer_that_can_begin_as_the_identity_leaves_the_network_what_it_was(text, layer, source):
    plain = net(text).with_(data=DataChoice(sources()[source]()))
    after, fresh = deepen(plain, infer(plain), [layer])
    before, now = Session(plain), Session(after)
    for (block, name), array in before.parameters.w.items():
        now.parameters.w[block, name][...] = array
    shape = next(iter(infer(plain).outs.values()))[0]
    rows = np.random.default_rng(0).normal(size=(5, *shape)).astype(np.float32)
    assert np.array_equal(before.predict(rows)[0], now.predict(rows)[0])
    assert after.nodes[fresh].block.start == "identity"


def test_behind_what_changes_a_second_time_or_has_no_middle_it_begins_at_random():
    for text in ("2 > 6 tanh > 1", "8x8x1 conv 4 2x2 same relu > flatten > 10", "2 > 6 > batch_norm > relu > 1"):
        plain = net(text)
        after, fresh = deepen(plain, infer(plain), ["conv1" if "conv" in text else "dense1"])
        assert after.nodes[fresh].block.start != "identity"


def test_the_activation_comes_with_its_layer():
    document = net("8 > 16 > batch_norm > tanh > dropout > 4")
    after, _ = deepen(document, infer(document), ["dense1"])
    kinds = [v.block.id for v in after.nodes.values()]
    assert kinds.count("tanh") == kinds.count("batch_norm") == kinds.count("dropout") == 2
    left = thin(document, infer(document), ["dense1"])
    assert [v.block.id for v in left.nodes.values()] == ["input", "dense", "output"]


def test_a_step_that_would_break_a_shortcut_is_refused_in_words():
    document = net("8 > 8 relu > 8 relu > 4")
    document, name = edits.add(document, registry()["add"]())
    target = next(w for w in document.wires if w.target == "dense3")
    document = edits.disconnect(document, [target])
    for wire in (Wire("relu1", "y", name, "a"), Wire("relu2", "y", name, "b"), Wire(name, "y", "dense3", "x")):
        document = edits.connect(document, wire)
    known = infer(document)
    assert not known.faults
    with pytest.raises(GraphError, match="would not fit"):
        step_width(document, known, ["dense2"], up=True)
    both = step_width(document, known, ["dense1", "dense2"], up=True)
    assert not infer(both).faults


def test_where_there_is_nothing_to_step_that_is_said():
    document = net(MLP)
    known = infer(document)
    assert can_step(document, known, ["tanh1"]) == (False, False)
    assert can_step(document, known, ["dense3"]) == (True, False)
    assert can_step(document, known, document.nodes) == (True, True)
    for step in (deepen, thin):
        with pytest.raises(GraphError, match="not the last"):
            step(document, known, ["dense3"])


def shortcut():
    """stem > c1 > relu > c2, and stem is added to it twice over: stem, c2 and c3 must be equally wide, c1 need not."""
    same = {"padding": "same"}
    document = Document()
    for name, block in {
        "in": registry()["input"](shape=(6, 6, 1)), "stem": registry()["conv2d"](filters=8, **same),
        "c1": registry()["conv2d"](filters=12, **same), "relu": registry()["relu"](),
        "c2": registry()["conv2d"](filters=8, **same), "add": registry()["add"](),
        "c3": registry()["conv2d"](filters=8, **same), "add2": registry()["add"](),
        "flat": registry()["flatten"](), "scores": registry()["dense"](units=8), "out": registry()["output"](),
    }.items():  # fmt: skip
        document, _ = edits.add(document, block, name=name)
    for text in (
        "in x stem x", "stem x c1 x", "c1 x relu x", "relu x c2 x", "c2 x add a", "stem x add b", "add x c3 x",
        "c3 x add2 a", "add x add2 b", "add2 x flat x", "flat x scores x", "scores x out x",
    ):  # fmt: skip
        source, _, target, port = text.split()
        document = edits.connect(document, Wire(source, "y", target, port))
    return document


@pytest.mark.parametrize("name", ["stem", "c2", "c3"])
@pytest.mark.parametrize(("up", "width"), [(True, 10), (False, 7)])
def test_layers_whose_outputs_are_added_go_a_step_together(name, up, width):
    document = shortcut()
    known = infer(document)
    with pytest.raises(GraphError, match="would not fit"):
        step_width(document, known, [name], up=up)
    after, others = step_together(document, known, [name], up=up)
    assert {name, *others} == {"stem", "c2", "c3"} and name not in others and not infer(after).faults
    assert {n: after.nodes[n].block.filters for n in ("stem", "c1", "c2", "c3")} == {
        "stem": width, "c1": 12, "c2": width, "c3": width,
    }  # fmt: skip
    assert after.nodes["scores"].block is document.nodes["scores"].block


def test_what_must_agree_with_an_input_cannot_step():
    document, _ = line.add(Document(), line.read("8 > 8 tanh > 4"))
    document, _ = edits.add(document, registry()["add"](), name="add")
    document = edits.connect(edits.connect(document, Wire("input1", "y", "add", "a")), Wire("tanh1", "y", "add", "b"))
    document = edits.connect(document, Wire("add", "y", "dense2", "x"))
    with pytest.raises(GraphError, match="would not fit"):
        step_together(document, infer(document), ["dense1"], up=True)
