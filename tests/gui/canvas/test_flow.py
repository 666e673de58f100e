"""A flow that runs down: ports above and below, wires that leave downwards, and every way to add a block follows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.graph import edits, grouping
from core.project import dumps, loads
from core.words import same
from gui.canvas.geometry import WIDTH, Port, along, box_of, course, ports_of
from tests.gui.canvas.conftest import ALT, CTRL, SHIFT, block, document, make_desk, wire

POINTS = st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
EDIT = same("edit")
L, Q = Qt.Key.Key_L, Qt.Key.Key_Q


@pytest.fixture
def upright(desk):
    """in, conv, flat and dense below one another."""
    desk.store.apply(EDIT, lambda d: edits.remove(d, ["relu"]))
    desk.key(L, CTRL | ALT)
    desk.store.open(desk.store.document)
    desk.canvas.zoom_to(0.8)
    desk.canvas.fit()
    desk.canvas.setFocus()
    return desk


def ends(desk, text):
    """Where a wire is drawn from and to, and how it leaves and arrives."""
    way = desk.canvas.items_.wires[wire(text)].course
    control, last, end = way.pieces[0][0], way.pieces[-1][1], way.pieces[-1][2]
    return way.start, control, last, end


def test_ports_are_above_and_below_and_wires_leave_downwards_as_one_step(desk):
    start = desk.store.document
    desk.key(L, CTRL | ALT)
    assert desk.steps == 1 and desk.store.document.flow == "down" and desk.picture_is_true()
    items = desk.canvas.items_
    for name in ("conv", "flat"):
        box, (x, y) = items.nodes[name].box, desk.at(name)
        assert items.nodes[name].port_at(Port("in", "x")) == (x + WIDTH / 2, y)
        assert items.nodes[name].port_at(Port("out", "y")) == (x + WIDTH / 2, y + box.height)
    first, control, last, end = ends(desk, "in>conv")
    assert control[0] == first[0] and control[1] > first[1] and last[0] == end[0] and last[1] < end[1]
    desk.store.undo()
    assert desk.store.document is start and desk.picture_is_true()
    desk.store.redo()
    desk.key(L, CTRL)
    assert desk.store.document.flow == "right" and desk.picture_is_true()
    first, control, *_ = ends(desk, "in>conv")
    assert control[1] == first[1] and control[0] > first[0]


def test_some_blocks_laid_out_downwards_turn_no_ports(desk):
    desk.store.select(["conv", "flat"])
    desk.key(L, CTRL | ALT)
    assert desk.store.document.flow == "right" and desk.at("conv")[1] < desk.at("flat")[1] and desk.picture_is_true()


def test_it_is_remembered_in_the_file_and_each_composite_has_its_own(upright, qtbot):
    desk = make_desk(qtbot, loads(dumps(upright.store.root), "file"))
    assert desk.store.document.flow == "down" and desk.picture_is_true()
    after, name = grouping.group(desk.store.document, ["conv", "flat"])
    inside = after.nodes[name].block.definition
    assert inside.flow == "down" and inside.nodes["x"].position[1] < inside.nodes["conv"].position[1]
    desk.store.apply(EDIT, lambda _: after)
    desk.store.enter(name)
    desk.store.select(())
    desk.key(L, CTRL)
    assert desk.store.document.flow == "right" and desk.picture_is_true()
    desk.store.leave()
    assert desk.store.document.flow == "down" and desk.picture_is_true()


def test_a_wire_is_drawn_from_below_a_block_to_above_another(upright):
    upright.click(upright.middle("conv>flat"))
    upright.key(Qt.Key.Key_Delete)
    assert "conv.y>flat.x" not in upright.wires()
    upright.drag(upright.port("conv", "out"), upright.port("flat", "in"))
    assert "conv.y>flat.x" in upright.wires() and upright.steps == 2 and upright.picture_is_true()


def test_what_is_put_into_a_wire_lies_between_and_what_follows_goes_down(upright):
    before = upright.at("flat")
    upright.click(upright.middle("conv>flat"))
    upright.key(Qt.Key.Key_Tab)
    QTest.keyClicks(upright.canvas.popup.search, "relu")
    QTest.keyClick(upright.canvas.popup.search, Qt.Key.Key_Return)
    (name,) = upright.store.selection
    assert upright.wires() >= {f"conv.y>{name}.x", f"{name}.y>flat.x"} and upright.steps == 1
    x, y = upright.at(name)
    assert x == upright.at("conv")[0] and upright.at("conv")[1] + 64 < y
    assert upright.at("flat")[0] == before[0] and upright.at("flat")[1] >= y + 64 + 80
    assert upright.picture_is_true()


def test_a_chain_by_keys_grows_downwards_and_so_does_a_layer_more(upright):
    upright.store.select(["dense"])
    upright.key(Qt.Key.Key_Tab)
    QTest.keyClicks(upright.canvas.popup.search, "relu")
    QTest.keyClick(upright.canvas.popup.search, Qt.Key.Key_Return, CTRL)
    (name,) = upright.store.selection
    assert upright.at(name)[0] == upright.at("dense")[0] and upright.at(name)[1] > upright.at("dense")[1] + 64
    upright.store.select(["dense"])
    upright.key(Qt.Key.Key_Right, ALT)
    (more,) = upright.store.selection
    assert upright.at("dense")[1] + 64 < upright.at(more)[1] and upright.picture_is_true()


def test_ctrl_and_arrows_follow_the_flow_and_q_makes_it_straight(upright):
    upright.store.select(["in"])
    for name in ("conv", "flat", "dense"):
        upright.key(Qt.Key.Key_Down, CTRL)
        assert upright.store.selection == {name}
    upright.key(Qt.Key.Key_Up, CTRL)
    assert upright.store.selection == {"flat"}
    upright.key(Qt.Key.Key_Right, SHIFT)
    assert upright.at("flat")[0] == upright.at("conv")[0] + 80
    upright.key(Q)
    assert upright.at("flat")[0] == upright.at("conv")[0] and upright.picture_is_true()


def test_a_block_with_several_ports_has_them_in_a_row_and_collapsed_too(qtbot):
    desk = make_desk(qtbot, document(
        ("a", block("input", shape=(4,)), (0.0, 0.0)),
        ("b", block("input", shape=(4,)), (0.0, 200.0)),
        ("sum", block("add"), (264.0, 0.0)),
        wires=("a>sum.a", "b>sum.b"),
    ))  # fmt: skip
    desk.key(L, CTRL | ALT)
    item = desk.canvas.items_.nodes["sum"]
    (ax, ay), (bx, by) = (item.port_at(Port("in", p)) for p in "ab")
    assert ay == by == desk.at("sum")[1] and bx - ax >= 24
    desk.store.select(["sum"])
    desk.key(Qt.Key.Key_H)
    assert item.box.height == 28 and item.port_at(Port("out", "y")) == (desk.at("sum")[0] + 88, desk.at("sum")[1] + 28)
    assert desk.picture_is_true()


def test_escape_in_the_middle_of_a_drag_puts_a_block_and_its_wires_back(upright):
    at = upright.head("flat")
    upright.carry(at, at + QPoint(60, 30))
    upright.key(Qt.Key.Key_Escape)
    upright.release(at)
    assert upright.steps == 0 and upright.picture_is_true()


@given(POINTS, POINTS)
def test_a_course_that_runs_down_is_one_to_the_right_seen_in_a_mirror(a, b):
    down, right = course(along(a, "down"), along(b, "down")).along("down"), course(a, b)
    for p, q in zip(down.points(), course(a[::-1], b[::-1]).points(), strict=True):
        assert p == q[::-1]
    assert down.start == right.start == a and down.pieces[-1][2] == b


@pytest.mark.parametrize("name", ["add", "lstm", "split", "multi_head_attention"])
def test_no_port_is_outside_its_block_and_none_on_another(name):
    box = box_of(ports_of(block(name)), flow="down")
    assert len(set(box.ports.values())) == len(box.ports)
    assert all(12 <= x <= WIDTH - 12 and y in (0.0, box.height) for x, y in box.ports.values())
