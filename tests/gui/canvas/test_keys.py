"""The canvas by keyboard alone: adding, chains, walking, nudging, deleting; and the list that opens at the cursor."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.graph import edits
from core.words import Words
from gui.canvas.menus import MENU, menu_of
from gui.entries import BY_ID, ENTRIES
from gui.i18n import language
from gui.palette.habits import Habits
from tests.gui.canvas.conftest import ALT, CTRL, NONE, SHIFT, block, document, make_desk, wire


def type_and_enter(desk, text, keys=NONE):
    desk.canvas.popup.search.insert(text)  # as an input method does; QTest has no keys for Chinese
    QTest.keyClick(desk.canvas.popup.search, Qt.Key.Key_Return, keys)


@pytest.mark.parametrize("way_in", ["tab", "shift a", "space", "double click", "right click"])
def test_every_way_in_opens_the_list_and_enter_adds_one_block(empty_desk, way_in):
    desk = empty_desk
    middle = QPoint(600, 300)
    desk.move(middle)
    if way_in == "tab":
        desk.key(Qt.Key.Key_Tab)
    elif way_in == "shift a":
        desk.key(Qt.Key.Key_A, SHIFT)
    elif way_in == "space":
        desk.key(Qt.Key.Key_Space)
    elif way_in == "right click":
        desk.click(middle, button=Qt.MouseButton.RightButton)
        next(a for a in desk.canvas._menu.actions() if a.objectName() == "add_block").trigger()
        desk.canvas._menu.close()
    else:
        desk.double_click(middle)
    assert desk.canvas.popup.isVisible() and desk.canvas.popup.search.hasFocus()
    type_and_enter(desk, "conv2")
    assert [n.block.id for n in desk.store.document.nodes.values()] == ["conv2d"]
    assert desk.steps == 1
    assert desk.store.selection == set(desk.store.document.nodes)
    assert not desk.canvas.popup.isVisible() and desk.canvas.hasFocus()
    (item,) = desk.canvas.items_.nodes.values()
    assert item.rect().contains(*desk.canvas.scene_point(middle)), "the block is not under the cursor"


def test_a_whole_chain_is_built_without_the_mouse(empty_desk):
    desk = empty_desk
    desk.key(Qt.Key.Key_Tab)
    type_and_enter(desk, "input")
    for word in ("relu", "全连接", "sc"):  # English, Chinese, and the pinyin initials of 输出
        desk.key(Qt.Key.Key_Tab)
        type_and_enter(desk, word, CTRL)
    assert desk.wires() == {"input1.y>relu1.x", "relu1.y>dense1.x", "dense1.y>output1.x"}
    assert desk.steps == 4
    xs = [node.position[0] for node in desk.store.document.nodes.values()]
    assert xs == sorted(xs) and len(set(xs)) == 4
    assert desk.store.inference.faults == ()


def test_enter_without_ctrl_wires_nothing(desk):
    desk.store.select(["flat"])
    desk.key(Qt.Key.Key_Tab)
    type_and_enter(desk, "relu")
    assert len(desk.store.document.wires) == 3


def test_escape_and_a_click_elsewhere_close_the_list(desk):
    desk.key(Qt.Key.Key_Tab)
    QTest.keyClick(desk.canvas.popup.search, Qt.Key.Key_Escape)
    assert not desk.canvas.popup.isVisible() and desk.canvas.hasFocus()
    desk.key(Qt.Key.Key_Tab)
    assert desk.canvas.popup.isVisible()
    desk.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not desk.canvas.popup.isVisible()
    assert desk.steps == 0


def test_arrows_walk_through_the_list_and_what_was_used_lately_comes_first(empty_desk):
    desk = empty_desk
    desk.key(Qt.Key.Key_Tab)
    type_and_enter(desk, "dropout")
    desk.key(Qt.Key.Key_Tab)
    popup = desk.canvas.popup
    assert popup.list.shown()[0] == "dropout"
    second = popup.list.shown()[1]
    QTest.keyClick(popup.search, Qt.Key.Key_Down)
    assert popup.list.current() == second
    QTest.keyClick(popup.search, Qt.Key.Key_Up)
    assert popup.list.current() == "dropout"


def test_favourites_come_before_what_was_used_lately_and_both_are_remembered(qtbot, settings):
    habits = Habits(settings)
    habits.favour("lstm")
    habits.used("relu")
    again = Habits(settings)
    assert again.first() == ["lstm", "relu"]
    again.favour("lstm")
    assert Habits(settings).first() == ["relu"]


def test_a_query_that_finds_nothing_adds_nothing(empty_desk):
    empty_desk.key(Qt.Key.Key_Tab)
    type_and_enter(empty_desk, "zzzz")
    assert empty_desk.canvas.popup.isVisible()
    assert empty_desk.steps == 0


def test_a_click_in_the_list_adds(empty_desk):
    desk = empty_desk
    desk.key(Qt.Key.Key_Tab)
    QTest.keyClicks(desk.canvas.popup.search, "relu")
    rows = desk.canvas.popup.list
    spot = rows.visualItemRect(rows.item(0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, NONE, spot)
    assert [n.block.id for n in desk.store.document.nodes.values()] == ["relu"]


def test_with_a_wire_selected_the_list_offers_what_may_be_put_into_it(desk):
    desk.click(desk.middle("conv>flat"))
    desk.key(Qt.Key.Key_Tab)
    offered = desk.canvas.popup.list.shown()
    assert "relu" in offered and "max_pool2d" in offered
    assert "dense" not in offered, "Dense takes no pictures"
    assert "input" not in offered, "nothing goes into an Input"
    type_and_enter(desk, "maxpool")
    (name,) = desk.store.selection
    assert desk.wires() == {"in.y>conv.x", f"conv.y>{name}.x", f"{name}.y>flat.x", "flat.y>dense.x"}
    assert desk.steps == 1


def test_arrows_nudge_by_one_step_of_the_grid_and_with_shift_by_ten(desk):
    desk.store.select(["relu"])
    desk.key(Qt.Key.Key_Right)
    desk.key(Qt.Key.Key_Up, SHIFT)
    assert desk.at("relu") == (272, 120)
    assert desk.steps == 2


def test_a_key_that_is_held_down_is_one_step(desk):
    start = desk.store.document
    desk.store.select(["relu", "conv"])
    for _ in range(5):
        desk.hold(Qt.Key.Key_Down)
    assert desk.steps == 0 and desk.store.previewing
    desk.let_go(Qt.Key.Key_Down)
    assert desk.at("relu") == (264, 240) and desk.at("conv") == (264, 40)
    assert desk.steps == 1
    desk.store.undo()
    assert desk.store.document is start


def test_escape_before_the_key_is_up_takes_the_nudges_back(desk):
    start = desk.store.document
    desk.store.select(["relu"])
    desk.hold(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Escape)
    desk.let_go(Qt.Key.Key_Down)
    assert desk.store.document is start and desk.steps == 0


def test_ctrl_and_arrows_walk_along_the_wires(desk):
    desk.store.select(["in"])
    for name in ("conv", "flat", "dense", "dense"):
        desk.key(Qt.Key.Key_Right, CTRL)
        assert desk.store.selection == {name}
    desk.key(Qt.Key.Key_Left, CTRL)
    desk.key(Qt.Key.Key_Left, CTRL)
    assert desk.store.selection == {"conv"}
    desk.key(Qt.Key.Key_Down, CTRL)
    assert desk.store.selection == {"relu"}
    desk.key(Qt.Key.Key_Up, CTRL)
    assert desk.store.selection == {"conv"}
    assert desk.steps == 0


def test_ctrl_shift_and_arrows_select_all_before_and_all_behind(desk):
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_Right, CTRL | SHIFT)
    assert desk.store.selection == {"conv", "flat", "dense"}
    desk.store.select(["flat"])
    desk.key(Qt.Key.Key_Left, CTRL | SHIFT)
    assert desk.store.selection == {"in", "conv", "flat"}


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_removes_blocks_with_their_wires(desk, key):
    start = desk.store.document
    desk.store.select(["conv", "relu"])
    desk.key(key)
    assert set(desk.store.document.nodes) == {"in", "flat", "dense"}
    assert desk.wires() == {"flat.y>dense.x"}
    assert desk.steps == 1 and desk.store.selection == frozenset()
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start
    assert desk.picture_is_true()


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_ctrl_delete_closes_the_gap(desk, key):
    desk.store.select(["conv", "flat"])
    desk.key(key, CTRL)
    assert desk.wires() == {"in.y>dense.x"}
    assert desk.steps == 1


def test_alt_delete_pulls_a_block_out_of_its_wires_and_keeps_it(desk):
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_Delete, ALT)
    assert desk.wires() == {"in.y>flat.x", "flat.y>dense.x"}
    assert desk.at("conv")[1] > 0
    assert desk.steps == 1


def test_what_cannot_be_done_is_said_and_is_no_step(desk):
    for key, keys in ((Qt.Key.Key_Delete, NONE), (Qt.Key.Key_C, CTRL), (Qt.Key.Key_D, CTRL)):
        desk.key(key, keys)
    assert len(desk.refusals) == 3
    assert all(words.en and words.zh for words in desk.refusals)
    assert desk.steps == 0


def test_ctrl_a_ctrl_i_and_undo_keys(desk):
    desk.key(Qt.Key.Key_A, CTRL)
    assert desk.store.selection == set(desk.store.document.nodes)
    desk.store.select(["in"])
    desk.key(Qt.Key.Key_I, CTRL)
    assert "in" not in desk.store.selection and len(desk.store.selection) == 4
    desk.key(Qt.Key.Key_Delete)
    after = desk.store.document
    desk.key(Qt.Key.Key_Z, CTRL)
    assert len(desk.store.document.nodes) == 5
    desk.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert desk.store.document is after


def test_auto_layout_is_one_step_and_lines_a_chain_up(desk):
    start = desk.store.document
    desk.key(Qt.Key.Key_L, CTRL)
    assert desk.steps == 1
    assert len({desk.at(n)[1] for n in ("in", "conv", "flat", "dense")}) == 1
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start


def test_auto_layout_of_some_blocks_leaves_the_others(desk):
    desk.store.select(["flat", "dense"])
    desk.key(Qt.Key.Key_L, CTRL)
    assert desk.at("in") == (0, 0) and desk.at("conv") == (264, 0) and desk.at("flat") == (528, 0)


def test_tab_does_not_leave_but_shift_tab_does(qtbot):
    from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

    from gui.canvas.panel import Canvas
    from gui.document.store import Store

    around = QWidget()
    qtbot.addWidget(around)
    before, canvas = QLineEdit(), Canvas(Store())
    box = QVBoxLayout(around)
    box.addWidget(before)
    box.addWidget(canvas)
    around.show()
    around.activateWindow()
    qtbot.waitUntil(around.isActiveWindow)
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Backtab, SHIFT)
    assert before.hasFocus()


def test_every_entry_of_the_canvas_has_something_to_call(desk):
    for entry in ENTRIES:
        assert not entry.call or callable(getattr(desk.canvas, entry.call[0])), entry
    for ids in MENU.values():
        assert all(not id_ or id_.rstrip(">") in MENU or BY_ID[id_].call for id_ in ids)


@pytest.mark.parametrize(
    ("where", "wanted", "unwanted"),
    [("node", "duplicate", "insert_block"), ("wire", "insert_block", "copy"), ("empty", "add_block", "delete")],
)
def test_the_menu_is_about_what_lies_under_the_cursor(desk, where, wanted, unwanted):
    items = desk.canvas.items_
    at = {"node": (300.0, 10.0), "wire": next(iter(items.wires.values())).course.middle, "empty": (900.0, 300.0)}[where]
    menu = desk.canvas.menu_at(at)
    names = [action.objectName() for action in menu.actions()]
    assert wanted in names and unwanted not in names
    if where == "node":
        assert desk.store.selection == {"conv"}
    menu.deleteLater()


def test_the_menu_key_opens_the_menu_of_the_selected_block_where_it_is(desk):
    desk.move(desk.head("relu"))
    desk.store.select(["conv"])
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), desk.view.mapToGlobal(QPoint(1, 1)))
    QApplication.sendEvent(desk.view, event)
    menu = desk.canvas._menu
    assert menu.isVisible() and desk.store.selection == {"conv"}
    assert "delete" in [a.objectName() for a in menu.actions()]
    assert (desk.view.mapFromGlobal(menu.pos()) - desk.head("conv")).manhattanLength() < 120
    menu.close()


@pytest.mark.parametrize("place", MENU)
def test_every_menu_is_complete_in_both_languages(desk, place):
    texts = {}
    for choice in ("en", "zh"):
        language.choose(choice)
        menu = menu_of(place, desk.canvas.bindings, desk.canvas, several=True)
        texts[choice] = [action.text() for action in menu.actions() if not action.isSeparator()]
        menu.deleteLater()
    assert len(texts["en"]) == len([id_ for id_ in MENU[place] if id_])
    assert all(en and zh and en != zh for en, zh in zip(texts["en"], texts["zh"], strict=True))


def test_aligning_is_in_the_menu_of_several_blocks_and_what_is_chosen_is_done(desk):
    desk.store.select(["conv", "relu"])
    menu = desk.canvas.menu_at((300.0, 10.0))
    names = {a.objectName(): a for a in menu.actions()}
    names["align_top"].trigger()
    assert desk.at("relu") == (264, 0) and desk.steps == 1
    menu.deleteLater()
    desk.store.select(["conv"])
    menu = desk.canvas.menu_at((300.0, 10.0))
    assert "align_top" not in [a.objectName() for a in menu.actions()]
    menu.deleteLater()


def test_names_on_blocks_follow_the_language_at_once(desk):
    item = desk.canvas.items_.nodes["conv"]
    before = item._title[1].text()
    language.choose("zh")
    try:
        assert item._title[1].text() != before
        assert item._title[1].text() == block("conv2d").title.zh
    finally:
        language.choose("en")
    assert item._title[1].text() == before


def test_a_block_that_is_chosen_lands_on_no_other(qtbot):
    desk = make_desk(qtbot, document(("a", block("relu"), (0.0, 0.0))))
    desk.canvas.add("relu", desk.canvas.items_.nodes["a"].rect().center())
    first, second = desk.canvas.items_.nodes.values()
    assert not first.rect().intersects(second.rect())


def test_ctrl_and_a_dot_offer_what_mends_the_selected_block_and_enter_takes_it(desk):
    desk.store.apply(Words("Cut", "剪断"), lambda d: edits.disconnect(d, [wire("flat>dense"), wire("conv>flat")]))
    desk.store.select(["dense"])
    desk.key(Qt.Key.Key_Period, CTRL)
    texts = [action.text() for action in desk.canvas._menu.actions() if action.data() is not None]
    assert texts[0] == "Wire conv to dense through Flatten"
    QTest.keyClick(desk.canvas._menu, Qt.Key.Key_Return)
    assert desk.wires() == {"in.y>conv.x", "conv.y>flatten1.x", "flatten1.y>dense.x"}
    assert desk.steps == 2 and desk.picture_is_true()
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_Period, CTRL)
    assert "nothing to mend" in desk.refusals[-1].en


def test_w_leads_the_selected_block_to_an_input_that_takes_it_and_takes_the_wire_away_again(desk):
    desk.store.apply(Words("Cut", "剪断"), lambda d: edits.disconnect(d, [wire("conv>flat")]))
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_W)
    offered = {action.text() for action in desk.canvas._menu.actions() if action.data() is not None}
    assert offered == {"to relu", "to flat"}  # dense takes no pictures, and its input is taken
    while desk.canvas._menu.activeAction().text() != "to relu":
        QTest.keyClick(desk.canvas._menu, Qt.Key.Key_Down)
    assert "conv.y>relu.x" in desk.wires() and desk.steps == 1, "it is shown before it is taken"
    QTest.keyClick(desk.canvas._menu, Qt.Key.Key_Return)
    assert desk.wires() == {"in.y>conv.x", "conv.y>relu.x", "flat.y>dense.x"} and desk.steps == 2
    desk.key(Qt.Key.Key_W)
    while desk.canvas._menu.activeAction().text() != "Remove the wire to relu":
        QTest.keyClick(desk.canvas._menu, Qt.Key.Key_Down)
    QTest.keyClick(desk.canvas._menu, Qt.Key.Key_Return)
    assert desk.wires() == {"in.y>conv.x", "flat.y>dense.x"} and desk.steps == 3 and desk.picture_is_true()


def test_w_says_why_nothing_can_be_wired(desk):
    desk.store.select(["in", "conv"])
    desk.key(Qt.Key.Key_W)
    assert "Select one block" in desk.refusals[-1].en
    desk.store.select(["relu"])
    desk.key(Qt.Key.Key_W)
    assert desk.refusals[-1].en == "No free input takes what relu gives." and desk.steps == 0
