"""Type a net: real keys in the bar become blocks in one step, faults are told as one types, and a chain is copied as text."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from core.graph import line
from gui.i18n import language
from tests.gui.canvas.conftest import CTRL, SHIFT

LENET = "28x28x1 conv 6 5x5 same relu > pool 2 > conv 16 5x5 relu > pool 2 > flatten > 120 relu > 84 relu > 10 softmax"


@pytest.fixture
def bar(empty_desk):
    empty_desk.key(Qt.Key.Key_N, CTRL | SHIFT)
    bar = empty_desk.canvas.line_bar
    assert bar.isVisible() and bar.window().focusWidget() is bar.field
    return bar


def test_a_line_becomes_a_network_in_one_step(empty_desk, bar):
    QTest.keyClicks(bar.field, LENET)
    assert "28×28×1 > 28×28×6 > 14×14×6" in bar.answer.text()
    assert empty_desk.steps == 0, "nothing is added before Enter"
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert not empty_desk.store.inference.faults and len(empty_desk.store.document.nodes) == 15
    assert empty_desk.steps == 1 and not bar.isVisible() and bar.window().focusWidget() is empty_desk.canvas
    empty_desk.store.undo()
    assert not empty_desk.store.document.nodes
    assert empty_desk.picture_is_true()


def test_a_fault_is_told_in_both_languages_and_enter_adds_nothing(empty_desk, bar):
    QTest.keyClicks(bar.field, "28x28x1 conw 6")
    assert "'conw'" in bar.answer.text() and "Did you mean" in bar.answer.text()
    language.choose("zh")
    assert "没有名为 'conw' 的模块" in bar.answer.text()
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.isVisible() and empty_desk.steps == 0
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible() and bar.field.text() == "28x28x1 conw 6", "what was typed is kept"


def test_it_goes_on_behind_the_selected_block(desk):
    desk.click(desk.head("conv"))
    desk.key(Qt.Key.Key_N, CTRL | SHIFT)
    field = desk.canvas.line_bar.field
    QTest.keyClicks(field, "relu pool 2")
    assert "behind conv: 6×6×4 > 3×3×4" in desk.canvas.line_bar.answer.text()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert {"conv.y>relu1.x", "relu1.y>pool1.x"} <= desk.wires()
    assert desk.steps == 1 and desk.store.selection == {"relu1", "pool1"}


def test_a_chain_is_copied_as_the_line_that_makes_it(desk):
    desk.store.select(["conv", "flat", "dense"])
    desk.canvas.copy_line()
    text = QGuiApplication.clipboard().text()
    made = line.read(text, (8, 8, 1))
    assert list(made) == [desk.store.document.nodes[n].block for n in ("conv", "flat", "dense")]
    desk.store.select(["conv", "relu"])
    desk.canvas.copy_line()
    assert QGuiApplication.clipboard().text() == text and desk.refusals
