"""The inspector with several blocks selected, in the whole window: set together by real mouse and keys, taken back at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.examples import examples
from core.graph import edits
from core.graph.several import Common
from core.plan.cost import describe
from core.words import same
from gui.i18n import language
from gui.widgets.label import Label
from tests.gui.test_inspector import drag, type_in

Left, No = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONVS = ("conv1", "conv2")


@pytest.fixture
def panel(window, qtbot):
    window.open_path(next(e.path for e in examples() if e.id == "lenet5"), example=True)
    window.store.select(CONVS)
    window.tabs.setCurrentWidget(window.inspecting.panel)
    return window.inspecting.panel


def filters(window):
    return [window.store.document.nodes[n].block.filters for n in CONVS]


def texts(panel):
    QApplication.processEvents()
    return [label.text() for label in panel.findChildren(Label) if label.isVisible()]


def test_counts_and_totals_are_those_of_the_selected_blocks(window, panel):
    costs = {c.name: c for c in describe(window.store.document)[0]}
    total = sum(costs[n].parameters for n in CONVS)
    share = total / sum(c.parameters for c in costs.values())
    assert "2 blocks" in texts(panel) and f"{total:,} parameters, {share:.0%} of all" in texts(panel)
    assert any(
        text.startswith(f"{sum(costs[n].multiply_adds for n in CONVS):,} multiply-adds") for text in texts(panel)
    )
    assert not panel.name.isVisible()
    language.choose("zh")
    assert "2 个模块" in texts(panel)
    window.store.select([*CONVS, "pool1"])
    assert "3 个模块" in texts(panel) and "2\u00a0二维卷积 · 1\u00a0最大池化" in texts(panel)


def test_values_that_differ_are_said_to_and_what_is_typed_is_set_for_all_in_one_step(window, panel):
    before, field = filters(window), panel.form.row("filters").field
    assert before[0] != before[1]
    assert field.lineEdit().text() == "" and field.lineEdit().placeholderText() == "mixed"
    assert field.accessibleDescription().startswith("mixed")
    type_in(field, "12")
    assert filters(window) == [12, 12] and field.lineEdit().text() == "12"
    assert window.store.history.count() == 1
    window.store.undo()
    assert filters(window) == before and field.lineEdit().text() == ""


def test_the_value_of_the_first_can_be_given_to_all(window, panel):
    first = filters(window)[0]
    type_in(panel.form.row("filters").field, str(first))
    assert filters(window) == [first, first] and window.store.history.count() == 1


def test_going_through_a_mixed_field_or_emptying_it_changes_nothing(window, panel):
    before, field = window.store.document, panel.form.row("filters").field
    QTest.mouseClick(field.lineEdit(), Left)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    type_in(field, "9")
    window.store.undo()
    QTest.keyClicks(field, "9")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.store.document is before and not panel.form.row("filters").is_faulty()
    assert field.lineEdit().text() == ""


def test_a_drag_sets_all_while_it_goes_on_and_escape_brings_both_back(window, panel):
    before, label = filters(window), panel.form.row("filters").label
    drag(label, 40)
    assert filters(window) == [before[0] + 10] * 2
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert filters(window) == before and panel.form.row("filters").field.lineEdit().text() == ""
    QTest.mouseRelease(label, Left, No, QPoint(50, 5))
    assert window.store.history.count() == 0


def test_a_value_that_is_not_allowed_is_marked_and_set_for_none(window, panel):
    before = filters(window)
    type_in(panel.form.row("filters").field, "0")
    assert panel.form.row("filters").is_faulty() and filters(window) == before
    QTest.keyClick(panel.form.row("filters").field, Qt.Key.Key_Escape)
    assert panel.form.row("filters").field.lineEdit().text() == "" and not panel.form.row("filters").is_faulty()


def test_a_mixed_choice_and_a_mixed_switch_show_neither_value_and_take_one(window, panel):
    conv = window.store.document.nodes["conv1"].block
    window.store.apply(same("off"), lambda d: edits.set_block(d, "conv1", conv.with_("bias", False)))
    padding, bias = panel.form.row("padding").field, panel.form.row("bias").field
    panel.form.focus_setting("bias")  # unfolds what hides it
    assert padding.currentIndex() == -1 and bias.checkState() is Qt.CheckState.PartiallyChecked
    QTest.mouseClick(bias, Left, No, QPoint(12, bias.height() // 2))
    assert [window.store.document.nodes[n].block.bias for n in CONVS] == [True, True]
    assert window.store.history.count() == 2 and bias.checkState() is Qt.CheckState.Checked
    QTest.keyClick(padding, Qt.Key.Key_Down)
    assert len({window.store.document.nodes[n].block.padding for n in CONVS}) == 1


def test_the_learning_of_all_that_learn_is_set_together(window, panel):
    window.store.select([*CONVS, "pool1"])
    switch = panel.learning.row("frozen").field
    assert switch.isVisible()
    QTest.mouseClick(switch, Left, No, QPoint(12, switch.height() // 2))
    frozen = {n: v.learning.frozen for n, v in window.store.document.nodes.items()}
    assert [n for n, on in frozen.items() if on] == list(CONVS)
    window.store.undo()
    assert not any(v.learning.frozen for v in window.store.document.nodes.values())


def test_blocks_with_nothing_in_common_say_so_and_one_alone_is_shown_as_ever(window, panel):
    window.store.select(["conv1", next(n for n, v in window.store.document.nodes.items() if v.block.id == "flatten")])
    assert panel.form is None and "They have no setting in common." in texts(panel)
    window.store.select(["conv1"])
    assert panel.name.isVisible() and panel.name.text() == "conv1"
    assert not isinstance(panel.form.settings(), Common)


def test_moving_many_blocks_about_tells_nothing_anew(window, panel, monkeypatch):
    told = []
    monkeypatch.setattr(panel, "show_block", lambda *args: told.append(args))
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    assert window.store.history.count() == 1 and told == []
