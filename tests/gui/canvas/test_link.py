"""Drawing wires by hand: snapping, refusals while dragging, dropping on nothing, picking up, replacing."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.canvas.geometry import Port
from tests.gui.canvas.conftest import ALT, CTRL, RIGHT, SHIFT, block, document, make_desk, wire


@pytest.fixture
def loose(qtbot):
    """Blocks without wires: a picture of 8 by 8, a convolution, a Flatten, two Denses and an Add."""
    return make_desk(
        qtbot,
        document(
            ("in", block("input", shape=(8, 8, 1)), (0.0, 0.0)),
            ("conv", block("conv2d", filters=4), (264.0, 0.0)),
            ("flat", block("flatten"), (528.0, 0.0)),
            ("dense", block("dense", units=10), (792.0, 0.0)),
            ("add", block("add"), (264.0, 200.0)),
            ("relu", block("relu"), (528.0, 200.0)),
        ),
    )


def test_a_drag_from_output_to_input_draws_a_wire_as_one_step(loose):
    start = loose.store.document
    loose.drag(loose.port("in", "out"), loose.port("conv", "in"))
    assert loose.wires() == {"in.y>conv.x"}
    assert loose.steps == 1
    assert loose.picture_is_true()
    loose.store.undo()
    assert loose.store.document is start


def test_a_wire_can_be_drawn_backwards_too(loose):
    loose.drag(loose.port("conv", "in"), loose.port("in", "out"))
    assert loose.wires() == {"in.y>conv.x"}


def test_the_hand_need_not_hit_the_port(loose):
    loose.drag(loose.port("in", "out"), loose.port("conv", "in") + QPoint(-13, 12))  # 17.7 px away
    assert loose.wires() == {"in.y>conv.x"}


def test_but_it_has_to_come_near(loose):
    loose.drag(loose.port("in", "out"), loose.port("conv", "in") + QPoint(-30, 0))
    assert loose.wires() == set()
    loose.key(Qt.Key.Key_Escape)


def test_snapping_is_measured_on_the_screen_whatever_the_zoom(loose):
    loose.canvas.zoom_to(0.5)
    loose.drag(loose.port("in", "out"), loose.port("conv", "in") + QPoint(-13, 12))
    assert loose.wires() == {"in.y>conv.x"}


def test_a_port_that_takes_the_wire_wins_over_a_nearer_one_that_does_not(loose):
    loose.drag(loose.port("in", "out"), loose.port("flat", "in"))
    loose.drag(loose.port("flat", "out"), loose.port("add", "in", "a"))
    # a picture may take the place of the vector at a, but not come beside it at b
    nearer_b = loose.port("add", "in", "b") + QPoint(-2, -6)
    loose.drag(loose.port("in", "out"), nearer_b)
    assert "in.y>add.a" in loose.wires()
    assert loose.refusals == []


def test_the_shape_stands_beside_the_cursor_where_the_wire_fits(loose):
    loose.carry(loose.port("in", "out"), loose.port("conv", "in"))
    tip = loose.canvas._tip
    assert tip.isVisible() and tip.answer == "accepts"
    assert tip.text == "8×8×1 → conv → 6×6×4"  # a 3×3 window without padding, worked out by hand
    loose.release(loose.port("conv", "in"))
    assert not tip.isVisible()


def test_the_reason_stands_beside_the_cursor_while_dragging_where_it_does_not(loose):
    start = loose.store.document
    loose.carry(loose.port("in", "out"), loose.port("dense", "in"))
    tip = loose.canvas._tip
    assert tip.isVisible() and tip.answer == "refuses"
    assert "(8, 8, 1)" in tip.text and "Flatten" in tip.text
    assert loose.refusals == []  # nothing is refused before the button is up
    loose.release(loose.port("dense", "in"))
    assert len(loose.refusals) == 1 and "(8, 8, 1)" in loose.refusals[0].en and loose.refusals[0].zh
    loose.canvas._menu.close()
    assert loose.store.document is start and loose.steps == 0


def offers(desk):
    """What the menu at the cursor says, and what would come of each."""
    return [action.text() for action in desk.canvas._menu.actions() if action.data() is not None]


def test_a_refused_wire_is_offered_the_blocks_that_bridge_it_and_shows_them_before(loose):
    start = loose.store.document
    loose.drag(loose.port("in", "out"), loose.port("dense", "in"))
    assert offers(loose)[:2] == [
        "Flatten\t→ 64 → 10",
        "GlobalAveragePool2D\t→ 1 → 10",
    ]  # 8 × 8 × 1 numbers; one channel
    items = loose.canvas.items_
    assert items.nodes["flatten1"].ghost and items.wires[wire("flatten1>dense")].accepts
    assert loose.steps == 0 and loose.store.previewing
    QTest.keyClick(loose.canvas._menu, Qt.Key.Key_Down)
    assert items.nodes["gap1"].ghost and "flatten1" not in items.nodes
    QTest.keyClick(loose.canvas._menu, Qt.Key.Key_Up)
    QTest.keyClick(loose.canvas._menu, Qt.Key.Key_Return)
    assert loose.wires() == {"in.y>flatten1.x", "flatten1.y>dense.x"}
    assert loose.steps == 1 and loose.store.selection == {"flatten1"}
    assert loose.picture_is_true()
    loose.store.undo()
    assert loose.store.document is start


def test_escape_in_the_menu_of_bridges_leaves_all_as_it_was(loose):
    start = loose.store.document
    loose.drag(loose.port("in", "out"), loose.port("dense", "in"))
    QTest.keyClick(loose.canvas._menu, Qt.Key.Key_Escape)
    assert loose.store.document is start and loose.steps == 0 and not loose.store.previewing
    assert loose.picture_is_true()


def test_what_a_menu_only_shows_cannot_be_taken_up(loose):
    start = loose.store.document
    loose.drag(loose.port("in", "out"), loose.port("dense", "in"))
    a, b = loose.port("flatten1", "out"), loose.port("add", "in", "a")
    loose.drag(a, b)  # as on a screen where a click beside a menu leaves it open
    assert "flatten1" not in loose.store.document.nodes
    assert all({w.source, w.target} <= loose.store.document.nodes.keys() for w in loose.store.document.wires)
    loose.canvas._menu.close()
    while loose.steps and loose.store.history.canUndo():
        loose.store.undo()
    assert loose.store.document is start and loose.picture_is_true()


def test_a_wire_that_was_picked_up_can_be_bridged_too(desk):
    desk.drag(desk.port("conv", "in"), desk.port("dense", "in"))
    assert offers(desk)[0].startswith("Flatten")
    QTest.keyClick(desk.canvas._menu, Qt.Key.Key_Return)
    assert desk.wires() == {"in.y>flatten1.x", "flatten1.y>dense.x", "conv.y>flat.x"}
    assert desk.steps == 1
    assert desk.picture_is_true()


def test_what_would_bridge_stands_beside_the_cursor_while_dragging(loose):
    loose.carry(loose.port("in", "out"), loose.port("dense", "in"))
    assert "Release to choose what goes between: Flatten, GlobalAveragePool2D" in loose.canvas._tip.text
    loose.key(Qt.Key.Key_Escape)
    assert loose.steps == 0 and loose.canvas._menu is None


def test_a_circle_is_refused(loose):
    loose.drag(loose.port("conv", "out"), loose.port("relu", "in"))
    loose.drag(loose.port("relu", "out"), loose.port("conv", "in"))
    assert loose.wires() == {"conv.y>relu.x"}
    assert "circle" in loose.refusals[-1].en


def test_a_block_is_never_wired_to_itself(loose):
    loose.drag(loose.port("relu", "out"), loose.port("relu", "in"))
    assert loose.wires() == set()
    assert len(loose.refusals) == 1


def test_blocks_that_cannot_take_the_wire_fade_and_ports_that_can_light_up(loose):
    loose.carry(loose.port("in", "out"), loose.port("in", "out") + QPoint(40, 60))
    items = loose.canvas.items_.nodes
    assert items["dense"].dimmed  # takes no pictures
    assert not items["conv"].dimmed and items["conv"].lit == {Port("in", "x")}
    assert items["add"].lit == {Port("in", "a"), Port("in", "b")}
    assert not items["in"].dimmed  # the block in the hand
    loose.key(Qt.Key.Key_Escape)
    assert loose.picture_is_true()


def test_dropped_on_a_body_it_takes_the_first_free_port_that_fits(loose):
    loose.drag(loose.port("in", "out"), loose.port("add", "in", "a"))
    loose.drag(loose.port("in", "out"), loose.head("add"))
    assert loose.wires() == {"in.y>add.a", "in.y>add.b"}
    assert loose.steps == 2


def test_a_wire_dropped_on_an_occupied_input_takes_its_place(desk):
    start = desk.store.document
    desk.drag(desk.port("in", "out"), desk.port("flat", "in"))
    assert desk.wires() == {"in.y>conv.x", "in.y>flat.x", "flat.y>dense.x"}
    assert desk.steps == 1
    desk.store.undo()
    assert desk.store.document is start


def test_the_wire_of_an_occupied_input_is_picked_up_and_dropped_on_nothing_is_removed(desk):
    desk.drag(desk.port("flat", "in"), desk.port("flat", "in") + QPoint(-40, 220))
    assert desk.wires() == {"in.y>conv.x", "flat.y>dense.x"}
    assert desk.steps == 1
    assert not desk.canvas.popup.isVisible()
    assert desk.picture_is_true()


def test_a_picked_up_wire_can_be_plugged_in_elsewhere_in_one_step(desk):
    desk.drag(desk.port("flat", "in"), desk.port("relu", "in"))
    assert desk.wires() == {"in.y>conv.x", "conv.y>relu.x", "flat.y>dense.x"}
    assert desk.steps == 1


def test_a_picked_up_wire_that_is_plugged_in_again_has_changed_nothing(desk):
    start = desk.store.document
    desk.drag(desk.port("flat", "in"), desk.port("flat", "in") + QPoint(3, 4))
    desk.carry(desk.port("flat", "in"), desk.port("flat", "in") + QPoint(-60, 90))
    desk.move(desk.port("flat", "in"))
    desk.release(desk.port("flat", "in"))
    assert desk.store.document is start
    assert desk.steps == 0
    assert desk.picture_is_true()


@pytest.mark.parametrize("way_out", ["escape", "right button"])
def test_a_wire_in_the_hand_can_be_dropped_and_a_picked_up_one_comes_back(desk, way_out):
    start = desk.store.document
    for port in (desk.port("flat", "in"), desk.port("flat", "out")):
        desk.carry(port, port + QPoint(-40, 120))
        if way_out == "escape":
            desk.key(Qt.Key.Key_Escape)
        else:
            desk.press(port, button=RIGHT)
            desk.release(port, button=RIGHT)
        desk.release(port + QPoint(-40, 120))
        assert desk.store.document is start
        assert desk.steps == 0
        assert desk.picture_is_true()


def test_dropped_on_nothing_it_asks_for_a_block_that_fits_and_wires_it_in_one_step(loose):
    start = loose.store.document
    goal = loose.port("in", "out") + QPoint(120, 260)
    loose.drag(loose.port("in", "out"), goal)
    popup = loose.canvas.popup
    offered = popup.list.shown()
    assert popup.isVisible()
    assert "conv2d" in offered and "flatten" in offered
    assert "dense" not in offered, "Dense takes no pictures"
    assert "input" not in offered, "an Input has no input"
    assert loose.steps == 0
    while popup.list.current() != "flatten":
        popup.list.step(1)
    popup._take(chain=False)
    (name,) = set(loose.store.document.nodes) - set(start.nodes)
    assert loose.wires() == {f"in.y>{name}.x"}
    assert loose.steps == 1
    landed = loose.port(name, "in") - goal
    assert landed.manhattanLength() <= 8, "the port does not lie where the wire was dropped"
    loose.store.undo()
    assert loose.store.document is start


def test_a_wire_drawn_backwards_onto_nothing_asks_for_blocks_that_may_feed_it(loose):
    loose.drag(loose.port("dense", "in"), loose.port("dense", "in") + QPoint(-60, 200))
    offered = loose.canvas.popup.list.shown()
    assert "input" in offered and "relu" in offered
    loose.canvas.popup._take(chain=False)
    assert any(w.endswith(">dense.x") for w in loose.wires())


def test_leaving_the_list_leaves_no_wire(loose):
    start = loose.store.document
    loose.drag(loose.port("in", "out"), loose.port("in", "out") + QPoint(120, 260))
    from PySide6.QtTest import QTest

    QTest.keyClick(loose.canvas.popup.search, Qt.Key.Key_Escape)
    assert not loose.canvas.popup.isVisible()
    assert loose.store.document is start
    assert loose.canvas.hasFocus()
    assert loose.picture_is_true()


def test_a_click_on_a_port_and_a_click_on_another_draw_a_wire_too(loose):
    loose.click(loose.port("in", "out"))
    loose.move(loose.port("in", "out") + QPoint(30, 30))
    assert loose.canvas.pointer.dragging
    loose.move(loose.port("conv", "in"))
    loose.click(loose.port("conv", "in"))
    assert loose.wires() == {"in.y>conv.x"} and loose.steps == 1
    assert loose.picture_is_true()


def test_a_carried_wire_is_dropped_by_escape(loose):
    loose.click(loose.port("in", "out"))
    loose.move(loose.port("conv", "in"))
    loose.key(Qt.Key.Key_Escape)
    assert loose.wires() == set()
    assert loose.picture_is_true()


def test_alt_and_a_click_on_a_port_remove_all_its_wires(desk):
    desk.drag(desk.port("conv", "out"), desk.port("relu", "in"))
    desk.click(desk.port("conv", "out"), ALT)
    assert desk.wires() == {"in.y>conv.x", "flat.y>dense.x"}
    assert desk.steps == 2


def test_wires_of_a_block_with_a_fault_are_dashed_and_say_so(desk):
    from core.graph import edits
    from core.words import same

    desk.store.apply(same("break"), lambda d: edits.connect(d, wire("conv>dense")))
    item = desk.canvas.items_.wires[wire("conv>dense")]
    assert item.faulty and item.style.wire_fault.dashPattern()
    assert desk.canvas.items_.nodes["dense"].look.faulty
    desk.store.undo()
    assert not desk.canvas.items_.nodes["dense"].look.faulty


def test_a_changed_setting_changes_the_shape_on_every_wire_behind_it(desk):
    from core.graph import edits
    from core.words import same

    assert desk.canvas.items_.wires[wire("flat>dense")].text == "144"  # 6 × 6 × 4
    desk.store.apply(same("filters"), lambda d: edits.set_block(d, "conv", block("conv2d", filters=5)))
    assert desk.canvas.items_.wires[wire("conv>flat")].text == "6×6×5"
    assert desk.canvas.items_.wires[wire("flat>dense")].text == "180"


def test_blocks_that_usually_follow_are_offered_first(loose):
    loose.drag(loose.port("conv", "out"), loose.port("relu", "in"))
    goal = loose.port("in", "out") + QPoint(120, 260)
    loose.drag(loose.port("in", "out"), goal)
    groups = [loose.canvas.blocks[id_].group for id_ in loose.canvas.popup.list.shown()]
    assert groups[0] == "convolution" and groups.index("shape") > groups.index("convolution")
    loose.canvas.popup.close_()
    loose.drag(loose.port("conv", "out"), goal)
    assert loose.canvas.popup.list.shown()[0] == "relu", "as in this network a ReLU follows a convolution already"


@pytest.fixture
def two(qtbot):
    """Two inputs of one shape, a third of another, and a Subtract, whose ports differ."""
    return make_desk(
        qtbot,
        document(
            ("a", block("input", shape=(8,)), (0.0, 0.0)),
            ("b", block("input", shape=(8,)), (0.0, 160.0)),
            ("picture", block("input", shape=(8, 8, 1)), (0.0, 320.0)),
            ("minus", block("subtract"), (400.0, 40.0)),
            ("relu", block("relu"), (400.0, 240.0)),
            ("dense", block("dense", units=3), (700.0, 240.0)),
            wires=("a>relu", "a>dense"),
        ),
    )


def test_dropped_on_a_body_with_two_free_ports_it_asks_which(two):
    two.drag(two.port("b", "out"), two.head("minus"))
    menu = two.canvas._menu
    assert menu.isVisible() and two.steps == 0
    answers = [action for action in menu.actions() if action.data()]
    assert [action.text() for action in answers] == ["a", "b"]
    answers[1].trigger()
    assert "b.y>minus.b" in two.wires()
    assert two.steps == 1
    menu.close()
    two.drag(two.port("a", "out"), two.head("minus"))
    assert "a.y>minus.a" in two.wires(), "one port is free, so there is nothing to ask"
    assert two.picture_is_true()


def test_leaving_the_question_draws_nothing(two):
    start = two.store.document
    two.drag(two.port("b", "out"), two.head("minus"))
    two.canvas._menu.close()
    assert two.store.document is start and two.picture_is_true()


def test_ctrl_and_a_drag_on_an_output_take_all_its_wires_to_another(two):
    start = two.store.document
    two.carry(two.port("a", "out"), two.port("b", "out") + QPoint(6, 4), CTRL)
    assert two.canvas._tip.answer == "accepts"
    two.release(two.port("b", "out") + QPoint(6, 4), CTRL)
    assert two.wires() == {"b.y>relu.x", "b.y>dense.x"}
    assert two.steps == 1
    assert two.picture_is_true()
    two.store.undo()
    assert two.store.document is start


def test_wires_that_do_not_fit_there_are_not_moved_and_the_reason_is_said(two):
    start = two.store.document
    two.drag(two.port("a", "out"), two.port("picture", "out"), CTRL)
    QTest.keyClick(two.canvas._menu, Qt.Key.Key_Escape)
    assert two.store.document is start and two.steps == 0
    assert len(two.refusals) == 1 and "(8, 8, 1)" in two.refusals[0].en
    assert two.picture_is_true()


def test_what_lets_all_the_wires_start_there_is_offered_shown_and_taken_as_one_step(two):
    start = two.store.document
    two.drag(two.port("a", "out"), two.port("picture", "out"), CTRL)
    menu = two.canvas._menu
    assert two.store.previewing and "picture.y>relu.x" in two.wires() and two.steps == 0, "shown before it is taken"
    menu.setActiveAction(next(action for action in menu.actions() if action.text().startswith("Flatten")))
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert two.wires() == {"picture.y>relu.x", "picture.y>flatten1.x", "flatten1.y>dense.x"} and two.steps == 1
    assert not [fault for fault in two.store.inference.faults if fault.kind == "shape"] and two.picture_is_true()
    two.store.undo()
    assert two.store.document is start and two.picture_is_true()


@pytest.mark.parametrize("way_out", ["escape", "nothing there"])
def test_wires_in_the_hand_go_back(two, way_out):
    start = two.store.document
    two.carry(two.port("a", "out"), QPoint(420, 560), CTRL)
    if way_out == "escape":
        two.key(Qt.Key.Key_Escape)
    two.release(QPoint(420, 560), CTRL)
    assert two.store.document is start and two.steps == 0
    assert two.picture_is_true()


def test_ctrl_and_a_drag_on_an_output_without_wires_says_so(two):
    two.drag(two.port("minus", "out"), two.port("b", "out"), CTRL)
    assert two.refusals and two.steps == 0 and two.picture_is_true()


def test_shift_and_a_drag_on_a_wire_branch_from_where_it_starts(desk):
    start = desk.store.document
    desk.drag(desk.middle("conv>flat"), desk.port("relu", "in"), SHIFT)
    assert desk.wires() == {"in.y>conv.x", "conv.y>flat.x", "flat.y>dense.x", "conv.y>relu.x"}
    assert desk.steps == 1
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start


def test_shift_and_a_click_on_a_wire_still_select_it(desk):
    desk.click(desk.middle("conv>flat"), SHIFT)
    desk.click(desk.middle("in>conv"), SHIFT)
    assert desk.canvas.items_.selected_wires == {wire("conv>flat"), wire("in>conv")}
    assert desk.steps == 0


def test_the_menu_of_a_port_adds_there_and_removes_its_wires(desk):
    end = desk.canvas.items_.nodes["conv"].port_at(Port("out", "y"))
    menu = desk.canvas.menu_at(end)
    names = {action.objectName(): action for action in menu.actions()}
    assert "unplug" in names and "add_behind" in names and "copy" not in names
    names["add_behind"].trigger()
    offered = desk.canvas.popup.list.shown()
    assert "relu" in offered and "dense" not in offered
    desk.canvas.popup._take(chain=False)
    assert len(desk.store.document.outgoing("conv")) == 2 and desk.steps == 1
    names["unplug"].trigger()
    assert desk.store.document.outgoing("conv") == () and desk.steps == 2
    menu.deleteLater()
