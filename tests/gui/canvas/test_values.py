"""Values typed on the block itself: by a double click on them or by Enter, Tab to the next, all of it one step."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.i18n import language
from tests.gui.canvas.conftest import CTRL, block, document, make_desk

ENTER, ESCAPE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab


def value(desk, name):
    """Where the value of a block is written."""
    x, y = desk.canvas.items_.nodes[name].at
    return desk.pixel((x + 160, y + 46))


def press(desk, *keys):
    for key in keys:
        if isinstance(key, str):
            QTest.keyClicks(desk.canvas.values.focusWidget(), key)
        else:
            QTest.keyClick(desk.canvas.values.focusWidget(), key)


def conv(desk):
    return desk.store.document.nodes["conv"].block


@pytest.mark.parametrize("way", ["double click", "enter"])
def test_units_are_typed_over_the_block_as_one_step(desk, way):
    start = desk.store.document
    if way == "enter":
        desk.store.select(["dense"])
        desk.key(ENTER)
    else:
        desk.double_click(value(desk, "dense"))
    assert desk.canvas.values.is_open and desk.view.rect().contains(desk.canvas.values.geometry())
    press(desk, "3*8", ENTER)
    assert desk.store.document.nodes["dense"].block.units == 24
    assert desk.steps == 1 and not desk.canvas.values.isVisible() and desk.picture_is_true()
    assert desk.store.history.undoText() == "Change units"
    assert desk.canvas.hasFocus()
    desk.store.undo()
    assert desk.store.document is start


def test_tab_goes_from_the_filters_to_the_kernel_and_round_and_it_is_still_one_step(desk):
    desk.double_click(value(desk, "conv"))
    press(desk, "12", TAB)
    assert conv(desk).filters == 12 and desk.store.previewing and desk.steps == 0, "seen at once, not kept yet"
    press(desk, "5", TAB, "14", ENTER)
    assert conv(desk).filters == 14 and conv(desk).kernel_size == (5,) and desk.steps == 1
    assert len(desk.store.document.nodes) == 5, "Tab has added no block"


def test_escape_leaves_all_as_it_was(desk):
    start = desk.store.document
    desk.double_click(value(desk, "conv"))
    press(desk, "12", TAB, "5", ESCAPE)
    assert desk.store.document is start and desk.steps == 0 and not desk.canvas.values.isVisible()
    assert desk.picture_is_true()


@pytest.mark.parametrize("way", ["canvas", "stepper"])
def test_a_click_elsewhere_takes_what_was_typed(desk, way):
    desk.store.select(["conv"])
    desk.key(ENTER)
    press(desk, "12", TAB)
    if way == "canvas":
        desk.click(desk.pixel((600, 300)))
        assert conv(desk).filters == 12 and desk.steps == 1
    else:
        desk.canvas.step_width("up")
        assert conv(desk).filters == 16 and desk.steps == 2
    assert not desk.canvas.values.isVisible()


def test_what_cannot_be_is_told_in_place_and_changes_nothing(desk):
    start = desk.store.document
    desk.double_click(value(desk, "dense"))
    press(desk, "0", ENTER)
    row = next(iter(desk.canvas.values._rows.values()))
    assert desk.canvas.values.is_open and ">= 1" in row.error.text()
    press(desk, Qt.Key.Key_A, "many", ENTER)
    assert desk.canvas.values.is_open and "many" in row.error.text()
    press(desk, ESCAPE)
    assert desk.store.document is start and desk.steps == 0


def test_the_arrows_step_and_the_shapes_follow_at_once(desk):
    desk.double_click(value(desk, "dense"))
    press(desk, Qt.Key.Key_Up, Qt.Key.Key_Up)
    assert desk.store.inference.outs["dense"] == ((12,),) and desk.steps == 0
    press(desk, ENTER)
    assert desk.store.inference.outs["dense"] == ((12,),) and desk.steps == 1


def test_all_selected_blocks_of_its_kind_change_together(qtbot):
    desk = make_desk(qtbot, document(
        ("in", block("input", shape=(4,)), (0.0, 0.0)),
        ("a", block("dense", units=8), (264.0, 0.0)),
        ("b", block("dense", units=9), (528.0, 0.0)),
        ("c", block("dense", units=7), (792.0, 0.0)),
        wires=("in>a", "a>b", "b>c"),
    ))  # fmt: skip
    desk.click(desk.head("a"))
    desk.click(desk.head("b"), CTRL)
    desk.key(ENTER)
    press(desk, "5", ENTER)
    assert [desk.store.document.nodes[n].block.units for n in "abc"] == [5, 5, 7] and desk.steps == 1
    desk.key(Qt.Key.Key_A, CTRL)
    desk.key(ENTER)
    assert not desk.canvas.values.is_open, "an input has no units"


def test_a_block_without_numbers_and_a_click_beside_the_value_open_nothing(desk):
    asked = []
    desk.canvas.activated.connect(asked.append)
    desk.double_click(value(desk, "flat"))
    desk.double_click(desk.head("dense"))
    assert not desk.canvas.values.is_open and asked == ["flat", "dense"] and desk.steps == 0


def test_it_stays_on_its_block_and_goes_when_the_block_goes(desk):
    desk.double_click(value(desk, "conv"))
    before = desk.canvas.values.pos()
    desk.canvas.horizontalScrollBar().setValue(desk.canvas.horizontalScrollBar().value() + 40)
    assert desk.canvas.values.pos() - before == QPoint(-40, 0)
    desk.store.open(document())
    assert not desk.canvas.values.isVisible() and desk.picture_is_true()


def test_labels_speak_both_languages(desk):
    desk.double_click(value(desk, "conv"))
    labels = [row.label.text() for row in desk.canvas.values._rows.values()]
    language.choose("zh")
    assert labels == ["Filters", "Kernel size"]
    assert [row.label.text() for row in desk.canvas.values._rows.values()] == ["卷积核数", "核大小"]
