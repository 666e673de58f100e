"""The table of entries, the keys that call them, and what a person may change about it."""

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow

from gui.actions import Actions
from gui.bindings import Bindings, key_of, plain, works_everywhere
from gui.entries import BY_ID, ENTRIES, MENUS
from gui.i18n import language
from gui.theme import icons

NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT, PAD = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)


def test_every_entry_is_complete_and_every_id_its_own():
    assert len(BY_ID) == len(ENTRIES)
    for entry in ENTRIES:
        assert entry.text.en and entry.text.zh
        assert not entry.menu or entry.menu in MENUS
        assert not entry.icon or entry.icon in icons.names()
        for key in entry.keys:
            assert plain(key) == key, f"{key} is not how Qt writes it"


def test_no_two_entries_have_one_key_at_the_same_time():
    for a, b in combinations(ENTRIES, 2):
        assert a.when != b.when or not set(a.keys) & set(b.keys), (a.id, b.id)


@pytest.mark.parametrize(
    ("key", "keys", "text", "name"),
    [
        (Qt.Key.Key_A, SHIFT, "A", "Shift+A"),
        (Qt.Key.Key_Question, SHIFT, "?", "?"),
        (Qt.Key.Key_Plus, SHIFT, "+", "+"),
        (Qt.Key.Key_Plus, PAD, "+", "+"),
        (Qt.Key.Key_Z, CTRL | SHIFT, "", "Ctrl+Shift+Z"),
        (Qt.Key.Key_Left, CTRL, "", "Ctrl+Left"),
        (Qt.Key.Key_F5, SHIFT, "", "Shift+F5"),
    ],
)
def test_a_key_that_is_pressed_is_written_as_in_the_table(key, keys, text, name):
    assert key_of(QKeyEvent(QKeyEvent.Type.KeyPress, key, keys, text)) == name


def test_keys_that_one_types_with_act_on_the_canvas_only():
    assert [works_everywhere(k) for k in ("F5", "Ctrl+Z", "Alt+Del", "Shift+F10")] == [True] * 4
    assert [works_everywhere(k) for k in ("F", "Shift+A", "Del", "?", ".", "Left", "Shift+F")] == [False] * 7


def test_a_key_given_to_one_entry_is_taken_from_the_other_and_both_are_remembered(settings):
    keys = Bindings(settings)
    assert [e.id for e in keys.conflicts("copy", "Ctrl+D")] == ["duplicate"]
    keys.bind("copy", ("Ctrl+D",))
    assert keys.keys("copy") == ("Ctrl+D",) and keys.keys("duplicate") == ("Shift+D",)
    assert keys.holder("Ctrl+D", several=False) is BY_ID["copy"]
    assert keys.holder("Ctrl+C", several=False) is None
    again = Bindings(settings)
    assert again.keys("copy") == ("Ctrl+D",) and again.keys("duplicate") == ("Shift+D",) and again.is_own("duplicate")
    again.reset("duplicate")
    assert again.keys("copy") == () and again.keys("duplicate") == BY_ID["duplicate"].keys
    again.reset()
    assert not any(again.is_own(e.id) for e in ENTRIES)
    assert [k for k in settings.allKeys() if k.startswith("keys/")] == []


def test_what_is_no_key_in_the_settings_is_passed_over(settings):
    settings.setValue("keys/copy", "nonsense+ Ctrl+F9 ")
    assert Bindings(settings).keys("copy") == ("Ctrl+F9",)


@pytest.fixture
def made(qtbot):
    window, done = QMainWindow(), []
    qtbot.addWidget(window)
    actions = Actions(window, Bindings(), lambda entry: done.append(entry.id))
    actions.fill(window.menuBar())
    return window, actions, done


def test_each_action_does_its_own_entry(made):
    _, actions, done = made
    for entry in ENTRIES:
        actions[entry.id].trigger()
    assert done == [entry.id for entry in ENTRIES]


def test_every_entry_with_a_menu_stands_in_it_in_both_languages(made):
    window, actions, _ = made
    for entry in ENTRIES:
        if entry.menu:
            assert actions[entry.id] in actions.menu(entry.menu).actions()
    language.choose("zh")
    actions.retranslate()
    assert window.menuBar().actions()[0].text() == "文件"
    assert actions["copy"].text() == "复制" and "Ctrl+C" in actions["copy"].toolTip()


def test_another_key_is_shown_and_heard_at_once(made):
    _, actions, _ = made
    actions.bindings.bind("train", ("F9",))
    assert actions["train"].shortcuts() == [QKeySequence("F9")]
    assert "F9" in actions["train"].toolTip()
    assert actions["fit"].shortcutContext() is Qt.ShortcutContext.WidgetShortcut
    actions.bindings.bind("fit", ("Ctrl+F9", "F"))
    assert actions["fit"].shortcutContext() is Qt.ShortcutContext.WindowShortcut
    assert actions["fit"].shortcuts() == [QKeySequence("Ctrl+F9")], "F is for the canvas alone"
