"""Docks and the tabs of the views: clicks that close, take out, bring another view, and leave no name cut off."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from core.examples import examples
from core.words import Words
from gui.dock import Dock
from gui.i18n import language
from gui.views.tabs import ViewTabs
from tests.gui.conftest import opened

EXAMPLES = {e.id: e.path for e in examples()}
TITLES = {key: Words(f"View {key}", f"视图{key}") for key in "abcdef"}


@pytest.fixture
def tabs(qtbot):
    made = ViewTabs(TITLES, dict.fromkeys(TITLES, "eye"), "c")
    qtbot.addWidget(made)
    made.resize(900, 36)
    made.show()
    return made


def click(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def shown(window):
    return [key for key, dock in window.watching.docks.items() if dock.isVisible()]


def in_menu(tabs):
    tabs.menu.aboutToShow.emit()
    return [action.text() for action in tabs.menu.actions() if not action.isSeparator()]


def test_every_tab_that_is_seen_can_be_read_and_the_others_are_in_the_menu(tabs, qapp):
    assert tabs.shown() == list(TITLES) and in_menu(tabs) == []
    tabs.resize(320, 36)
    qapp.processEvents()
    assert "c" in tabs.shown() and 1 < len(tabs.shown()) < len(TITLES)
    for key in tabs.shown():
        assert tabs.tabs[key].width() >= tabs.tabs[key].sizeHint().width()
    assert sorted(in_menu(tabs)) == sorted(TITLES[key].en for key in TITLES if key not in tabs.shown())
    tabs.resize(tabs.minimumSizeHint())
    assert tabs.shown() == ["c"]


def test_what_suits_comes_first_and_the_rest_waits_in_the_menu(tabs):
    tabs.suit(["b", "e"])
    assert tabs.shown() == ["b", "e", "c"]
    assert in_menu(tabs) == ["View a", "View d", "View f"]
    tabs.suit([])
    assert tabs.shown() == list(TITLES)


def test_a_click_or_a_line_of_the_menu_chooses(tabs, qtbot):
    with qtbot.waitSignal(tabs.chosen) as told:
        click(tabs.tabs["a"])
    assert told.args == ["a"]
    assert [key for key, tab in tabs.tabs.items() if tab.isChecked()] == ["c"]  # each dock goes on naming its own view
    tabs.resize(tabs.minimumSizeHint())
    in_menu(tabs)
    with qtbot.waitSignal(tabs.chosen) as told:
        next(action for action in tabs.menu.actions() if action.text() == "View f").trigger()
    assert told.args == ["f"]


def test_buttons_take_a_dock_out_and_close_it_and_its_name_is_bilingual(window):
    dock = Dock("own", Words("Own", "自己"), QLabel("inside"))
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    bar = dock.titleBarWidget()
    assert bar.findChild(QLabel).text() == dock.windowTitle() == "Own"
    language.choose("zh")
    assert bar.findChild(QLabel).text() == dock.windowTitle() == "自己"
    click(bar.out)
    assert dock.isFloating()
    click(bar.out)
    assert not dock.isFloating()
    click(bar.cross)
    assert dock.isHidden()


def test_the_views_of_a_network_are_those_that_have_something_to_show(window):
    window.open_path(EXAMPLES["lenet5"], example=True)
    assert shown(window) == ["Curves", "Filters"]
    assert "Surface" not in window.watching.tabs["Filters"].shown()
    window.open_path(EXAMPLES["playground"], example=True)
    assert shown(window) == ["Curves", "Surface"]


def test_a_click_on_a_tab_puts_another_view_in_the_same_place(window, qapp):
    window.open_path(EXAMPLES["lenet5"], example=True)
    qapp.processEvents()
    before = window.watching.docks["Filters"].geometry()
    click(window.watching.tabs["Filters"].tabs["FeatureMaps"])
    qapp.processEvents()
    assert shown(window) == ["Curves", "FeatureMaps"]
    assert window.watching.docks["FeatureMaps"].geometry().top() == before.top()
    click(window.watching.docks["FeatureMaps"].titleBarWidget().out)
    window.watching.tabs["FeatureMaps"].chosen.emit("Predictions")
    assert window.watching.docks["Predictions"].isFloating() and shown(window) == ["Curves", "Predictions"]


def test_what_was_open_is_open_again_after_the_first_page(window):
    window.open_path(EXAMPLES["lenet5"], example=True)
    window.watching.docks["Curves"].close()
    for _ in range(2):
        window.actions_["examples"].trigger()
        assert shown(window) == []
    window.actions_["new"].trigger()
    assert shown(window) == ["Filters"]


def test_it_fits_a_small_screen(window, qapp):
    window.open_path(EXAMPLES["lenet5"], example=True)
    window.resize(1100, 700)
    qapp.processEvents()
    assert window.width() <= 1110 and window.height() <= 700
    assert window.canvas.height() >= 200


def test_the_canvas_is_shown_alone_and_the_panels_come_back_as_they_were(window, qtbot):
    opened(window, qtbot)
    window.panels.history.show()
    before = {dock.objectName() for dock in window.panels if not dock.isHidden()}
    width = window.canvas.width()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert all(dock.isHidden() for dock in window.panels) and "inspector" in before
    qtbot.waitUntil(lambda: window.canvas.width() > width)
    QTest.keyClick(window.canvas, Qt.Key.Key_Backslash, Qt.KeyboardModifier.ControlModifier)
    assert {dock.objectName() for dock in window.panels if not dock.isHidden()} == before
    window.panels.toggle()
    window.panels.put_away()
    window.panels.bring_out()
    assert {dock.objectName() for dock in window.panels if not dock.isHidden()} == before, "the next session has them"
