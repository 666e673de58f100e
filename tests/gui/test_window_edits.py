"""Edits while a network is trained, in the whole window: what fits is kept, what does not is told, and training goes on."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.examples import examples
from core.graph import edits
from core.training import protocol
from core.words import same
from gui.project.totals import TotalsLine
from gui.training.run_bar import kept
from tests.gui.conftest import opened, reports, until

EXAMPLES = {e.id: e.path for e in examples()}


def test_a_changed_network_goes_on_with_the_weights_that_still_fit(window, qtbot):
    opened(window, qtbot)
    window.actions_["step_batch"].trigger()
    until(qtbot, lambda: window.run.state == "paused")
    dense = [n for n, node in window.store.document.nodes.items() if node.block.id == "dense"]
    first = window.store.document.nodes[dense[0]].block
    window.store.apply(same("widen"), lambda d: edits.set_block(d, dense[0], replace(first, units=first.units + 1)))
    assert "weights that still fit" in window.run_bar.numbers.text()
    window.actions_["step_batch"].trigger()
    until(qtbot, lambda: window.run.ready is not None and window.run.state == "paused")
    assert set(window.run.ready.anew) == set(dense[:2]) and window.run.ready.kept == tuple(dense[2:])
    window.store.undo()
    window.actions_["step_batch"].trigger()
    until(qtbot, lambda: window.run.ready is not None and window.run.state == "paused")
    assert window.run.ready.kept == tuple(dense) and window.run.ready.anew == ()


def test_a_layer_that_is_widened_while_training_goes_on_training_with_the_rest_kept(window, qtbot):
    opened(window, qtbot)
    window.run.train()
    until(qtbot, lambda: window.run.progress is not None and window.run.progress.step > 0)
    told = reports(window)
    dense = [n for n, node in window.store.document.nodes.items() if node.block.id == "dense"]
    window.store.select(dense[:1])
    QTest.keyClick(window.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(window.canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    until(qtbot, lambda: any(isinstance(r, protocol.Ready) for r in told))
    assert set(window.run.ready.anew) == set(dense[:2]) and window.run.ready.kept == tuple(dense[2:])
    until(qtbot, lambda: window.run.state == "training" and window.run.progress is not None)
    window.run.pause()


def test_the_time_of_an_epoch_is_told_before_the_first_step_and_gives_way_to_the_measured_one(window, qtbot):
    opened(window, qtbot)
    line = window.findChild(TotalsLine)
    until(qtbot, lambda: "an epoch" in line.text())
    assert "a few steps timed" in line.toolTip()
    window.run.step_epoch()
    until(qtbot, lambda: "measured in training" in line.toolTip())


def test_a_block_that_is_renamed_keeps_its_weights(window, qtbot):
    opened(window, qtbot)
    window.actions_["step_batch"].trigger()
    until(qtbot, lambda: window.run.state == "paused")
    dense = [n for n, node in window.store.document.nodes.items() if node.block.id == "dense"]
    window.store.apply(same("rename"), lambda d: edits.rename(d, dense[0], "once"))
    window.store.apply(same("rename"), lambda d: edits.rename(d, "once", "first"))
    window.store.apply(same("move"), lambda d: edits.move(d, {"first": (0.0, 400.0)}))
    window.actions_["step_batch"].trigger()
    until(qtbot, lambda: window.run.ready is not None and window.run.state == "paused")
    assert set(window.run.ready.kept) == {"first", *dense[1:]} and window.run.ready.anew == ()
    for _ in range(3):
        window.store.undo()
    window.actions_["step_batch"].trigger()
    until(qtbot, lambda: window.run.ready is not None and window.run.state == "paused")
    assert set(window.run.ready.kept) == set(dense) and window.run.ready.anew == ()


def test_labels_that_do_not_fit_are_mended_by_a_click_and_training_goes_on(window, qtbot):
    opened(window, qtbot, "mlp-digits")
    last = next(
        w.source for w in window.store.document.wires if window.store.document.nodes[w.target].block.id == "output"
    )
    block = window.store.document.nodes[last].block
    window.store.apply(same("narrow"), lambda d: edits.set_block(d, last, replace(block, units=7)))
    until(qtbot, lambda: window.run.problem is not None)
    window.tabs.setCurrentWidget(window.problems)
    window.problems.refresh()
    row = next(
        r for r in range(window.problems.count()) if f"→ {last}: set Units to 10" in window.problems.item(r).text()
    )
    spot = window.problems.visualItemRect(window.problems.item(row)).center()
    QTest.mouseClick(window.problems.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    until(qtbot, lambda: window.store.document.nodes[last].block.units == 10)
    assert window.run.problem is None
    until(qtbot, lambda: window.run.ready is not None)
    window.run.step_batch()
    until(qtbot, lambda: window.run.state == "paused")


def test_a_layer_that_begins_as_the_identity_leaves_the_others_as_they_are_and_that_is_told(window, qtbot):
    opened(window, qtbot, "mlp-digits")
    window.run.step_batch()
    until(qtbot, lambda: window.run.state == "paused")
    relu = next(n for n, node in window.store.document.nodes.items() if node.block.id == "relu")
    window.store.select([window.store.document.incoming(relu)[0].source])
    QTest.keyClick(window.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    (fresh,) = window.store.selection
    window.run.step_batch()
    until(qtbot, lambda: window.run.ready is not None and bool(window.run.ready.kept))
    assert window.run.ready.anew == (fresh,)
    assert f"as the identity: {fresh}" in kept(window.run.ready, window.store.flat()[0]).en
