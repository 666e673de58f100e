"""The rubber band, wires that are clicked, and the knife."""

import pytest
from PySide6.QtCore import QPoint, Qt

from tests.gui.canvas.conftest import ALT, CTRL, RIGHT, SHIFT, wire

NOWHERE = (200.0, 150.0)


def test_a_band_selects_what_it_touches(desk):
    desk.drag(desk.pixel((200.0, -60.0)), desk.pixel((560.0, 30.0)))
    assert desk.store.selection == {"conv", "flat"}
    assert desk.steps == 0
    assert desk.picture_is_true()


def test_shift_adds_what_the_band_touches_and_ctrl_takes_it_away(desk):
    desk.store.select(["in", "conv"])
    desk.drag(desk.pixel((500.0, -60.0)), desk.pixel((560.0, 30.0)), SHIFT)
    assert desk.store.selection == {"in", "conv", "flat"}
    desk.drag(desk.pixel((200.0, -60.0)), desk.pixel((300.0, 30.0)), CTRL)
    assert desk.store.selection == {"in", "flat"}


def test_escape_takes_the_band_away_and_leaves_the_selection_as_it_was(desk):
    desk.store.select(["in"])
    desk.carry(desk.pixel((200.0, -60.0)), desk.pixel((560.0, 30.0)))
    assert desk.store.selection == {"conv", "flat"}
    desk.key(Qt.Key.Key_Escape)
    assert desk.store.selection == {"in"}
    assert desk.picture_is_true()


def test_a_click_on_nothing_selects_nothing(desk):
    desk.store.select(["in"])
    desk.click(desk.pixel(NOWHERE))
    assert desk.store.selection == frozenset()


def test_escape_without_a_gesture_selects_nothing(desk):
    desk.store.select(["in"])
    desk.key(Qt.Key.Key_Escape)
    assert desk.store.selection == frozenset()


def test_a_click_selects_a_wire_and_delete_removes_it(desk):
    start = desk.store.document
    desk.click(desk.middle("conv>flat") + QPoint(0, 5))
    assert desk.canvas.items_.selected_wires == {wire("conv>flat")}
    desk.key(Qt.Key.Key_Delete)
    assert desk.wires() == {"in.y>conv.x", "flat.y>dense.x"}
    assert desk.steps == 1
    assert desk.canvas.items_.selected_wires == frozenset()
    desk.store.undo()
    assert desk.store.document is start


def test_selecting_a_block_lets_go_of_the_wire(desk):
    desk.click(desk.middle("conv>flat"))
    desk.click(desk.head("conv"))
    assert desk.canvas.items_.selected_wires == frozenset()
    assert desk.store.selection == {"conv"}


@pytest.mark.parametrize(("keys", "button"), [(ALT, None), (CTRL, RIGHT)])
def test_the_knife_cuts_all_wires_it_crosses_in_one_step(desk, keys, button):
    start = desk.store.document
    a, b = desk.pixel((230.0, 100.0)), desk.pixel((510.0, -40.0))  # under conv's foot, over to the wire behind it
    button = {} if button is None else {"button": button}
    a, b = desk.pixel((220.0, 110.0)), desk.pixel((220.0, -30.0))
    desk.drag(a, b, keys, **button)
    assert desk.wires() == {"conv.y>flat.x", "flat.y>dense.x"}
    assert desk.steps == 1
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start


def test_what_the_knife_will_cut_is_marked_and_escape_cuts_nothing(desk):
    start = desk.store.document
    desk.carry(desk.pixel((490.0, 110.0)), desk.pixel((480.0, -30.0)), ALT)
    assert desk.canvas.items_.wires[wire("conv>flat")].cut
    assert not desk.canvas.items_.wires[wire("in>conv")].cut
    desk.key(Qt.Key.Key_Escape)
    assert desk.store.document is start
    assert desk.picture_is_true()


def test_a_cut_through_nothing_is_no_step(desk):
    desk.drag(desk.pixel((220.0, 110.0)), desk.pixel((230.0, 160.0)), ALT)
    assert desk.steps == 0


def test_alt_and_a_click_remove_a_wire(desk):
    desk.click(desk.middle("conv>flat"), ALT)
    assert desk.wires() == {"in.y>conv.x", "flat.y>dense.x"}
    assert desk.steps == 1
