"""The command palette, the shortcut sheet and the history, by keys and clicks."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow

from core.blocks import registry
from core.graph import edits
from core.words import Words
from gui.bindings import Bindings
from gui.command_palette import CommandPalette, Offer
from gui.document.store import Store
from gui.entries import ENTRIES
from gui.history import HistoryList
from gui.i18n import language
from gui.shortcut_sheet import GESTURES, ShortcutSheet

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def palette(qtbot, settings):
    window, done = QMainWindow(), []
    field = QLineEdit()
    window.setCentralWidget(field)
    qtbot.addWidget(window)

    def offers():
        names = (
            ("fit", "Fit everything", "适应窗口"),
            ("fits", "Fit the selection", "适应所选"),
            ("save", "Save", "保存"),
        )
        made = [Offer(i, en, (en, zh), lambda i=i: done.append(i)) for i, en, zh in names]
        return [
            *made,
            Offer(
                "add:dense", "Add Dense", ("Add Dense", "Dense", "全连接"), lambda: done.append("dense"), others=("fc",)
            ),
        ]

    made = CommandPalette(window, offers, settings)
    made.done, made.owner = done, window
    window.resize(800, 600)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.setFocus()
    made.open()
    return made


def shown(palette):
    return [offer.id for offer in palette.found]


@pytest.mark.parametrize(
    ("query", "first"),
    [("fit", "fit"), ("sel", "fits"), ("bc", "save"), ("保存", "save"), ("fc", "add:dense"), ("qlj", "add:dense")],
)
def test_a_few_letters_in_either_language_and_enter_do_it(palette, qtbot, query, first):
    palette.search.insert(query)
    assert shown(palette)[0] == first
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert not palette.isVisible()
    qtbot.waitUntil(lambda: palette.done == [first.removeprefix("add:")])


def test_what_was_done_lately_comes_first(palette, qtbot):
    palette.search.insert("save")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(palette.done))
    palette.open()
    assert shown(palette) == ["save", "fit", "fits", "add:dense"]


def test_arrows_go_through_the_list_and_escape_gives_the_keyboard_back(palette):
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    QTest.keyClick(palette.search, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 1
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.isVisible() and palette.parentWidget().centralWidget().hasFocus()
    assert palette.done == []


def test_a_click_elsewhere_closes_and_a_click_on_a_row_does_it(palette, qtbot):
    rows = palette.list
    QTest.mouseClick(rows.viewport(), LEFT, NONE, rows.visualItemRect(rows.item(2)).center())
    qtbot.waitUntil(lambda: palette.done == ["save"])
    palette.open()
    palette.parentWidget().centralWidget().setFocus(Qt.FocusReason.MouseFocusReason)
    assert not palette.isVisible()


def test_what_is_not_found_is_said_and_enter_does_nothing(palette):
    palette.search.insert("zzzz")
    assert "Nothing" in palette.hint.text()
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible() and palette.done == []


# the shortcut sheet ---------------------------------------------------------------------------------------------------


@pytest.fixture
def sheet(qtbot, settings):
    window = QMainWindow()
    qtbot.addWidget(window)
    made = ShortcutSheet(Bindings(settings), window)
    made.owner = window  # a window that nobody holds is gone
    made.show()
    return made


def choose(sheet, text):
    item = next(i for i in (row for _, rows in sheet._groups for row in rows) if i.text(0) == text)
    sheet.tree.setCurrentItem(item)


def press(sheet, key, keys):
    sheet.edit.setFocus()
    QTest.keyClick(sheet.edit, key, keys)


def test_the_sheet_lists_every_command_and_every_gesture_in_both_languages(sheet):
    for choice in ("en", "zh"):
        language.choose(choice)
        texts = sheet.shown()
        assert len(texts) == len(ENTRIES) + len(GESTURES)
        assert all(e.text.say(choice).removesuffix("…") in texts for e in ENTRIES)
        assert all(what.say(choice) in texts for what in GESTURES)


@pytest.mark.parametrize(
    ("query", "wanted"), [("dupl", "Duplicate"), ("副本", "Duplicate"), ("ctrl+d", "Duplicate"), ("pinch", "Zoom")]
)
def test_the_sheet_is_searched_by_name_and_by_key(sheet, query, wanted):
    sheet.search.setText(query)
    assert wanted in sheet.shown() and "Save" not in sheet.shown()
    sheet.search.clear()
    assert "Save" in sheet.shown()


def test_a_new_key_is_pressed_and_assigned(sheet):
    before = sheet.bindings.keys("duplicate")
    choose(sheet, "Duplicate")
    press(sheet, Qt.Key.Key_F9, NONE)
    assert sheet.edit.keySequence() == QKeySequence("F9") and "free" in sheet.note.text()
    sheet.beside.click()
    assert sheet.bindings.keys("duplicate") == (*before, "F9")
    press(sheet, Qt.Key.Key_F8, NONE)
    sheet.assign.click()
    assert sheet.bindings.keys("duplicate") == ("F8",)
    assert sheet.entry().id == "duplicate", "the row stays chosen"
    sheet.reset.click()
    assert sheet.bindings.keys("duplicate") == before and not sheet.reset.isEnabled()


def test_a_key_that_is_taken_says_by_whom_before_it_is_taken_over(sheet):
    before = sheet.bindings.keys("duplicate")
    choose(sheet, "Duplicate")
    press(sheet, Qt.Key.Key_C, CTRL)
    assert "Copy" in sheet.note.text() and sheet.bindings.keys("copy") == ("Ctrl+C",)
    sheet.assign.click()
    assert sheet.bindings.keys("duplicate") == ("Ctrl+C",) and sheet.bindings.keys("copy") == ()
    sheet.reset_all.click()
    assert sheet.bindings.keys("duplicate") == before and sheet.bindings.keys("copy") == ("Ctrl+C",)


def test_a_command_may_have_no_key_and_a_gesture_cannot_be_changed(sheet):
    choose(sheet, "Duplicate")
    sheet.clear.click()
    assert sheet.bindings.keys("duplicate") == ()
    choose(sheet, "Zoom")
    assert not sheet.edit.isEnabled() and not sheet.assign.isEnabled()


# the history ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def steps(qtbot):
    store = Store()
    made = HistoryList(store)
    qtbot.addWidget(made)
    for id_, words in (("relu", Words("Add ReLU", "添加ReLU")), ("dense", Words("Add Dense", "添加全连接"))):
        store.apply(words, lambda d, id_=id_: edits.add(d, registry()[id_]())[0])
    made.resize(240, 300)
    made.show()
    return store, made


def texts(rows):
    return [rows.item(i).text() for i in range(rows.count())]


def test_the_history_lists_the_steps_and_a_click_goes_there(steps):
    store, rows = steps
    assert texts(rows) == ["As it was opened", "Add ReLU", "Add Dense"] and rows.currentRow() == 2
    after = store.document
    QTest.mouseClick(rows.viewport(), LEFT, NONE, rows.visualItemRect(rows.item(0)).center())
    assert len(store.document.nodes) == 0 and rows.currentRow() == 0 and rows.count() == 3
    QTest.mouseClick(rows.viewport(), LEFT, NONE, rows.visualItemRect(rows.item(2)).center())
    assert store.document is after
    QTest.keyClick(rows, Qt.Key.Key_Up)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert len(store.document.nodes) == 1


def test_what_was_undone_goes_when_something_else_is_done(steps):
    store, rows = steps
    store.undo()
    store.undo()
    store.apply(Words("Title", "标题"), lambda d: edits.set_title(d, "x"))
    assert texts(rows) == ["As it was opened", "Title"]


def test_the_history_speaks_the_language_of_now_and_marks_what_is_saved(steps, tmp_path):
    store, rows = steps
    store.saved(tmp_path / "x.loom")
    assert texts(rows)[2] == "Add Dense · saved"
    language.choose("zh")
    assert texts(rows) == ["打开时的状态", "添加ReLU", "添加全连接 · 已保存"]
    store.apply(Words("Title", "标题"), lambda d: edits.set_title(d, "x"))
    assert texts(rows)[3] == "标题"
