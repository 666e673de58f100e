"""A block carried over from the palette."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.i18n import language
from gui.palette.rows import MIME
from tests.gui.canvas.conftest import LEFT, NONE, wire


class Hand:
    """Carries a block; the mime data has to outlive the events."""

    def __init__(self, desk, id_):
        self.desk, self.data = desk, QMimeData()
        self.data.setData(MIME, id_.encode())
        self.data.setText(id_)

    def enter(self, at):
        event = QDragEnterEvent(QPoint(at), Qt.DropAction.CopyAction, self.data, LEFT, NONE)
        event.setAccepted(False)
        QApplication.sendEvent(self.desk.view, event)
        return event.isAccepted()

    def move(self, at):
        event = QDragMoveEvent(QPoint(at), Qt.DropAction.CopyAction, self.data, LEFT, NONE)
        QApplication.sendEvent(self.desk.view, event)

    def drop(self, at):
        event = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, self.data, LEFT, NONE)
        QApplication.sendEvent(self.desk.view, event)

    def leave(self):
        QApplication.sendEvent(self.desk.view, QDragLeaveEvent())


def test_a_block_dropped_on_nothing_lies_under_the_cursor_in_one_step(desk):
    start = desk.store.document
    hand, goal = Hand(desk, "dense"), desk.pixel((600.0, 300.0))
    assert hand.enter(goal)
    assert desk.store.document is start  # a picture of it is shown, no more
    hand.drop(goal)
    (name,) = set(desk.store.document.nodes) - set(start.nodes)
    assert desk.canvas.items_.nodes[name].rect().contains(600, 300)
    assert desk.store.selection == {name} and desk.steps == 1
    assert desk.canvas.hasFocus()
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start


def test_a_block_that_leaves_again_leaves_nothing(desk):
    start = desk.store.document
    hand = Hand(desk, "relu")
    hand.enter(desk.pixel((600.0, 300.0)))
    hand.move(desk.middle("conv>flat"))
    assert desk.canvas.items_.wires[wire("conv>flat")].accepts
    hand.leave()
    assert desk.store.document is start
    assert desk.picture_is_true()


def test_a_block_dropped_on_a_wire_is_put_into_it(desk):
    hand = Hand(desk, "relu")
    hand.enter(desk.pixel((600.0, 300.0)))
    hand.move(desk.middle("conv>flat"))
    hand.drop(desk.middle("conv>flat"))
    (name,) = desk.store.selection
    assert desk.wires() == {"in.y>conv.x", f"conv.y>{name}.x", f"{name}.y>flat.x", "flat.y>dense.x"}
    assert desk.steps == 1
    assert desk.picture_is_true()


def test_a_block_that_does_not_fit_the_wire_is_dropped_beside_it(desk):
    hand = Hand(desk, "dense")  # takes no picture
    hand.enter(desk.middle("conv>flat"))
    hand.move(desk.middle("conv>flat"))
    assert "(6, 6, 4)" in desk.canvas._tip.text
    hand.drop(desk.middle("conv>flat"))
    QTest.keyClick(desk.canvas._menu, Qt.Key.Key_Escape)
    assert "conv.y>flat.x" in desk.wires() and len(desk.store.document.nodes) == 6


def test_a_stranger_is_left_to_the_window(desk):
    assert not Hand(desk, "no such block").enter(QPoint(50, 50))
    desk.view.update()
    assert desk.steps == 0


@pytest.mark.parametrize("speech", ["en", "zh"])
def test_what_would_make_it_fit_the_wire_is_offered_shown_and_taken_as_one_step(desk, speech):
    language.choose(speech)
    hand = Hand(desk, "dense")
    hand.enter(desk.middle("conv>flat"))
    hand.drop(desk.middle("conv>flat"))
    dropped, menu = desk.store.document, desk.canvas._menu
    question, *ways = [action.text().partition("\t")[0] for action in menu.actions()]
    assert "dense1" in question and any("Flatten before it" in way or "之前加展平" in way for way in ways)
    assert desk.store.previewing and "dense1.y>flat.x" in desk.wires(), "shown before it is taken"
    way = next(action for action in menu.actions() if "Flatten" in action.text() or "加展平" in action.text())
    menu.setActiveAction(way)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert {"conv.y>flatten1.x", "flatten1.y>dense1.x", "dense1.y>flat.x"} <= desk.wires()
    assert not [fault for fault in desk.store.inference.faults if fault.kind == "shape"]
    assert desk.steps == 2 and desk.picture_is_true()
    desk.store.undo()
    assert "conv.y>flat.x" in desk.wires() and desk.store.document.nodes.keys() == dropped.nodes.keys() - {"flatten1"}
    desk.store.undo()
    assert "dense1" not in desk.store.document.nodes and desk.picture_is_true()
