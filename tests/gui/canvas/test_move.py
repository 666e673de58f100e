"""Moving, copying and pulling out by hand: one gesture is one undo step, and Escape puts everything back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.graph import edits
from core.words import Words
from tests.gui.canvas.conftest import ALT, CTRL, NONE, RIGHT, SHIFT, block, document, make_desk, wire


def test_a_drag_moves_a_block_on_the_grid_as_one_step(desk):
    start = desk.store.document
    desk.drag(desk.head("relu"), desk.head("relu") + QPoint(101, 53))
    assert desk.at("relu") == (264 + 104, 200 + 56)
    assert desk.steps == 1
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start
    assert desk.picture_is_true()


def test_a_trembling_click_moves_nothing(desk):
    start = desk.store.document
    desk.carry(desk.head("relu"), desk.head("relu") + QPoint(2, 1), CTRL)  # with Ctrl even a pixel would count
    assert not desk.canvas.pointer.dragging
    desk.release(desk.head("relu") + QPoint(2, 1), CTRL)
    assert desk.store.document is start
    assert desk.steps == 0
    assert desk.store.selection == {"relu"}


def test_after_a_moment_the_smallest_movement_is_a_drag(desk):
    at = desk.head("relu")
    desk.press(at)
    QTest.qWait(200)
    desk.move(at + QPoint(2, 0))
    assert desk.canvas.pointer.dragging
    desk.release(at + QPoint(2, 0))
    assert desk.steps == 0  # it ended on the grid line it began on


def test_ctrl_leaves_the_grid(desk):
    a = desk.head("relu")
    desk.press(a)
    desk.move(a + QPoint(30, 0))
    desk.move(a + QPoint(33, 5), CTRL)
    desk.release(a + QPoint(33, 5), CTRL)
    assert desk.at("relu") == (297, 205)


def test_all_that_is_selected_moves_together_and_keeps_its_distances(desk):
    desk.store.select(["conv", "flat", "relu"])
    desk.drag(desk.head("flat"), desk.head("flat") + QPoint(0, 80))
    assert [desk.at(n) for n in ("in", "conv", "flat", "relu")] == [(0, 0), (264, 80), (528, 80), (264, 280)]
    assert desk.steps == 1
    assert desk.picture_is_true()


def test_dragging_a_block_that_is_not_selected_leaves_the_selected_ones_alone(desk):
    desk.store.select(["in", "conv"])
    desk.drag(desk.head("dense"), desk.head("dense") + QPoint(0, 40))
    assert desk.store.selection == {"dense"}
    assert desk.at("in") == (0, 0)


def test_wires_follow_while_the_document_waits(desk):
    start = desk.store.document
    desk.carry(desk.head("flat"), desk.head("flat") + QPoint(0, 160))
    assert desk.store.document is start
    assert desk.shown_at("flat") == (528, 160)
    end = desk.canvas.items_.wires[wire("conv>flat")].course.pieces[-1][2]
    assert end == (528, 160 + 46)


@pytest.mark.parametrize("way_out", ["escape", "right button", "undo", "somebody else's edit"])
def test_whatever_ends_a_drag_too_early_puts_everything_back(desk, way_out):
    desk.store.select(["in"])
    start = desk.store.document
    desk.carry(desk.head("flat"), desk.head("flat") + QPoint(64, 160))
    if way_out == "escape":
        desk.key(Qt.Key.Key_Escape)
    elif way_out == "right button":
        desk.press(desk.head("flat"), button=RIGHT)
        desk.release(desk.head("flat"), button=RIGHT)
    elif way_out == "undo":
        desk.store.undo()
        desk.key(Qt.Key.Key_Escape)
    else:
        from core.graph import edits
        from core.words import same

        desk.store.apply(same("elsewhere"), lambda d: edits.set_title(d, "another"))
        start = desk.store.document
    assert desk.store.document is start
    assert desk.store.selection == {"in"}
    assert desk.picture_is_true()
    desk.release(desk.head("dense"))  # the button comes up at last, and nothing happens
    assert desk.store.document is start
    assert desk.picture_is_true()


def test_a_lone_block_dropped_on_a_wire_is_put_into_it(desk):
    start = desk.store.document
    goal = desk.middle("conv>flat") + QPoint(0, -14)
    desk.carry(desk.head("relu"), goal)
    assert desk.canvas.items_.wires[wire("conv>flat")].accepts, "the wire does not glow"
    desk.release(goal)
    assert desk.wires() == {"in.y>conv.x", "conv.y>relu.x", "relu.y>flat.x", "flat.y>dense.x"}
    assert desk.steps == 1
    assert desk.at("relu") == (528, 0), "it lies in line behind what feeds it"
    assert desk.at("flat") == (792, 0) and desk.at("dense") == (1056, 0), "what follows has made room"
    assert desk.at("conv") == (264, 0)
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start
    assert desk.picture_is_true()


@pytest.mark.parametrize("keys", [NONE, SHIFT])
def test_escape_over_a_wire_that_glows_puts_the_block_back_beside_it(desk, keys):
    start = desk.store.document
    desk.carry(desk.head("relu"), desk.middle("conv>flat") + QPoint(0, -14), keys)
    assert desk.canvas.items_.wires[wire("conv>flat")].accepts
    desk.key(Qt.Key.Key_Escape)
    desk.release(desk.middle("conv>flat"), keys)
    assert desk.store.document is start and desk.steps == 0 and desk.shown_at("relu") == (264, 200)
    assert desk.picture_is_true()


def test_alt_while_dragging_keeps_the_block_out_of_the_wire(desk):
    goal = desk.middle("conv>flat") + QPoint(0, -14)
    desk.press(desk.head("relu"))
    desk.move(desk.head("relu") + QPoint(9, 0))
    desk.move(goal)
    desk.move(goal, ALT)
    assert not desk.canvas.items_.wires[wire("conv>flat")].accepts
    desk.release(goal, ALT)
    assert "conv.y>flat.x" in desk.wires()


def test_a_block_that_does_not_fit_a_wire_is_moved_and_the_reason_is_shown(qtbot):
    desk = make_desk(
        qtbot,
        document(
            ("in", block("input", shape=(8, 8, 1)), (0.0, 0.0)),
            ("flat", block("flatten"), (528.0, 0.0)),
            ("dense", block("dense"), (264.0, 200.0)),
            wires=("in>flat",),
        ),
    )
    goal = desk.middle("in>flat") + QPoint(0, -14)
    desk.carry(desk.head("dense"), goal)
    assert not desk.canvas.items_.wires[wire("in>flat")].accepts
    tip = desk.canvas._tip
    assert tip.isVisible() and tip.answer == "refuses" and "(8, 8, 1)" in tip.text
    desk.release(goal)
    assert not tip.isVisible() and any("Flatten" in action.text() for action in desk.canvas._menu.actions())
    QTest.keyClick(desk.canvas._menu, Qt.Key.Key_Escape)
    assert desk.wires() == {"in.y>flat.x"} and desk.steps == 1 and desk.picture_is_true()


def test_a_wired_block_is_never_put_into_another_wire(desk):
    goal = desk.middle("conv>flat") + QPoint(0, -14)
    desk.drag(desk.head("dense"), goal)
    assert desk.wires() == {"in.y>conv.x", "conv.y>flat.x", "flat.y>dense.x"}


def test_alt_and_a_drag_leave_a_copy_where_it_is_dropped(desk):
    start = desk.store.document
    desk.store.select(["conv", "flat"])
    desk.drag(desk.head("conv"), desk.head("conv") + QPoint(0, 120), ALT)
    new = set(desk.store.document.nodes) - set(start.nodes)
    assert len(new) == 2 and desk.store.selection == new
    assert desk.at("conv") == (264, 0)
    assert {desk.at(n) for n in new} == {(264, 120), (528, 120)}
    assert len(desk.store.document.wires) == len(start.wires) + 1  # the wire between them came along
    assert desk.steps == 1
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start


def test_escape_while_copying_leaves_no_copy(desk):
    start = desk.store.document
    desk.carry(desk.head("conv"), desk.head("conv") + QPoint(0, 120), ALT)
    assert len(desk.store.document.nodes) == 6
    desk.key(Qt.Key.Key_Escape)
    assert desk.store.document is start
    assert desk.steps == 0
    assert desk.picture_is_true()


def test_ctrl_alt_and_a_drag_pull_a_block_out_and_the_wire_closes(desk):
    start = desk.store.document
    desk.carry(desk.head("conv"), desk.head("conv") + QPoint(0, 160), CTRL | ALT)
    assert "in.y>flat.x" in desk.wires()
    desk.release(desk.head("conv"), CTRL | ALT)
    assert desk.wires() == {"in.y>flat.x", "flat.y>dense.x"}
    assert desk.at("conv") == (264, 160)
    assert desk.steps == 1
    desk.store.undo()
    assert desk.store.document is start
    assert desk.picture_is_true()


def test_escape_while_pulling_out_puts_the_block_back_into_its_wires(desk):
    start = desk.store.document
    desk.carry(desk.head("conv"), desk.head("conv") + QPoint(0, 160), CTRL | ALT)
    desk.key(Qt.Key.Key_Escape)
    assert desk.store.document is start
    assert desk.steps == 0
    assert desk.picture_is_true()


def test_a_drag_near_the_edge_pulls_the_view_along_and_the_block_stays_in_the_hand(desk, qtbot):
    before = desk.canvas.visible().left()
    edge = QPoint(desk.view.width() - 4, 300)
    desk.carry(desk.head("dense"), edge)
    qtbot.waitUntil(lambda: desk.canvas.visible().left() > before + 60)
    offset = desk.canvas.scene_point(edge)[0] - desk.shown_at("dense")[0]
    assert abs(offset - 90) <= 12  # where it was taken, give or take the grid
    desk.release(edge)
    assert desk.steps == 1
    assert desk.picture_is_true()


def test_clicks_select_toggle_and_add(desk):
    desk.click(desk.head("conv"))
    assert desk.store.selection == {"conv"}
    desk.click(desk.head("flat"), SHIFT)
    assert desk.store.selection == {"conv", "flat"}
    desk.click(desk.head("conv"), CTRL)
    assert desk.store.selection == {"flat"}
    desk.click(desk.head("dense"))
    assert desk.store.selection == {"dense"}
    assert desk.steps == 0


def test_a_click_on_one_of_several_selected_blocks_selects_it_alone_but_only_on_release(desk):
    desk.store.select(["conv", "flat"])
    desk.press(desk.head("conv"))
    assert desk.store.selection == {"conv", "flat"}
    desk.release(desk.head("conv"))
    assert desk.store.selection == {"conv"}


def test_shift_while_dragging_puts_even_a_wired_block_into_another_wire(desk):
    start = desk.store.document
    goal = desk.middle("flat>dense") + QPoint(0, -14)
    desk.store.apply(Words("x", "x"), lambda d: edits.connect(d, wire("in>relu")))
    before = desk.store.document
    desk.press(desk.head("relu"))
    desk.move(desk.head("relu") + QPoint(9, 0))
    desk.move(goal)
    assert not desk.canvas.items_.wires[wire("flat>dense")].accepts, "without Shift it only moves"
    desk.move(goal, SHIFT)
    assert desk.canvas.items_.wires[wire("flat>dense")].accepts
    desk.release(goal, SHIFT)
    assert desk.wires() == {"in.y>conv.x", "conv.y>flat.x", "flat.y>relu.x", "relu.y>dense.x"}
    assert desk.steps == 2
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is before
    desk.store.undo()
    assert desk.store.document is start
