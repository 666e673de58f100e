"""The whole window: open an example, train, watch, change, kill the engine, resume, export, speak Chinese."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from safetensors.numpy import load_file

from core.examples import examples
from core.graph import edits
from core.project import load
from core.training import protocol
from core.words import Words
from gui.i18n import language
from gui.theme.apply import theme
from gui.window import Window
from tests.gui.conftest import opened, reports, until

EXAMPLES = {e.id: e.path for e in examples()}


@pytest.fixture(scope="module")
def started(qapp, tmp_path_factory):
    settings = QSettings(str(tmp_path_factory.mktemp("window") / "window.ini"), QSettings.Format.IniFormat)
    language.start(settings)
    theme.start(qapp, settings)
    return settings


@pytest.fixture
def window(qapp, qtbot, started, tmp_path):
    language.choose("en")
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = Window(settings)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.store.history.setClean()
    made.close()
    language.choose("en")
    qapp.processEvents()


def click(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_a_click_on_a_card_opens_it_and_a_click_on_train_trains(window, qtbot):
    told = reports(window)
    card = next(c for c in window.welcome.cards if c.example.id == "mlp-digits")
    click(card)
    assert set(window.store.document.nodes) == set(load(EXAMPLES["mlp-digits"]).nodes)
    assert not window.store.modified
    click(window.run_bar.train)
    until(qtbot, lambda: window.run.state == "finished")
    ended = [r.event for r in told if isinstance(r, protocol.Ended) and hasattr(r.event, "measures")]
    assert [e.epoch for e in ended] == list(range(1, 21))
    assert ended[-1].measures["val_accuracy"] > 0.9
    assert "Finished" in window.run_bar.state.text()


def test_train_becomes_pause_and_pausing_keeps_the_run(window, qtbot):
    opened(window, qtbot, "autoencoder")
    click(window.run_bar.train)
    until(
        qtbot,
        lambda: window.run.state == "training" and window.run.progress is not None and window.run.progress.step > 2,
    )
    assert window.run_bar.train.text() == "Pause"
    QTest.keyClick(window.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: window.run.state == "paused")
    step = window.run.progress.step
    QTest.keyClick(window.canvas, Qt.Key.Key_F10)
    until(qtbot, lambda: window.run.progress.step == step + 1)
    QTest.keyClick(window.canvas, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    until(qtbot, lambda: window.run.state == "finished")
    assert window.run.progress.step == step + 1
    window.actions_["reset"].trigger()
    until(qtbot, lambda: window.run.state == "ready")


def test_the_curve_and_the_filters_move_while_training(window, qtbot):
    opened(window, qtbot, "lenet5")
    frames = []
    window.run.framed.connect(frames.append)
    click(window.run_bar.train)
    until(qtbot, lambda: sum(f.request.insight == "filters" for f in frames) > 3, 120)
    pictures = [f.arrays["pictures"] for f in frames if f.request.insight == "filters" and f.request.block == "conv1"]
    assert not np.array_equal(pictures[0], pictures[-1])
    assert window.canvas.items_.nodes["conv1"].picture is not None


def test_after_kill_nine_the_window_says_so_and_resumes(window, qtbot):
    opened(window, qtbot, "spiral")
    before = window.store.document
    window.run.step_epoch()
    until(qtbot, lambda: window.run.state == "paused")
    click(window.run_bar.train)
    until(qtbot, lambda: window.run.state == "training")
    os.kill(window.run.engine.pid, signal.SIGKILL)
    until(qtbot, lambda: window.run.is_dead)
    assert "Resume" in window.run.problem.en
    assert window.store.document is before
    assert window.actions_["resume"].isEnabled()
    more = replace(before.training, epochs=before.training.epochs + 3)
    window.store.apply(Words("x", "x"), lambda d: edits.set_training(d, more))  # the snapshot knows nothing of it
    window.actions_["resume"].trigger()
    until(qtbot, lambda: window.run.state == "paused" and window.run.ready is not None)
    click(window.run_bar.train)
    until(qtbot, lambda: window.run.state == "finished")
    assert window.run.progress.epochs == more.epochs


def test_weights_leave_and_are_those_of_the_run(window, qtbot, tmp_path):
    opened(window, qtbot)
    window.run.step_epoch()
    until(qtbot, lambda: window.run.state == "paused")
    told = reports(window)
    path = tmp_path / "out.safetensors"
    window.run.export(str(path))
    until(qtbot, lambda: any(isinstance(r, protocol.Exported) for r in told))
    assert load_file(path)["hidden1.W"].shape == (2, 4)
    assert {p.name for p in tmp_path.iterdir()} >= {"out.safetensors", "out.README.md", "load_out.py"}


def test_a_fault_is_listed_and_training_is_not_offered(window, qtbot):
    opened(window, qtbot)
    window.store.apply(Words("x", "x"), lambda d: edits.remove(d, ["tanh1"]))
    assert not window.run_bar.train.isEnabled()
    texts = [window.problems.item(i).text() for i in range(window.problems.count())]
    assert any("hidden2" in t and "wired" in t for t in texts)
    assert window.run_bar.numbers.toolTip().startswith(texts[0])  # the run bar says what to do first
    language.choose("zh")
    assert "hidden2" in window.run_bar.numbers.toolTip() and "wired" not in window.run_bar.numbers.toolTip()
    window.store.history.setClean()
    window.files.new()
    assert "画布" in window.run_bar.numbers.toolTip()
    language.choose("en")
    window.store.open(load(EXAMPLES["playground"]), None)
    window.store.apply(Words("x", "x"), lambda d: edits.remove(d, ["tanh1"]))
    window.store.undo()
    assert window.run_bar.train.isEnabled()


def test_the_learning_rate_follows_live_and_is_flagged(window, qtbot):
    opened(window, qtbot)
    window.run.step_epoch()
    until(qtbot, lambda: window.run.state == "paused")
    flags = []
    window.run.flagged.connect(lambda step, words: flags.append((step, words.en)))
    window.project_panel._optimizer_setting("learning_rate", 0.25)
    assert flags == [(window.run.progress.step, "learning rate 0.25")]
    assert not window.run.is_outdated


def test_every_text_of_the_window_changes_with_the_language(window, qtbot):
    opened(window, qtbot)
    english = {a.text() for a in window.actions_.by_id.values()}
    window.actions_["language"].trigger()
    assert language.now == "zh"
    chinese = {a.text() for a in window.actions_.by_id.values()}
    assert not english & chinese - {"English", "中文"}
    assert window.run_bar.train.text() == "训练"
    shown = [w.text() for w in window.findChildren(QPushButton) if w.isVisible()]
    assert all(any("一" <= c <= "鿿" for c in t) for t in shown if t.strip()), shown
    assert "神经织机" in window.windowTitle()


def test_the_theme_menu_ticks_what_is_worn_and_wears_what_is_ticked(window):
    choices = ["system", "light", "dark", "contrast"]
    for choice in choices:
        window.actions_[f"theme_{choice}"].trigger()
        assert theme.choice == choice
        assert [c for c in choices if window.actions_[f"theme_{c}"].isChecked()] == [choice]
    assert theme.tokens.name == "contrast"
    window.actions_["dark"].trigger()  # out of a dark theme it leads to the light one
    assert theme.tokens.name == "light"
    assert window.actions_["theme_light"].isChecked()


def test_saving_and_opening_again_gives_the_same_document(window, qtbot, tmp_path):
    opened(window, qtbot)
    path = tmp_path / "mine.loom"
    window.store.apply(Words("x", "x"), lambda d: edits.set_title(d, "Mine"))
    assert window.isWindowModified() or window.store.modified
    assert window.files.write(path)
    assert not window.store.modified
    assert json.loads(path.read_text())["title"] == "Mine"
    window.open_path(path)
    assert window.store.document.title == "Mine"
    assert window.files.recent()[0] == str(path.resolve())


def test_a_file_that_is_no_project_leaves_what_is_open(window, qtbot, tmp_path):
    opened(window, qtbot)
    before = window.store.document
    bad = tmp_path / "bad.loom"
    bad.write_text("{")
    window.open_path(bad)
    assert window.store.document is before
    assert "bad.loom" in window.message.text()


def test_a_block_dragged_by_the_mouse_moves_and_is_one_undo_step(window, qtbot):
    opened(window, qtbot)
    canvas, name = window.canvas, "hidden1"
    count = window.store.history.count()
    start = window.store.document.nodes[name].position
    at = canvas.mapFromScene(canvas.items_.nodes[name].pos()) + QPoint(30, 12)
    view = canvas.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    for step in (10, 30, 60):
        QTest.mouseMove(view, at + QPoint(step, step))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(60, 60))
    assert window.store.document.nodes[name].position != start
    assert window.store.history.count() == count + 1
    window.store.undo()
    assert window.store.document.nodes[name].position == start


def test_a_dropped_data_file_becomes_the_data_and_can_be_taken_back(window, qtbot, tmp_path):
    opened(window, qtbot)
    before = window.store.document.data
    path = tmp_path / "points.csv"
    path.write_text("a,b,kind\n1,2,x\n3,4,y\n5,6,x\n", encoding="utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, *none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, *none))
    assert window.store.document.data.source.id == "table"
    assert window.store.document.data.source.path == str(path)
    window.store.undo()
    assert window.store.document.data == before


def test_a_dropped_picture_of_a_network_opens_it(window, qtbot, tmp_path):
    opened(window, qtbot, "lenet5")
    path, was = tmp_path / "net.PNG", window.store.root
    window.pictures.write(path)
    window.pictures.finish()
    window.files.new()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    window.dragEnterEvent(QDragEnterEvent(QPoint(50, 50), action, data, left, none))
    window.dropEvent(QDropEvent(QPointF(50, 50), action, data, left, none))
    assert window.store.root == was and window.store.path is None


def test_no_label_shows_rich_text_from_a_file(window, qtbot, tmp_path):
    path = tmp_path / "x.loom"
    text = EXAMPLES["playground"].read_text(encoding="utf-8").replace("Playground: circle", "<b>bold</b>")
    path.write_text(text, encoding="utf-8")
    window.open_path(path)
    labels = [w for w in window.findChildren(QLabel) if "<b>" in w.text()]
    assert all(w.textFormat() == Qt.TextFormat.PlainText for w in labels)


def test_a_block_is_frozen_by_its_switch_and_thawed_by_undo(window, qtbot):
    window.open_path(EXAMPLES["lenet5"], example=True)
    window.store.select({"conv1"})
    window.tabs.setCurrentWidget(window.inspecting.panel)
    form = window.inspecting.panel.learning
    assert form.isVisible()
    switch = form.row("frozen").field
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(10, switch.height() // 2))
    assert window.store.document.nodes["conv1"].learning.frozen
    window.store.select({"conv2"})
    assert not form.row("frozen").field.value()
    window.store.select({"conv1"})
    assert form.row("frozen").field.value()
    window.store.undo()
    assert not window.store.document.nodes["conv1"].learning.frozen
    window.store.select({"pool1"})
    assert not form.isVisible(), "there is nothing to learn"


def test_a_schedule_is_chosen_set_and_taken_back(window, qtbot):
    window.open_path(EXAMPLES["lenet5"], example=True)
    panel = window.project_panel
    before = window.store.document.schedule
    panel.schedule.setCurrentIndex(panel.schedule.findData("step"))
    panel.schedule.activated.emit(panel.schedule.currentIndex())
    assert window.store.document.schedule.id == "step"
    panel.schedule_form.row("every").field.committed.emit(4.0)
    assert window.store.document.schedule.every == 4
    window.store.undo()
    window.store.undo()
    assert window.store.document.schedule == before
    assert panel.schedule.currentData() == before.id


def test_the_pictures_of_the_readme_are_there():
    folder = Path(__file__).parents[2] / "resources" / "pictures"
    assert (folder / "window.png").stat().st_size > 10_000
