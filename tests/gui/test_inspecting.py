"""Settings changed by hand in the inspector, with the store behind it: each gesture is one step, and Escape is none."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from core.graph import line
from core.graph.document import Document
from gui.document.store import Store
from gui.inspecting import Inspecting
from gui.training.run import Run

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def inspector(qtbot):
    """A dense layer of 16 units, selected."""
    store = Store(line.add(Document(), line.read("8 > 16 tanh > 4"))[0])
    run = Run(store)
    made = Inspecting(store, run)
    qtbot.addWidget(made.panel)
    made.panel.resize(320, 640)
    made.panel.show()
    made.panel.activateWindow()
    qtbot.waitUntil(made.panel.isActiveWindow)
    store.select(["dense1"])
    yield made
    run.close()
    delete(store)  # and with it what would still hear of another language when its panel is gone


def units(inspector):
    return inspector.store.document.nodes["dense1"].block.units


def row(inspector):
    return inspector.panel.form.row("units")


def scrub(label, pixels):
    at = QPoint(10, label.height() // 2)
    QTest.mousePress(label, LEFT, NONE, at)
    for step in range(1, 6):
        QTest.mouseMove(label, at + QPoint(pixels * step // 5, 0))


def test_a_label_is_dragged_and_the_whole_drag_is_one_step(inspector):
    start, history = inspector.store.document, inspector.store.history
    scrub(row(inspector).label, 40)
    wide = units(inspector)
    assert wide > 16 and inspector.store.inference.outs["dense1"] == ((wide,),), "shapes follow the hand"
    assert inspector.store.previewing and history.count() == 0
    QTest.mouseRelease(row(inspector).label, LEFT, NONE, QPoint(50, 5))
    assert units(inspector) == wide and history.count() == 1
    inspector.store.undo()
    assert inspector.store.document is start and row(inspector).field.value() == 16


def test_escape_in_the_middle_of_a_drag_leaves_no_step(inspector):
    start = inspector.store.document
    scrub(row(inspector).label, 40)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    QTest.mouseRelease(row(inspector).label, LEFT, NONE, QPoint(50, 5))
    assert inspector.store.document is start and inspector.store.history.count() == 0
    assert row(inspector).field.value() == 16


def test_an_expression_and_a_double_click_that_brings_back_the_default_are_one_step_each(inspector):
    field = row(inspector).field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "28*28")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert units(inspector) == 784 and inspector.store.history.count() == 1
    QTest.mouseDClick(row(inspector).label, LEFT)
    default = next(r.default for r in inspector.store.document.nodes["dense1"].block.rows() if r.name == "units")
    assert units(inspector) == default != 784 and inspector.store.history.count() == 2
