"""Fingers, by real touch events: one is the mouse, held still it asks for the menu, two pan and zoom, and all hit easily."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.canvas.conftest import wire


@pytest.fixture(scope="module")
def screen(qapp):
    return QTest.createTouchDevice()


@pytest.fixture
def fingers(desk, screen):
    """On the screen, which is 800 pixels wide: puts fingers down, moves them and lifts them: each call is one event, with the places of all fingers by number."""

    def send(**places):
        event = QTest.touchEvent(desk.view, screen)
        for what, fingers in places.items():
            for number, at in fingers.items():
                getattr(event, what)(number, at, desk.view)
        event.commit()

    return send


def slide(fingers, a, b):
    fingers(press={0: a})
    for step in range(1, 9):
        fingers(move={0: a + (b - a) * step / 8})
    fingers(release={0: b})


def test_one_finger_moves_a_block_and_draws_a_wire_as_one_step_each(desk, fingers):
    slide(fingers, desk.head("relu"), desk.head("relu") + QPoint(80, 40))
    assert desk.at("relu") == (344, 240) and desk.steps == 1 and desk.store.selection == {"relu"}
    slide(fingers, desk.port("conv", "out"), desk.port("relu", "in"))
    assert "conv.y>relu.x" in desk.wires() and desk.steps == 2 and desk.picture_is_true()


def test_a_tap_selects_and_two_taps_open_the_list_of_blocks(desk, fingers):
    at = desk.head("conv")
    fingers(press={0: at})
    fingers(move={0: at + QPoint(5, 4)})
    fingers(release={0: at + QPoint(5, 4)})
    assert desk.store.selection == {"conv"} and desk.steps == 0, "a trembling finger moves nothing"
    empty = desk.pixel((600, 300))
    for _ in range(2):
        fingers(press={0: empty})
        fingers(release={0: empty})
    assert desk.canvas.popup.isVisible() and desk.steps == 0
    desk.canvas.popup.hide()


@pytest.mark.parametrize("moved", [QPoint(0, 0), QPoint(60, 60)])
def test_a_finger_that_is_held_asks_for_the_menu_and_moves_nothing(desk, fingers, qtbot, moved):
    at = desk.head("conv")
    fingers(press={0: at})
    qtbot.waitUntil(lambda: desk.canvas.touch.asks is not None, timeout=3000)
    fingers(move={0: at + moved})
    fingers(release={0: at + moved})
    menu = QApplication.activePopupWidget()
    assert (menu is not None) == moved.isNull(), "who moves on has changed his mind"
    if menu is not None:
        assert "cut" in [a.objectName() for a in menu.actions()] and desk.store.selection == {"conv"}
        menu.close()
    assert desk.steps == 0 and desk.picture_is_true()


@pytest.mark.parametrize("factor", [2.0, 0.5])
def test_two_fingers_zoom_and_what_lies_between_them_stays_there(desk, fingers, factor):
    a, b = QPoint(500, 200), QPoint(600, 300)
    between = desk.canvas.scene_point(QPointF(a + b) / 2)
    fingers(press={0: a, 1: b})
    away = QPoint(60, -20)
    for step in range(1, 6):
        grown = (1 + (factor - 1) * step / 5) / 2
        middle, half = (a + b) / 2 + away * step / 5, QPointF(b - a) * grown
        fingers(move={0: (QPointF(middle) - half).toPoint(), 1: (QPointF(middle) + half).toPoint()})
    assert desk.canvas.scale_now == pytest.approx(factor, rel=0.03)
    assert (desk.pixel(between) - ((a + b) / 2 + away)).manhattanLength() <= 3
    fingers(release={0: QPoint(400, 100)}, move={1: QPoint(700, 300)})
    view = desk.canvas.place()
    fingers(move={1: QPoint(500, 500)})
    fingers(release={1: QPoint(500, 500)})
    assert desk.canvas.place() == view, "the finger that is left does nothing"
    assert desk.steps == 0 and desk.picture_is_true()


def test_two_fingers_pan(desk, fingers):
    a, b, by = QPoint(500, 200), QPoint(620, 200), QPoint(-70, 50)
    before = desk.head("conv")
    fingers(press={0: a})
    fingers(move={0: a}, press={1: b})
    fingers(move={0: a + by, 1: b + by})
    fingers(release={0: a + by, 1: b + by})
    assert desk.head("conv") == before + by and desk.canvas.scale_now == 1.0


@pytest.mark.parametrize("way_out", ["second finger", "escape"])
def test_what_one_finger_has_begun_goes_back(desk, fingers, way_out):
    at = desk.head("relu")
    fingers(press={0: at})
    for step in range(1, 5):
        fingers(move={0: at + QPoint(20 * step, 0)})
    assert desk.shown_at("relu") != desk.at("relu")
    if way_out == "escape":
        desk.key(Qt.Key.Key_Escape)
    else:
        fingers(move={0: at + QPoint(80, 0)}, press={1: at + QPoint(200, 0)})
    fingers(release={0: at + QPoint(80, 0)} | ({1: at + QPoint(200, 0)} if way_out != "escape" else {}))
    assert desk.shown_at("relu") == desk.at("relu") == (264, 200) and desk.steps == 0 and desk.picture_is_true()


def test_ports_and_steppers_are_large_for_a_finger_and_small_again_for_the_mouse(desk, fingers):
    beside = desk.port("conv", "out") + QPoint(20, 0)
    slide(fingers, beside, desk.port("relu", "in"))
    assert "conv.y>relu.x" in desk.wires() and desk.steps == 1
    desk.store.select(["conv"])
    assert desk.canvas.steppers.width_[0].width() >= 44
    plus = desk.canvas.steppers.width_[2]
    at = plus.mapTo(desk.view, plus.rect().center())
    fingers(press={0: at})
    fingers(release={0: at})
    assert desk.store.document.nodes["conv"].block.filters == 5 and desk.steps == 2
    desk.store.undo()
    desk.store.undo()
    desk.drag(beside, desk.port("relu", "in"))
    assert wire("conv>relu") not in desk.store.document.wires
    assert desk.canvas.steppers.width_[0].width() == 22
