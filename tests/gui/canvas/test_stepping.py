"""Steppers by real clicks and keys: one undo step each, the selection kept, and out of the way where there is nothing to step."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from core.blocks import registry
from core.graph import edits, line
from core.graph.document import Document, Wire
from core.graph.layout import place
from gui.canvas.geometry import measures
from gui.i18n import language
from tests.gui.canvas.conftest import ALT, LEFT, make_desk


@pytest.fixture
def net(qtbot):
    document = line.add(Document(), line.read("8 > 16 tanh > 12 tanh > 4"))[0]
    desk = make_desk(qtbot, place(document, *measures(document.nodes)))
    desk.canvas.fit()
    desk.canvas.zoom_to(1.0)
    return desk


def units(desk):
    return [v.block.units for v in desk.store.document.nodes.values() if v.block.id == "dense"]


def press(desk, what, sign):
    pair = {"width": desk.canvas.steppers.width_, "layers": desk.canvas.steppers.layers}[what]
    button = pair[0 if sign == "-" else 2]
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)


def test_plus_and_minus_step_the_width_of_the_selected_layer_one_undo_step_each(net):
    start = net.store.document
    net.store.select(["dense1"])
    press(net, "width", "+")
    assert units(net) == [20, 12, 4] and net.steps == 1
    press(net, "width", "-")
    press(net, "width", "-")
    assert units(net) == [12, 12, 4] and net.steps == 3
    assert net.store.selection == {"dense1"}
    for _ in range(3):
        net.store.undo()
    assert net.store.document is start and net.picture_is_true()


def test_a_chain_is_stepped_as_one_and_its_last_layer_stays(net):
    net.store.select(net.store.document.nodes)
    press(net, "width", "+")
    assert units(net) == [20, 16, 4] and net.steps == 1
    press(net, "layers", "+")
    assert sorted(units(net)) == [4, 16, 16, 20] and net.steps == 2
    assert len(net.store.selection) > 6, "what was selected stays so, and the new layer with it"
    assert net.picture_is_true()


def test_keys_add_layers_behind_the_selected_one_and_take_them_away_again(net):
    start = net.store.document
    net.store.select(["dense2"])
    net.key(Qt.Key.Key_Right, ALT)
    net.key(Qt.Key.Key_Right, ALT)
    assert units(net) == [16, 12, 4, 12, 12] and net.steps == 2
    assert net.store.selection == {"dense5"}
    for _ in range(3):
        net.key(Qt.Key.Key_Left, ALT)
    assert units(net) == [16, 4] and net.store.selection == {"dense1"}
    assert not net.store.inference.faults and net.picture_is_true()
    net.key(Qt.Key.Key_Up, ALT)
    net.key(Qt.Key.Key_Down, ALT)
    assert units(net) == [16, 4] and net.steps == 7
    for _ in range(7):
        net.store.undo()
    assert net.store.document is start


def test_new_layers_cover_nothing(net):
    net.store.select(["dense1"])
    for _ in range(3):
        net.key(Qt.Key.Key_Right, ALT)
    boxes = [item.rect() for item in net.canvas.items_.nodes.values()]
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_they_stand_above_the_selection_and_follow_the_view(net):
    net.store.select(["dense1"])
    steppers = net.canvas.steppers
    assert steppers.isVisible() and steppers.geometry().bottom() < net.head("dense1").y()
    before = steppers.pos()
    net.canvas.horizontalScrollBar().setValue(net.canvas.horizontalScrollBar().value() + 40)
    assert steppers.pos() - before == QPoint(-40, 0)
    net.press(net.head("dense1"))
    assert not steppers.isVisible(), "out of the way while the mouse is down"
    net.release(net.head("dense1"))
    assert steppers.isVisible()


def test_they_are_below_a_block_at_the_upper_edge_so_that_they_are_seen_whole(net):
    net.store.select(["dense1"])
    steppers, bar = net.canvas.steppers, net.canvas.verticalScrollBar()
    bar.setValue(bar.value() + net.head("dense1").y() - 20)
    assert steppers.isVisible() and steppers.y() > net.head("dense1").y()
    assert net.canvas.viewport().rect().contains(steppers.geometry())


def test_they_are_not_there_where_there_is_nothing_to_step(net):
    net.store.select(["tanh1"])
    assert not net.canvas.steppers.isVisible()
    net.key(Qt.Key.Key_Up, ALT)
    assert "Select a layer" in net.refusals[-1].en and "请选中" in net.refusals[-1].zh
    net.store.select(["dense3"])
    assert net.canvas.steppers.isVisible() and not net.canvas.steppers.layers[0].isVisible()
    net.store.select(["dense1"])
    language.choose("zh")
    assert net.canvas.steppers.width_[1].text() == "宽度"
    language.choose("en")


@pytest.fixture
def added(qtbot):
    document, _ = line.add(Document(), line.read("8 > 16 tanh > 16 tanh > 4"))
    document, _ = edits.add(document, registry()["add"](), name="add")
    for text in ("tanh1 a", "tanh2 b"):
        source, port = text.split()
        document = edits.connect(document, Wire(source, "y", "add", port))
    document = edits.connect(document, Wire("add", "y", "dense3", "x"))
    desk = make_desk(qtbot, place(document, *measures(document.nodes)))
    desk.canvas.fit()
    desk.canvas.zoom_to(1.0)
    return desk


def test_a_step_that_would_break_a_sum_is_offered_with_its_partners_and_shown_before(added):
    start, told = added.store.document, []
    added.canvas.stepped.connect(lambda: told.append(units(added)))
    added.store.select(["dense1"])
    press(added, "width", "+")
    menu = added.canvas._menu
    assert menu.isVisible() and added.store.previewing and units(added) == [20, 20, 4] and added.steps == 0
    assert [a.text() for a in menu.actions()] == ["It would not fit alone. Step with it:", "dense2"]
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert added.store.document is start and added.steps == 0 and not told
    press(added, "width", "+")
    QTest.keyClick(added.canvas._menu, Qt.Key.Key_Return)
    assert units(added) == [20, 20, 4] and added.steps == 1 and told == [[20, 20, 4]]
    assert added.store.selection == {"dense1", "dense2"} and added.picture_is_true()
    press(added, "width", "+")
    assert units(added) == [24, 24, 4] and added.steps == 2, "selected together, they step together"
    added.store.undo()
    added.store.undo()
    assert added.store.document is start
    language.choose("zh")
    added.store.select(["dense1"])
    press(added, "width", "-")
    assert "一同更改" in added.canvas._menu.actions()[0].text()
    QTest.keyClick(added.canvas._menu, Qt.Key.Key_Escape)


def test_a_run_is_told_of_every_step(net, qtbot):
    net.store.select(["dense1"])
    with qtbot.waitSignal(net.canvas.stepped):
        press(net, "width", "+")


def test_steppers_below_a_block_make_way_when_it_grows_by_a_picture(net):
    bar = net.canvas.verticalScrollBar()
    bar.setValue(bar.value() + net.head("dense1").y() - 20)  # no room above it
    net.store.select(["dense1"])

    def apart():
        item = net.canvas.items_.nodes["dense1"]
        return net.canvas.steppers.y() - net.canvas.view_point((item.at[0], item.rect().bottom())).y()

    assert net.canvas.steppers.isVisible() and apart() > 0
    picture = QImage(32, 32, QImage.Format.Format_RGB32)
    picture.fill(0)
    net.canvas.set_picture("dense1", picture)
    assert apart() > 0
    net.canvas.set_pictures({})
    assert 0 < apart() < 30
