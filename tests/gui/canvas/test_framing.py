"""Frames that are collapsed: by a click, a key and the menu, what is out of sight then, and what brings it back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.graph import edits
from core.project import dumps, loads
from core.words import same
from gui.i18n import language
from tests.gui.canvas.conftest import CTRL, SHIFT, make_desk, wire

C, F, H = Qt.Key.Key_C, Qt.Key.Key_F, Qt.Key.Key_H


def type_and_enter(field, text):
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.fixture
def framed(desk):
    """A frame around conv and flat."""
    desk.store.select(["conv", "flat"])
    desk.key(C)
    type_and_enter(desk.canvas.typing.line, "features")
    desk.store.select(())
    desk.store.open(desk.store.document)  # with nothing to undo
    desk.canvas.setFocus()
    return desk


def sign(desk, name="frame1"):
    x, y, *_ = desk.store.document.frames[name].rect
    return desk.pixel((x + 14, y + 14))


def title(desk, name="frame1"):
    x, y, *_ = desk.store.document.frames[name].rect
    return desk.pixel((x + 60, y + 14))


@pytest.mark.parametrize("way", ["sign", "key", "menu"])
def test_a_collapsed_frame_hides_its_blocks_and_their_wires_end_at_its_edge(framed, way):
    start = framed.store.document
    framed.store.select(["flat", "relu"])
    if way == "sign":
        framed.click(sign(framed))
    else:
        framed.click(title(framed))
        if way == "key":
            framed.key(H)
        else:
            menu = framed.canvas.menu_at(framed.canvas.scene_point(title(framed).toPointF()))
            next(a for a in menu.actions() if a.objectName() == "collapse").trigger()
    assert framed.hidden() == {"conv": "frame1", "flat": "frame1"} and framed.steps == 1
    assert framed.picture_is_true() and "flat" not in framed.store.selection
    items = framed.canvas.items_
    assert not items.wires[wire("conv>flat")].isVisible()
    left, top, *_ = framed.store.document.frames["frame1"].rect
    assert items.wires[wire("in>conv")].course.pieces[-1][2] == (left, top + 14)
    assert framed.store.inference.outs["dense"] == ((10,),), "the network is what it was"
    framed.click(sign(framed))
    assert not framed.hidden() and framed.steps == 2 and framed.picture_is_true()
    assert framed.store.document.nodes == start.nodes and framed.store.document.frames == start.frames
    framed.store.undo()
    assert framed.hidden() and framed.picture_is_true()
    framed.store.undo()
    assert framed.store.document is start and framed.picture_is_true()


def test_two_quick_clicks_on_the_sign_open_it_again_and_rename_nothing(framed):
    framed.double_click(sign(framed))
    assert not framed.hidden() and framed.steps == 2 and not framed.canvas.typing.is_open


def test_what_is_folded_moves_with_the_frame_and_what_lies_beneath_stays(framed):
    framed.click(sign(framed))
    before = {n: framed.at(n) for n in ("conv", "flat")}
    framed.drag(framed.head("relu"), framed.head("relu") + QPoint(0, -150))
    below = framed.at("relu")
    assert framed.picture_is_true() and "relu" not in framed.hidden(), "dropped where the blocks would be, it is seen"
    framed.carry(title(framed), title(framed) + QPoint(80, 160))
    framed.key(Qt.Key.Key_Escape)
    framed.release(title(framed))
    assert {n: framed.at(n) for n in before} == before and framed.picture_is_true()
    steps = framed.steps
    framed.drag(title(framed), title(framed) + QPoint(80, 160))
    assert framed.steps == steps + 1 and framed.picture_is_true()
    assert framed.at("conv") == (before["conv"][0] + 80, before["conv"][1] + 160) and framed.at("relu") == below
    assert framed.hidden().keys() == {"conv", "flat"}


def test_no_hand_finds_what_is_folded_and_nothing_else_moves_it(framed):
    framed.click(sign(framed))
    at = framed.at("conv")
    framed.drag(framed.pixel((250, 20)), framed.pixel((720, 120)))
    assert not framed.store.selection & {"conv", "flat"}
    framed.key(Qt.Key.Key_A, CTRL)
    framed.key(Qt.Key.Key_Down)
    framed.drag(framed.head("relu"), framed.head("relu") + QPoint(0, 80))
    assert framed.at("conv") == at and framed.picture_is_true()


@pytest.mark.parametrize("way", ["find", "fit", "show"])
def test_looking_for_a_block_opens_the_frames_around_it(framed, way):
    framed.click(sign(framed))
    if way == "find":
        framed.key(F, CTRL)
        type_and_enter(framed.canvas.find_bar.search, "conv")
    elif way == "fit":
        framed.store.select(["conv"])
        framed.key(F, SHIFT)
    else:
        framed.canvas.show_blocks(["conv"])
    assert not framed.hidden() and framed.steps == 2 and framed.picture_is_true()


def test_a_frame_within_a_collapsed_one_is_as_it_was_when_that_opens(framed):
    framed.store.select(["in", "conv", "flat", "dense"])
    framed.key(C)
    type_and_enter(framed.canvas.typing.line, "all")
    framed.store.select(())
    framed.click(sign(framed))
    framed.click(sign(framed, "frame2"))
    assert framed.hidden() == dict.fromkeys(["in", "conv", "flat", "dense"], "frame2") and framed.picture_is_true()
    framed.drag(title(framed, "frame2"), title(framed, "frame2") + QPoint(0, 80))
    framed.click(sign(framed, "frame2"))
    assert framed.hidden() == dict.fromkeys(["conv", "flat"], "frame1") and framed.picture_is_true()
    framed.canvas.show_blocks(["flat"])
    assert not framed.hidden() and framed.picture_is_true()
    for _ in range(framed.steps):
        framed.store.undo()
        assert framed.picture_is_true()


def test_it_is_saved_and_copied_collapsed_and_deleted_it_hides_nothing(framed, qtbot):
    framed.click(sign(framed))
    again = make_desk(qtbot, loads(dumps(framed.store.root), "file"))
    assert again.hidden() == framed.hidden() and again.picture_is_true()
    again.click(title(again))
    again.key(Qt.Key.Key_D, CTRL)
    assert again.hidden() == {"conv": "frame1", "flat": "frame1", "conv1": "frame2", "flat1": "frame2"}
    assert again.picture_is_true()
    again.click(title(again, "frame2"))
    again.key(Qt.Key.Key_Delete)
    assert again.hidden() == {"conv": "frame1", "flat": "frame1"} and again.picture_is_true()
    assert not again.store.document.nodes["conv1"].folded


def test_a_renamed_block_stays_folded_and_grouped_ones_come_out(framed):
    framed.click(sign(framed))
    framed.store.apply(same("rename"), lambda d: edits.rename(d, "conv", "first"))
    assert framed.hidden().keys() == {"first", "flat"} and framed.picture_is_true()
    framed.key(Qt.Key.Key_A, CTRL)
    framed.key(Qt.Key.Key_G, CTRL)
    assert not framed.hidden() and framed.picture_is_true()


def test_a_collapsed_frame_says_how_many_blocks_it_holds(framed):
    framed.click(sign(framed))
    assert framed.canvas.items_.boxes.items["frame1"].held == 2
    english = framed.canvas.grab().toImage()
    language.choose("zh")
    assert framed.canvas.grab().toImage() != english


def test_laid_out_with_the_others_it_stands_in_the_flow_and_brings_its_blocks_along(framed):
    framed.click(sign(framed))
    frame, conv = framed.store.document.frames["frame1"].rect, framed.at("conv")
    framed.drag(title(framed), title(framed) + QPoint(0, 240))
    start = framed.store.document
    framed.key(Qt.Key.Key_L, CTRL)
    x, y, *_ = framed.store.document.frames["frame1"].rect
    assert framed.at("in")[0] + 176 < x and x + 240 < framed.at("dense")[0], "between what feeds it and what it feeds"
    assert y + 14 == framed.at("in")[1] + 46 == framed.at("dense")[1] + 46, "on one line"
    moved = framed.at("conv")
    assert (moved[0] - x, moved[1] - y) == (conv[0] - frame[0], conv[1] - frame[1]) and framed.picture_is_true()
    framed.store.undo()
    assert framed.store.document is start
