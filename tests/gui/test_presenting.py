"""Presenter mode: large type and thick wires, panels of its own, the hand and the keys shown, and all of it undone by Esc."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from core.examples import examples
from gui.presenting import SETTLED
from gui.theme import fonts
from gui.theme.apply import theme
from gui.window import Window

EXAMPLES = {e.id: e.path for e in examples()}
Key, Held = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def window(qapp, qtbot, settings):
    made = Window(settings)
    made.resize(1400, 900)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.open_path(EXAMPLES["playground"], example=True)
    yield made
    made.store.history.setClean()
    made.close()
    qapp.processEvents()


def press(window, key, held=Held.NoModifier):
    QTest.keyClick(window.canvas, key, held)


def shown(window):
    return {dock.objectName() for dock in window.panels if not dock.isHidden()}


def wire_width(window):
    return next(iter(window.canvas.items_.style.wires.values())).widthF()


def type_sizes(window):
    return [label.fontInfo().pixelSize() for label in window.findChildren(QLabel)]


def test_f11_fills_the_screen_with_large_type_and_esc_brings_everything_back(window, qapp):
    before = shown(window), type_sizes(window), wire_width(window), window.windowState(), qapp.font()
    press(window, Key.Key_F11)
    assert window.presenting.is_on and window.isFullScreen()
    assert not window.menuBar().isVisible() and not window.statusBar().isVisible()
    assert shown(window) == {"view-Curves", "view-Surface"}
    assert all(large > usual for large, usual in zip(type_sizes(window), before[1], strict=True))
    assert wire_width(window) > 1.5 * before[2]
    press(window, Key.Key_Escape)
    assert not window.presenting.is_on and fonts.enlarged() == 1.0
    assert window.menuBar().isVisible() and window.statusBar().isVisible()
    assert (shown(window), type_sizes(window), wire_width(window), window.windowState(), qapp.font()) == before


def test_esc_ends_a_selection_first(window):
    window.store.select(["hidden1"])
    press(window, Key.Key_F11)
    press(window, Key.Key_Escape)
    assert window.presenting.is_on and not window.store.selection
    press(window, Key.Key_Escape)
    assert not window.presenting.is_on


def test_the_choice_of_panels_is_remembered_and_is_found_in_the_command_palette(window, qtbot):
    press(window, Key.Key_F11)
    press(window, Key.Key_K, Held.ControlModifier)
    window.command_palette.search.insert("Show inspector")
    QTest.keyClick(window.command_palette.search, Key.Key_Return)
    qtbot.waitUntil(lambda: "inspector" in shown(window))
    QTest.mouseClick(window.watching.docks["Curves"].titleBarWidget().cross, Qt.MouseButton.LeftButton)
    chosen = shown(window)
    press(window, Key.Key_F11)
    assert shown(window) == {"palette", "inspector", "view-Curves", "view-Surface"}
    press(window, Key.Key_F11)
    assert shown(window) == chosen == {"inspector", "view-Surface"}


def test_a_ring_follows_the_pointer_and_fills_while_a_button_is_down(window, qtbot):
    press(window, Key.Key_F11)
    ring, handle = window.presenting.spotlight.ring, window.windowHandle()
    for at in (QPoint(300, 120), QPoint(420, 200)):
        QTest.mouseMove(handle, at)
        qtbot.waitUntil(lambda at=at: ring.isVisible() and ring.geometry().center() == at)
    assert not ring.pressed
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, Held.NoModifier, QPoint(420, 200))
    qtbot.waitUntil(lambda: ring.pressed)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, Held.NoModifier, QPoint(420, 200))
    qtbot.waitUntil(lambda: not ring.pressed)
    window.store.select(())  # whatever lay under the click: Esc lets go of that first
    press(window, Key.Key_Escape)
    press(window, Key.Key_F11)
    press(window, Key.Key_F11)
    assert not ring.isVisible() and not window.presenting.spotlight.pill.isVisible()


def test_keys_are_shown_and_counted_and_what_is_typed_into_a_field_is_not(window):
    press(window, Key.Key_F11)
    pill = window.presenting.spotlight.pill
    press(window, Key.Key_D, Held.ControlModifier)
    assert pill.isVisible() and pill.text == "Ctrl+D"
    press(window, Key.Key_D, Held.ControlModifier)
    assert pill.text == "Ctrl+D  ×2"
    press(window, Key.Key_F, Held.ControlModifier)
    assert pill.text == "Ctrl+F"
    QTest.keyClicks(window.canvas.find_bar.search, "tanh")
    assert pill.text == "Ctrl+F"
    QTest.keyClick(window.canvas.find_bar.search, Key.Key_Return)
    assert pill.text == "Return"


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_it_works_in_every_theme(window, name):
    press(window, Key.Key_F11)
    theme.choose(name)
    assert wire_width(window) > 3.0 and fonts.enlarged() > 1.0
    press(window, Key.Key_Escape)
    assert wire_width(window) == 2.0


def test_on_the_first_page_there_is_nothing_to_present_and_going_there_ends_it(window):
    press(window, Key.Key_F11)
    window.actions_["examples"].trigger()
    assert not window.presenting.is_on and not window.actions_["present"].isEnabled()
    assert shown(window) == set()
    window.actions_["new"].trigger()
    assert shown(window) == {"palette", "inspector", "view-Curves", "view-Surface"}


def test_on_a_small_screen_the_whole_network_is_seen_above_the_views(window, qtbot):
    """The screen of tests has 800 × 800 pixels."""
    window.open_path(EXAMPLES["lenet5"], example=True)
    press(window, Key.Key_F11)
    QTest.qWait(3 * SETTLED)
    canvas = window.canvas
    assert canvas.visible().contains(canvas.items_.bounds())
    views = [dock for dock in window.watching.docks.values() if dock.isVisible()]
    room = window.height() - window.run_bar.height()
    assert views and all(dock.height() < 0.42 * room for dock in views) and canvas.height() > 0.55 * room
    press(window, Key.Key_Escape)
    QTest.qWait(2 * SETTLED)
    assert canvas.visible().contains(canvas.items_.bounds())


def test_on_a_very_small_one_a_view_that_would_take_too_much_gives_way_and_comes_back(window, qtbot, monkeypatch):
    window.open_path(EXAMPLES["lenet5"], example=True)
    screen = window.screen()
    monkeypatch.setattr(type(window), "screen", lambda self: Small(screen))
    before = shown(window)
    press(window, Key.Key_F11)
    qtbot.waitUntil(lambda: "view-Filters" not in shown(window), timeout=5000)
    assert "view-Curves" in shown(window)
    curves = window.watching.docks["Curves"]
    qtbot.waitUntil(lambda: curves.height() <= round(0.36 * 512) + 1)
    assert window.watching.curves.bar_holder.height() == 0, "no row of switches on so small a view"
    press(window, Key.Key_Escape)
    assert shown(window) == before


class Small:
    """The screen of the tests, but smaller."""

    def __init__(self, screen):
        self._screen = screen

    def size(self):
        return QSize(911, 512)


def test_what_is_told_stays_inside_a_window_that_becomes_narrow(window, qtbot):
    press(window, Key.Key_F11)
    pill = window.presenting.spotlight.pill
    for width in (1000, 460):
        window.resize(width, 500)
        qtbot.waitUntil(lambda width=width: window.width() == max(width, window.minimumSizeHint().width()))
        pill.show_text("Esc ends · Ctrl+K finds every command and panel")
        assert window.rect().contains(pill.geometry())
    window.resize(1000, 500)
    assert abs(pill.geometry().center().x() - window.rect().center().x()) <= 1
