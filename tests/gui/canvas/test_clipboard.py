"""Copying and pasting: the clipboard holds text, and text from anywhere does no harm."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from core.errors import ProjectFileError
from core.graph.document import Document, Node, Unknown
from gui.document.clipboard import MIME, Fragment, cut_out, decode, encode
from tests.gui.canvas.conftest import CTRL, SHIFT, block, make_desk, small


def test_what_is_copied_is_text_that_a_person_can_read_and_comes_back_the_same(desk):
    desk.store.select(["conv", "flat"])
    desk.key(Qt.Key.Key_C, CTRL)
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasText() and data.hasFormat(MIME)
    assert json.loads(data.text())["blocks"]["conv"]["filters"] == 4
    part = decode(data.text())
    assert part == cut_out(desk.store.document, {"conv", "flat"})


def test_paste_lands_at_the_cursor_and_again_a_step_further(desk):
    start = desk.store.document
    desk.store.select(["conv", "flat"])
    desk.key(Qt.Key.Key_C, CTRL)
    desk.move(desk.pixel((400.0, 320.0)))
    desk.key(Qt.Key.Key_V, CTRL)
    first = desk.store.selection
    assert {desk.at(n) for n in first} == {(400, 320), (664, 320)}
    assert len(desk.store.document.wires) == 4, "the wire between them, and none to the outside"
    desk.key(Qt.Key.Key_V, CTRL)
    assert {desk.at(n) for n in desk.store.selection} == {(424, 344), (688, 344)}
    assert desk.steps == 2
    assert desk.picture_is_true()
    desk.store.undo()
    desk.store.undo()
    assert desk.store.document is start


def test_with_shift_the_wires_that_came_in_are_kept(desk):
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_C, CTRL)
    desk.key(Qt.Key.Key_V, CTRL | SHIFT)
    (new,) = desk.store.selection
    assert f"in.y>{new}.x" in desk.wires()


def test_cut_is_one_step_and_paste_brings_it_back(desk):
    desk.store.select(["relu"])
    desk.key(Qt.Key.Key_X, CTRL)
    assert "relu" not in desk.store.document.nodes and desk.steps == 1
    desk.key(Qt.Key.Key_V, CTRL)
    assert "relu" in desk.store.document.nodes


def test_duplicates_lie_below_and_are_selected(desk):
    desk.store.select(["conv", "flat"])
    desk.key(Qt.Key.Key_D, CTRL)
    new = desk.store.selection
    assert len(new) == 2 and not new & {"conv", "flat"}
    rects = [item.rect() for item in desk.canvas.items_.nodes.values()]
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[i + 1 :])
    assert desk.steps == 1


def test_blocks_travel_to_another_window(desk, qtbot):
    desk.store.select(desk.store.document.nodes)
    desk.key(Qt.Key.Key_C, CTRL)
    other = make_desk(qtbot, Document())
    other.key(Qt.Key.Key_V, CTRL)
    assert set(other.store.document.nodes) == set(small().nodes)
    assert other.wires() == desk.wires()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[1, 2, 3]",
        "{}",
        '{"neuroloom_fragment": 1}',
        '{"neuroloom_fragment": 1, "blocks": []}',
        '{"neuroloom_fragment": 1, "blocks": {"a": {"type": "dense", "units": -1}}}',
        '{"neuroloom_fragment": 1, "blocks": {"a b/..": {"type": "relu"}}}',
        '{"neuroloom_fragment": 1, "blocks": {"a": {"type": "relu", "at": [1e999, 0]}}}',
        '{"neuroloom_fragment": 1, "blocks": {"a": 5}}',
        '{"neuroloom_fragment": ' + "[" * 100_000,
    ],
)
def test_text_that_is_no_blocks_is_refused_in_words_and_changes_nothing(desk, text):
    QGuiApplication.clipboard().setText(text)
    start = desk.store.document
    desk.key(Qt.Key.Key_V, CTRL)
    assert desk.store.document is start and desk.steps == 0
    assert len(desk.refusals) == 1 and desk.refusals[0].en and desk.refusals[0].zh


def test_what_is_no_wire_is_left_out():
    text = '{"neuroloom_fragment": 1, "blocks": {"a": {"type": "relu"}}, "wires": [["a"], 3, [1, 2, 3, 4], {}], "incoming": 7}'
    part = decode(text)
    assert set(part.nodes) == {"a"} and part.wires == () and part.incoming == ()


def test_wires_to_ports_that_do_not_exist_are_left_out(desk):
    text = encode(cut_out(desk.store.document, {"conv", "flat"})).replace('"x"', '"nowhere"')
    QGuiApplication.clipboard().setText(text)
    desk.key(Qt.Key.Key_V, CTRL)
    assert len(desk.store.document.nodes) == 7
    assert len(desk.store.document.wires) == 3
    assert desk.picture_is_true()


def test_blocks_that_feed_one_another_in_a_circle_are_refused(desk):
    circle = Fragment({name: Node(block("relu"), (0.0, 0.0)) for name in "ab"}, (), ())
    data = json.loads(encode(circle))
    data["wires"] = [["a", "y", "b", "x"], ["b", "y", "a", "x"]]
    QGuiApplication.clipboard().setText(json.dumps(data))
    desk.key(Qt.Key.Key_V, CTRL)
    assert desk.steps == 0
    assert "circle" in desk.refusals[-1].en


def test_a_block_of_an_unknown_type_is_kept_as_it_is():
    node = Node(Unknown("quantum", {"qubits": 3}), (8.0, 8.0))
    assert decode(encode(Fragment({"q": node}, (), ()))).nodes["q"] == node


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "at", "weights", "units", "a", "blocks", "wires"]), inner)
    ),
)


@given(JSON, JSON, JSON)
def test_no_text_at_all_raises_anything_but_the_one_error(nodes, wires, incoming):
    parts = {"neuroloom_fragment": 1, "blocks": {"a": nodes}, "wires": wires, "incoming": incoming}
    try:
        decode(json.dumps(parts))
    except ProjectFileError:
        pass


def test_hand_set_weights_come_along():
    node = Node(block("dense", units=1), (0.0, 0.0), {"W": ((0.5,), (-1.0,)), "b": (0.25,)})
    assert decode(encode(Fragment({"d": node}, (), ()))).nodes["d"] == node


def test_ctrl_shift_d_keeps_the_wires_that_come_in(desk):
    start = desk.store.document
    desk.store.select(["conv", "flat"])
    desk.key(Qt.Key.Key_D, CTRL | SHIFT)
    conv, flat = sorted(desk.store.selection)
    assert {f"in.y>{conv}.x", f"{conv}.y>{flat}.x"} <= desk.wires()
    assert len(desk.wires()) == 5, "and no wire goes out of them"
    assert desk.steps == 1
    desk.store.undo()
    assert desk.store.document is start
