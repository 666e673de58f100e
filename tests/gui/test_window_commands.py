"""The commands of the whole window: the palette, F6, keys that travel from the canvas, probing, preferences."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.examples import examples
from core.project import load
from gui.i18n import language
from gui.window import Window

EXAMPLES = {e.id: e.path for e in examples()}


@pytest.fixture
def window(qapp, qtbot, settings):
    made = Window(settings)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.store.history.setClean()
    made.close()
    qapp.processEvents()


def take(window, name="playground"):
    window.open_path(EXAMPLES[name], example=True)


def test_on_the_first_page_the_commands_of_the_canvas_are_grey(window):
    window.actions_["examples"].trigger()
    assert not window.actions_["paste"].isEnabled() and window.actions_["open"].isEnabled()
    take(window)
    assert window.actions_["paste"].isEnabled()


def press(widget, key, keys=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, keys)


def test_the_command_palette_does_what_menus_do_adds_blocks_and_opens_templates(window, qtbot):
    take(window)
    window.canvas.setFocus()
    press(window.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.command_palette
    assert palette.isVisible()
    ids = [offer.id for offer in palette.found]
    assert {"save", "add:dense", "template:lenet5", "arrange"} <= set(ids) and "palette" not in ids
    assert not any(i.startswith("nudge") for i in ids)
    palette.search.insert("add lstm")
    press(palette.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(n.block.id == "lstm" for n in window.store.document.nodes.values()))
    window.store.undo()
    assert not window.store.modified
    window.command_palette.open()
    palette.search.insert("双螺旋")
    press(palette.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.store.document.title == load(EXAMPLES["spiral"]).title)
    assert window.store.path is None


def test_f6_goes_from_part_to_part_and_shift_f6_back(window, qtbot):
    take(window)
    window.canvas.setFocus()
    parts = [window.run_bar, window.canvas, window.palette_panel, window.tabs]
    at = []
    for _ in range(12):
        window.actions_["next_part"].trigger()
        focus = window.focusWidget()
        at.append(next((p for p in parts if p is focus or p.isAncestorOf(focus)), None))
    assert {window.run_bar, window.canvas, window.palette_panel, window.tabs} <= set(at)
    window.canvas.setFocus()
    window.actions_["next_part"].trigger()
    window.actions_["previous_part"].trigger()
    assert window.canvas.hasFocus()


def test_keys_of_the_canvas_reach_the_window_and_typing_elsewhere_does_not(window, qtbot):
    take(window)
    window.canvas.setFocus()
    press(window.canvas, Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    assert type(window._dialog).__name__ == "ShortcutSheet" and window._dialog.isVisible()
    window._dialog.close()
    count = len(window.store.document.nodes)
    window.store.select(window.store.document.nodes)
    window.palette_panel.list.setFocus()
    press(window.palette_panel.list, Qt.Key.Key_Delete)
    assert len(window.store.document.nodes) == count


def test_ctrl_shift_click_keeps_a_block_in_view_and_the_wheel_does_what_is_preferred(window, qtbot):
    take(window, "lenet5")
    view, canvas = window.canvas.viewport(), window.canvas
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    spot = canvas.view_point((canvas.items_.nodes["conv2"].at[0] + 90, canvas.items_.nodes["conv2"].at[1] + 14))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, keys, spot)
    chooser = window.watching.docks["FeatureMaps"].widget().block
    qtbot.waitUntil(lambda: chooser.currentText() == "conv2")
    window.store.select(["conv1"])
    qtbot.wait(80)
    assert chooser.currentText() == "conv2" and "conv2" in window.message.text()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, keys, spot)
    assert chooser.pinned == ""
    window.preferred.change("wheel", "scrolls")
    window.preferred.change("motion", False)
    assert not canvas.wheel_zooms and not canvas.travelling.on and not canvas.gliding.on and not window.isAnimated()


def test_undo_says_what_it_would_undo_and_is_grey_without_anything(window):
    take(window)
    undo, redo = window.actions_["undo"], window.actions_["redo"]
    assert not undo.isEnabled() and undo.text() == "Undo"
    window.canvas.add("relu")
    assert undo.isEnabled() and undo.text() == "Undo: Add ReLU"
    language.choose("zh")
    assert undo.text() == "撤销: 添加ReLU"
    undo.trigger()
    assert redo.isEnabled() and "添加ReLU" in redo.text() and not undo.isEnabled()


def test_the_map_is_there_again_the_next_time(window, qtbot, settings):
    take(window)
    press(window.canvas, Qt.Key.Key_N)
    window.store.history.setClean()
    window.close()
    again = Window(settings)
    qtbot.addWidget(again)
    assert again.canvas.minimap.isVisibleTo(again.canvas)
    again.close()


def test_keys_open_save_and_save_under_another_name(window, qtbot, tmp_path, monkeypatch):
    first, second = tmp_path / "one.loom", tmp_path / "two.loom"
    targets = iter([str(first), str(second)])
    monkeypatch.setattr("gui.files.QFileDialog.getSaveFileName", lambda *_: (next(targets), ""))
    monkeypatch.setattr("gui.files.QFileDialog.getOpenFileName", lambda *_: (str(first), ""))
    ctrl = Qt.KeyboardModifier.ControlModifier
    press(window, Qt.Key.Key_N, ctrl)
    assert window.pages.currentIndex() == 1 and not window.store.document.nodes
    window.canvas.add("relu")
    press(window.canvas, Qt.Key.Key_S, ctrl)
    assert load(first) == window.store.root and not window.store.modified
    window.canvas.add("tanh")
    press(window.canvas, Qt.Key.Key_S, ctrl | Qt.KeyboardModifier.ShiftModifier)
    assert load(second) == window.store.root and len(load(first).nodes) == 1 and window.store.path == second
    press(window.canvas, Qt.Key.Key_O, ctrl)
    assert window.store.path == first and len(window.store.document.nodes) == 1 and window.store.history.count() == 0


def test_f1_explains_the_selected_block_and_without_one_the_keys(window, qtbot):
    take(window)
    window.store.select(["hidden1"])
    window.canvas.setFocus()
    press(window.canvas, Qt.Key.Key_F1)
    assert window.inspecting.panel.isVisible() and window._dialog is None
    window.store.select(())
    press(window.canvas, Qt.Key.Key_F1)
    assert type(window._dialog).__name__ == "ShortcutSheet"
    window._dialog.close()
