"""Bridges are worked out by hand here, put in, and the network is inferred anew: the fault must be gone."""

import pytest

from core.blocks import registry
from core.graph import edits
from core.graph.bridges import bridges
from core.graph.document import Document, Wire
from core.graph.shapes import infer


def block(id_, **settings):
    return registry()[id_](**settings)


def meeting(have, target, beside=None):
    """An Input of a shape, the target, and another Input that is wired to the target's first port."""
    made, _ = edits.add(Document(), block("input", shape=have), None, "in")
    made, _ = edits.add(made, target, None, "target")
    if beside is None:
        return made, Wire("in", "y", "target", target.input_ports()[0])
    made, _ = edits.add(made, block("input", shape=beside), None, "other")
    made = edits.connect(made, Wire("other", "y", "target", target.input_ports()[0]))
    return made, Wire("in", "y", "target", target.input_ports()[1])


def offered(document, wire):
    return bridges(document, infer(document), wire)


CASES = [
    ((8, 8, 3), "dense", None, ["Flatten", "GlobalAveragePool2D", "GlobalMaxPool2D"]),
    ((784,), "conv2d", None, ["Reshape 28×28×1"]),
    ((64,), "lstm", None, ["Embedding 64 → 32", "Reshape 64×1"]),
    ((8, 8, 4), "add", (8, 8, 16), ["Conv2D 16 · 1×1"]),
    ((8, 8, 4), "add", (4, 4, 4), ["Conv2D 4 · 1×1", "MaxPool2D 2×2"]),
    ((4, 4, 4), "add", (8, 8, 4), ["Upsample2D × 2"]),
    ((5,), "add", (9,), ["Dense 9"]),
    ((6, 5), "add", (6, 9), ["Dense 9"]),
    ((12,), "concat", (3, 4), ["Reshape 3×4"]),
    ((7,), "add", (3, 7), ["Repeat Vector × 3"]),
    ((10, 9, 2), "concat", (8, 8, 5), ["Crop2D 1, 1, 0, 1"]),
]


@pytest.mark.parametrize(("have", "target", "beside", "titles"), CASES)
def test_what_would_bridge_is_offered_with_its_settings(have, target, beside, titles):
    document, wire = meeting(have, block(target), beside)
    found = [bridge.words.en for bridge in offered(document, wire)]
    assert [t for t in found if t in titles] == titles, found


@pytest.mark.parametrize(("have", "target", "beside", "titles"), CASES)
def test_every_bridge_that_is_offered_mends_the_wire_and_tells_the_shapes(have, target, beside, titles):
    document, wire = meeting(have, block(target), beside)
    assert any(f.kind == "shape" for f in infer(edits.connect(document, wire)).faults)
    for bridge in offered(document, wire):
        after = bridge.lay(document, wire)
        known = infer(after)
        assert not [f for f in known.faults if f.kind == "shape"]
        fresh = [n for n in after.nodes if n not in document.nodes]
        assert tuple(known.outs[n][0] for n in fresh) == bridge.shapes
        assert known.outs["target"][0] == bridge.result
        assert bridge.words.zh


def test_two_blocks_are_put_in_where_one_is_not_enough():
    document, wire = meeting((6, 6, 2), block("add"), (10,))
    found = offered(document, wire)
    assert ["flatten", "dense"] in [[b.id for b in bridge.blocks] for bridge in found]
    after = found[0].lay(document, wire)
    assert not [f for f in infer(after).faults if f.kind == "shape"]
    assert len(after.nodes) == len(document.nodes) + 2


def test_whole_numbers_are_not_looked_for_behind_a_layer():
    document, wire = meeting((64,), block("lstm"))
    document, name = edits.add(document, block("dense", units=64))
    document = edits.connect(document, Wire("in", "y", name, "x"))
    found = offered(document, Wire(name, "y", wire.target, wire.input))
    assert found and "embedding" not in [bridge.blocks[0].id for bridge in found]


def test_what_the_refusing_block_names_comes_first():
    document, wire = meeting((8, 8, 3), block("dense"))
    assert offered(document, wire)[0].blocks[0].id == "flatten"


def test_nothing_is_offered_where_a_wire_fits_or_nothing_is_known():
    document, wire = meeting((8, 8, 3), block("relu"))
    assert offered(document, wire) == ()
    document, wire = meeting((8, 8, 3), block("add"))  # its other port has no wire yet
    assert offered(document, wire) == ()


@pytest.mark.parametrize("target", sorted(registry()))
@pytest.mark.parametrize("have", [(1,), (7,), (3, 5), (5, 6, 3), (2, 3, 4, 5)])
def test_no_block_makes_looking_for_bridges_fail(target, have):
    made = block(target)
    if made.input_ports():
        document, wire = meeting(have, made)
        for bridge in offered(document, wire):
            assert not [f for f in infer(bridge.lay(document, wire)).faults if f.kind == "shape"]
