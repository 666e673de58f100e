"""A monkey at the canvas: any gesture in any order, broken off or not; the picture is always true, and undo always home."""

import gc

import shiboken6
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.canvas.conftest import ALT, CTRL, NONE, RIGHT, SHIFT, make_desk, small

SPOTS = st.tuples(st.integers(20, 1180), st.integers(20, 580)).map(lambda xy: QPoint(*xy))
KEYS = st.sampled_from([NONE, NONE, CTRL, SHIFT, ALT, CTRL | ALT])
GESTURES = st.lists(
    st.one_of(
        st.tuples(st.just("drag"), st.integers(0, 99), SPOTS, KEYS, st.booleans()),
        st.tuples(st.just("wire"), st.integers(0, 99), st.integers(0, 99), KEYS, st.booleans()),
        st.tuples(st.just("click"), SPOTS, KEYS),
        st.tuples(st.just("double"), SPOTS),
        st.tuples(
            st.just("key"),
            st.sampled_from([Qt.Key.Key_Delete, Qt.Key.Key_D, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_L, Qt.Key.Key_A]),
            st.sampled_from([CTRL, NONE, ALT]),
        ),
        st.tuples(
            st.just("key"),
            st.sampled_from(
                [
                    Qt.Key.Key_G,
                    Qt.Key.Key_PageDown,
                    Qt.Key.Key_PageUp,
                    Qt.Key.Key_B,
                    Qt.Key.Key_M,
                    Qt.Key.Key_H,
                    Qt.Key.Key_C,
                    Qt.Key.Key_R,
                ]
            ),
            st.sampled_from([NONE, NONE, CTRL, SHIFT, CTRL | SHIFT]),
        ),
        st.tuples(st.just("arrow"), st.sampled_from([Qt.Key.Key_Left, Qt.Key.Key_Down]), st.sampled_from([NONE, CTRL])),
        st.tuples(st.just("undo")),
        st.tuples(st.just("redo")),
        st.tuples(st.just("zoom"), st.sampled_from([0.3, 0.5, 1.0])),
    ),
    max_size=12,
)


def perform(desk, gesture):
    names = sorted(desk.canvas.items_.nodes)
    match gesture:
        case ("drag", which, to, keys, finish) if names:
            desk.carry(desk.head(names[which % len(names)]), to, keys)
        case ("wire", a, b, keys, finish) if names:
            items = desk.canvas.items_.nodes
            ends = [(n, p) for n in names for p in items[n].box.ports]
            (n, p), (m, q) = ends[a % len(ends)], ends[b % len(ends)]
            desk.carry(desk.pixel(items[n].port_at(p)), desk.pixel(items[m].port_at(q)), keys)
            to = desk.pixel(items[m].port_at(q)) if m in items else QPoint(5, 5)
        case ("click", at, keys):
            desk.click(at, keys)
            desk.key(Qt.Key.Key_Escape)  # a click on a port takes up a wire
            return
        case ("double", at):
            desk.double_click(at)
            desk.canvas.popup.close_()
            desk.canvas.typing.close(take=True)
            desk.key(Qt.Key.Key_Escape)
            return
        case ("key", key, keys) | ("arrow", key, keys):
            desk.key(key, keys)
            desk.canvas.typing.close(take=True)
            return
        case ("undo",):
            desk.store.undo()
            return
        case ("redo",):
            desk.store.redo()
            return
        case ("zoom", scale):
            desk.canvas.zoom_to(scale)
            return
        case _:
            return
    before = desk.steps
    index = desk.store.history.index()
    if finish:
        desk.release(to, keys)
        if desk.canvas.pointer.tool is not None:  # pressed and released on one port: the wire is carried now
            desk.key(Qt.Key.Key_Escape)
        assert desk.steps <= max(before, index + 1), "more than one entry for one gesture"
    else:
        desk.press(to, button=RIGHT)
        desk.release(to, button=RIGHT)
        desk.release(to, keys)
        assert desk.steps == before
    desk.canvas.popup.close_()
    if (menu := QApplication.activePopupWidget()) is not None:  # a refused wire asks what goes between
        QTest.keyClick(menu, Qt.Key.Key_Escape)


@limits(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gestures=GESTURES)
def test_whatever_the_monkey_does_the_picture_is_true_and_undo_leads_home(qtbot, gestures):
    desk = make_desk(qtbot, small())
    start = desk.store.root
    for gesture in gestures:
        perform(desk, gesture)
        assert desk.picture_is_true()
        assert not desk.store.previewing
    end, index = desk.store.root, desk.store.history.index()
    while desk.store.history.canUndo():
        desk.store.undo()
    assert desk.store.root is start
    assert desk.picture_is_true()
    while desk.store.history.index() < index:
        desk.store.redo()
    assert desk.store.root is end
    assert desk.picture_is_true()


def test_blocks_that_vanish_in_the_middle_of_a_gesture_leave_no_dead_items(desk):
    for name in ("relu", "flat", "conv"):
        desk.carry(desk.head(name), desk.head(name) + QPoint(30, 40))
        desk.store.history.clear()
        from core.graph import edits
        from core.words import same

        desk.store.apply(same("gone"), lambda d, name=name: edits.remove(d, [name]))
        gc.collect()
        desk.move(QPoint(50, 50))
        desk.release(QPoint(50, 50))
        assert name not in desk.canvas.items_.nodes
        assert all(shiboken6.isValid(i) for i in desk.canvas.items_.graphics.items())
        assert desk.picture_is_true()


def test_another_document_takes_the_place_of_this_one_item_for_item(desk):
    from core.graph.document import Document

    other = small().with_(title="other")
    desk.store.select(["conv"])
    desk.store.open(other)
    gc.collect()
    assert desk.picture_is_true()
    desk.store.open(Document())
    gc.collect()
    assert desk.canvas.items_.nodes == {} and desk.picture_is_true()
