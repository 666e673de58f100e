"""Frames, notes and bends: edits that change what is drawn and nothing else."""

import pytest

from core.graph import edits, markings
from core.graph.document import Document, Frame, Note, Wire, difference
from core.graph.rules import check_bypass
from core.graph.shapes import infer
from tests.graph.test_composites import residual


def drawn():
    document, _ = markings.add_frame(residual(), Frame("outer", (0, 0, 500, 300)))
    document, _ = markings.add_frame(document, Frame("inner", (20, 40, 200, 100), colour=7))
    return markings.add_note(document, Note("why", (300, 40, 150, 100)))[0]


def test_what_is_drawn_leaves_the_network_as_it_is():
    before, after = residual(), drawn()
    assert list(after.frames) == ["frame1", "frame2"] and list(after.notes) == ["note1"]
    assert infer(after).outs == infer(before).outs and after.nodes.keys() == before.nodes.keys()
    delta = difference(before, before.with_(frames=after.frames))
    assert delta.drawn and not (delta.added or delta.changed or delta.settings or delta.wires_bent)


def test_a_frame_holds_what_lies_in_it_whole():
    blocks = {"in": (30.0, 60.0, 100.0, 50.0), "edge": (450.0, 60.0, 100.0, 50.0), "out": (30.0, 400.0, 10.0, 10.0)}
    assert markings.content(drawn(), "frame1", blocks) == (("in",), ("frame1", "frame2", "note1"))
    assert markings.content(drawn(), "frame2", blocks) == (("in",), ("frame2",))


def test_what_changes_nothing_is_the_same_document():
    document = drawn()
    assert markings.set_frame(document, "frame1", title="outer") is document
    assert markings.set_note(document, "note1", text="why") is document
    assert markings.remove(document, ["nobody"]) is document
    assert markings.shift(document, ("frame1",), (0.0, 0.0)) is document
    assert markings.next_colour(document, []) is document
    wire = document.wires[0]
    assert edits.bend(document, wire, ()) is document
    assert edits.bend(document, Wire("nobody", "y", "in", "x"), ((1, 1),)) is document


def test_frames_move_recolour_and_go_and_their_content_stays():
    document = drawn()
    moved = markings.shift(document, ("frame1", "note1"), (10.0, -5.0))
    assert moved.frames["frame1"].rect == (10, -5, 500, 300) and moved.frames["frame2"] is document.frames["frame2"]
    assert moved.notes["note1"].rect == (310, 35, 150, 100)
    assert markings.next_colour(document, ["frame2"]).frames["frame2"].colour == 0, "after the last comes the first"
    gone = markings.remove(document, ["frame1", "note1"])
    assert list(gone.frames) == ["frame2"] and not gone.notes and gone.nodes is document.nodes


def test_a_bent_wire_is_the_same_wire_and_is_told_as_bent():
    document = residual()
    wire = document.wires[0]
    bent = edits.bend(document, wire, ((5.0, 6.0),))
    assert bent.wires == document.wires and wire in bent.wires
    delta = difference(document, bent)
    assert delta.wires_bent == (wire,) and not (delta.wires_added or delta.wires_removed)
    renamed = edits.rename(bent, "in", "start")
    assert renamed.wires[0].bends == ((5.0, 6.0),)
    along = edits.move(bent, {wire.source: (100.0, 50.0), wire.target: (100.0, 50.0)})
    assert along.wires[0].bends == ((105.0, 56.0),)
    assert edits.move(bent, {wire.source: (100.0, 50.0)}).wires[0].bends == ((5.0, 6.0),)
    copied, _ = edits.paste(bent, {n: bent.nodes[n] for n in (wire.source, wire.target)}, [bent.wires[0]], (10.0, 20.0))
    assert copied.wires[-1].bends == ((15.0, 26.0),)


@pytest.mark.parametrize(
    ("names", "reason"),
    [(["r"], None), (["c1", "r", "c2"], None), (["flat"], "scores: Dense takes"), (["in"], "in cannot be bypassed")],
)
def test_a_bypass_is_allowed_where_what_follows_takes_what_came(names, reason):
    document = residual()
    refusal = check_bypass(document, infer(document), names)
    assert refusal is None if reason is None else reason in refusal.words.en and bool(refusal.words.zh)


def test_modes_are_kept_by_edits_that_are_about_something_else():
    document = edits.collapse(edits.set_mode(residual(), ["r"], "mute"), ["r"], collapsed=True)
    node = edits.move(edits.set_block(document, "r", document.nodes["c1"].block), {"r": (9.0, 9.0)}).nodes["r"]
    assert (node.mode, node.collapsed) == ("mute", True)
    assert edits.set_mode(document, ["r"], "mute") is document
    assert edits.set_mode(Document(), ["r"], "mute").nodes == {}
