"""One journey with the keyboard alone: from an empty window to a trained network, its weights and its file."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QMenu, QTabBar, QWidget

from core.project import load
from gui.entries import BY_ID
from tests.gui.conftest import until

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


class Keys:
    """Two hands on a keyboard, and eyes: what is pressed goes to whatever window has the keyboard, as the system sends it."""

    def __init__(self, window):
        self.window = window

    def press(self, key, with_=Qt.KeyboardModifier.NoModifier):
        if QGuiApplication.focusWindow() is None:
            self.window.activateWindow()  # as a window manager does when a dialog is gone
            QTest.qWaitForWindowActive(self.window)
        QTest.keyClick(QGuiApplication.focusWindow(), key, with_)
        QTest.qWait(1)

    def write(self, text):
        for letter in text:
            QTest.keyClick(QGuiApplication.focusWindow(), letter)

    def until(self, reached, key, most=40):
        """The same key again and again, as one who looks where it leads."""
        for _ in range(most):
            if reached():
                return
            self.press(key)
        assert reached(), f"{key.name} never leads there; the keyboard is in {self.here()!r}"

    def part(self, part):
        """F6 until the keyboard is in a part of the window."""
        self.until(lambda: self.here() is part or part.isAncestorOf(self.here()), Key.Key_F6, 12)

    def here(self) -> QWidget | None:
        return QApplication.focusWidget()

    def add(self, name):
        """From the list that Tab opens, wired behind the selected block."""
        self.press(Key.Key_Tab)
        self.write(name)
        self.press(Key.Key_Return, CTRL)

    def choose(self, text):
        """From the menu that is open."""
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        self.until(lambda: menu.activeAction().text() == text, Key.Key_Down, len(menu.actions()))
        self.press(Key.Key_Return)

    def write_into_dialog(self, path):
        """The name of a file, as soon as the dialog that the next key opens can be written into."""

        def look():
            if isinstance(QApplication.activeModalWidget(), QFileDialog) and isinstance(self.here(), QLineEdit):
                dialog = QApplication.activeModalWidget()
                self.write(str(path))
                self.until(
                    dialog.isHidden, Key.Key_Return, 4
                )  # the first one may go to the list of names that completes
            else:
                QTimer.singleShot(20, look)

        QTimer.singleShot(20, look)


@pytest.fixture
def keys(window):
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    window.activateWindow()
    yield Keys(window)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, on=False)


def test_a_network_is_built_trained_exported_and_saved_with_the_keyboard_alone(window, keys, qtbot, tmp_path):
    store, run = window.store, window.run
    keys.press(Key.Key_N, CTRL)
    for name in ("input", "dense", "tanh", "add", "dense", "output"):
        keys.add(name)
    while store.selection != {"dense1"}:
        keys.press(Key.Key_Left, CTRL)
    keys.press(Key.Key_W)
    keys.choose("to add1 · b")
    into = {(w.source, w.input) for w in store.document.incoming("add1")}
    assert into == {("tanh1", "a"), ("dense1", "b")}

    keys.part(window.tabs)
    keys.until(lambda: keys.here().accessibleName() == "Units", Key.Key_Tab)
    keys.press(Key.Key_A, CTRL)
    keys.write("12")
    keys.press(Key.Key_Return)
    assert store.document.nodes["dense1"].block.units == 12

    keys.until(lambda: isinstance(keys.here(), QTabBar), Key.Key_Backtab)
    keys.until(lambda: window.tabs.currentWidget() is window.project_panel, Key.Key_Right, 3)
    keys.until(lambda: isinstance(keys.here(), QComboBox), Key.Key_Tab)
    keys.until(lambda: keys.here().currentText() == "Circle", Key.Key_Down)
    assert store.document.data.source.id == "circle"
    keys.until(lambda: keys.here().accessibleName() == "Epochs", Key.Key_Tab)
    keys.press(Key.Key_A, CTRL)
    keys.write("5000")  # so that there is something left to stop
    keys.press(Key.Key_Return)

    keys.press(Key.Key_F5)
    until(qtbot, lambda: run.state == "training" and run.progress is not None and run.progress.step > 10)
    keys.press(Key.Key_F5, SHIFT)
    until(qtbot, lambda: run.state not in {"training", "paused"})

    weights, project = tmp_path / "mine.npz", tmp_path / "mine.loom"
    keys.write_into_dialog(weights)
    keys.press(Key.Key_E, CTRL)
    until(qtbot, weights.exists)
    with np.load(weights) as taken:
        assert {(2, 12), (12,)} <= {each.shape for each in taken.values()}
    keys.write_into_dialog(project)
    keys.press(Key.Key_S, CTRL)
    assert load(project) == store.document and not store.modified


def test_tab_goes_through_the_settings_of_a_block_from_the_top_down(window, keys):
    """Whatever was shown before: fields are made anew for each kind of block, and Qt would go to the newest last."""
    keys.press(Key.Key_N, CTRL)
    for name in ("input", "dense", "prelu"):
        keys.add(name)
    for name in ("prelu1", "dense1"):
        window.store.select([name])
        keys.part(window.tabs)
        keys.until(lambda: isinstance(keys.here(), QTabBar), Key.Key_Backtab)
        met = []
        while window.tabs.isAncestorOf(keys.here()) and keys.here() not in met:
            met.append(keys.here())
            keys.press(Key.Key_Tab)
        rows = [each.mapTo(window.tabs, each.rect().center()).y() for each in met]
        assert len(met) > 4 and rows == sorted(rows)


def test_every_part_of_the_window_is_reached_by_f6_and_the_sheet_of_shortcuts_says_so(window, keys):
    keys.press(Key.Key_N, CTRL)
    keys.press(Key.Key_O, CTRL | Qt.KeyboardModifier.AltModifier)
    for dock in window.panels:
        window.panels.bring(dock)
        keys.part(dock.widget())
    assert BY_ID["next_part"].keys == ("F6",) and BY_ID["next_part"].menu
