"""Where a new block lands and what it is wired to, as documents, without a view."""

import pytest

from core.blocks import registry
from core.graph.shapes import infer
from gui.canvas.adding import attach, fitting, fitting_into, place, splice_refusal, wire_between
from gui.canvas.geometry import Port, box_of, ports_of
from gui.canvas.landing import Landing, behind
from tests.gui.canvas.conftest import block, small, wire

OUT, IN = Port("out", "y"), Port("in", "x")


@pytest.fixture
def net():
    return small()


def test_a_wire_runs_from_the_output_whichever_end_was_taken_first():
    assert wire_between(("a", OUT), ("b", IN)) == wire_between(("b", IN), ("a", OUT)) == wire("a>b")
    assert wire_between(("a", OUT), ("b", OUT)) is None


def test_a_block_fits_into_a_wire_only_if_both_sides_agree(net):
    known = infer(net)
    for id_, text, fits in (
        ("relu", "in>conv", True),
        ("max_pool2d", "in>conv", True),
        ("flatten", "in>conv", False),  # takes the picture, but what comes out is none
        ("dense", "in>conv", False),  # takes no picture
        ("dense", "flat>dense", True),
        ("input", "in>conv", False),
    ):
        after, name = place(net, known, block(id_), (0.0, 0.0))
        assert (splice_refusal(after, known, name, wire(text)) is None) == fits, (id_, text)


def test_what_is_offered_for_a_wire_is_what_fits_into_it(net):
    known = infer(net)
    offered = fitting_into(net, known, wire("in>conv"), registry())
    assert "relu" in offered and "flatten" not in offered and "input" not in offered
    for id_ in offered:
        after, name = Landing((0.0, 0.0), wire=wire("in>conv")).land(net, known, block(id_), [])
        assert wire("in>conv") not in after.wires and len(after.wires) == 4
        assert not any(f.kind == "shape" for f in infer(after).faults if f.block == name)


@pytest.mark.parametrize("end", [("in", OUT), ("flat", OUT), ("dense", IN), ("relu", IN), ("relu", OUT)])
def test_whatever_is_offered_for_a_port_is_wired_to_it_when_it_is_chosen(net, end):
    known = infer(net)
    offered = fitting(net, known, end, registry())
    assert offered
    for id_ in offered:
        after, name = Landing((300.0, 300.0), end=end).land(net, known, block(id_), [])
        new = [w for w in after.wires if name in (w.source, w.target)]
        assert len(new) == 1 and end[0] in (new[0].source, new[0].target), id_
        assert not any(f.block == name and f.kind == "shape" for f in infer(after).faults)
    for id_ in set(registry()) - set(offered):
        after, _ = Landing((300.0, 300.0), end=end).land(net, known, block(id_), [])
        assert not {name for name in after.nodes} - set(net.nodes) & {w.source for w in after.wires}


def test_the_port_that_is_wired_lies_where_the_wire_was_dropped(net):
    for end, side in ((("in", OUT), "in"), (("dense", IN), "out")):
        after, name = Landing((400.0, 304.0), end=end).land(net, infer(net), block("relu"), [])
        x, y = after.nodes[name].position
        port = Port(side, "x" if side == "in" else "y")
        px, py = box_of(ports_of(block("relu"))).ports[port]
        assert abs(x + px - 400) <= 4 and abs(y + py - 304) <= 4


def test_a_block_takes_the_free_port_and_leaves_the_occupied_one(net):
    after, name = place(net, infer(net), block("add"), (0.0, 0.0), end=("in", OUT))
    again = attach(after, infer(after), name, ("in", OUT))
    assert {w.input for w in again.incoming(name)} == {"a", "b"}
    assert attach(again, infer(again), name, ("in", OUT)) is again


def test_the_next_of_a_chain_lands_behind_and_where_there_is_room(net):
    taken = [(264.0, 0.0, 176.0, 64.0)]
    landing = behind("in", net, taken, ("in", OUT))
    after, name = landing.land(net, infer(net), block("relu"), taken)
    x, y = after.nodes[name].position
    assert x == 264.0 and y >= 64.0
    assert wire(f"in>{name}") in after.wires


def test_landing_changes_nothing_that_was_there(net):
    after, name = Landing((0.0, 0.0)).land(net, infer(net), block("relu"), [(0.0, 0.0, 176.0, 64.0)])
    assert {n: v for n, v in after.nodes.items() if n != name} == dict(net.nodes)
    assert after.wires is net.wires
