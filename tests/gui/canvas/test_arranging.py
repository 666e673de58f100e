"""Blocks put in order by a key: laid out, aligned, distributed, straightened; each one step, and gliding where motion is on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt

from gui.canvas.arranging import aligned, distributed
from gui.canvas.guides import Guides
from tests.gui.canvas.conftest import ALT, CTRL, RIGHT, SHIFT, block, document, make_desk

BOXES = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(*[st.integers(-500, 500)] * 2, *[st.integers(10, 200)] * 2),
    min_size=3,
)


@pytest.fixture
def scattered(qtbot):
    """Four blocks without order: in > dense > relu, and an add that is taller than they are."""
    return make_desk(
        qtbot,
        document(
            ("in", block("input", shape=(8,)), (0.0, 40.0)),
            ("dense", block("dense", units=4), (272.0, 0.0)),
            ("relu", block("relu"), (616.0, 96.0)),
            ("add", block("add"), (900.0, 200.0)),
            wires=("in>dense", "dense>relu", "relu>add.a"),
        ),
    )


@pytest.mark.parametrize(
    ("key", "measure", "line"),
    [
        (Qt.Key.Key_A, lambda r: r.left(), 0.0),
        (Qt.Key.Key_D, lambda r: r.right(), 616.0 + 176.0),
        (Qt.Key.Key_W, lambda r: r.top(), 0.0),
        (Qt.Key.Key_S, lambda r: r.bottom(), 96.0 + 64.0),
    ],
)
def test_shift_and_a_letter_align_edges_with_the_outermost_block(scattered, key, measure, line):
    desk, start = scattered, scattered.store.document
    desk.store.select(["in", "dense", "relu"])
    desk.key(key, SHIFT)
    assert {measure(desk.canvas.items_.nodes[n].rect()) for n in ("in", "dense", "relu")} == {line}
    assert desk.at("add") == (900, 200)
    assert desk.steps == 1
    assert desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start


def test_with_one_block_selected_shift_a_adds_instead(scattered):
    scattered.store.select(["in"])
    scattered.key(Qt.Key.Key_A, SHIFT)
    assert scattered.canvas.popup.isVisible()
    assert scattered.steps == 0


def test_what_is_too_few_to_align_or_distribute_is_said(scattered):
    scattered.store.select(["in"])
    scattered.canvas.align("left")
    scattered.store.select(["in", "dense"])
    scattered.canvas.distribute("across")
    assert len(scattered.refusals) == 2 and all(w.en and w.zh for w in scattered.refusals)
    assert scattered.steps == 0


def test_gaps_become_equal_and_the_outermost_blocks_stay(scattered):
    desk = scattered
    desk.store.select(desk.store.document.nodes)
    desk.click(desk.head("dense"), button=RIGHT)
    menus = [desk.canvas._menu, *(a.menu() for a in desk.canvas._menu.actions() if a.menu())]
    next(a for menu in menus for a in menu.actions() if a.objectName() == "distribute_across").trigger()
    desk.canvas._menu.close()
    rects = [desk.canvas.items_.nodes[n].rect() for n in ("in", "dense", "relu", "add")]
    gaps = {round(b.left() - a.right(), 6) for a, b in zip(rects, rects[1:], strict=False)}
    assert gaps == {(900 - 3 * 176) / 3}  # what is left between four blocks 176 wide
    assert desk.at("in") == (0, 40) and desk.at("add") == (900, 200)
    assert desk.steps == 1
    assert desk.picture_is_true()


def test_q_makes_the_wires_straight(scattered):
    desk, start = scattered, scattered.store.document
    desk.key(Qt.Key.Key_Q)
    for item in desk.canvas.items_.wires.values():
        assert item.course.start[1] == item.course.pieces[-1][2][1]
    assert [desk.at(n)[0] for n in ("in", "dense", "relu", "add")] == [0, 272, 616, 900]
    assert desk.at("in")[1] == 40, "the first of the chain stays"
    assert desk.steps == 1
    desk.store.undo()
    assert desk.store.document is start


def test_q_on_one_block_lines_it_up_with_what_feeds_it(scattered):
    scattered.store.select(["relu"])
    scattered.key(Qt.Key.Key_Q)
    assert scattered.at("relu") == (616, 0) and scattered.at("dense") == (272, 0)


def test_arranged_from_top_to_bottom_the_flow_runs_down(scattered):
    desk = scattered
    desk.key(Qt.Key.Key_L, CTRL | ALT)
    (a, b, c, d) = (desk.at(n) for n in ("in", "dense", "relu", "add"))
    assert a[1] < b[1] and c[1] < d[1], "down each column"
    assert abs(a[0] - b[0]) < 96 and abs(c[0] - d[0]) < 96 and b[0] < c[0], "and on in the next"
    assert desk.steps == 1
    assert desk.picture_is_true()


def test_blocks_glide_to_their_places_and_anything_a_person_does_ends_it(scattered, qtbot):
    desk = scattered
    desk.canvas.gliding.on = True
    desk.store.select(["in", "dense", "relu"])
    desk.key(Qt.Key.Key_W, SHIFT)
    assert desk.at("relu") == (616, 0) and desk.steps == 1, "the document does not wait for the picture"
    assert desk.canvas.gliding.running
    qtbot.waitUntil(lambda: desk.shown_at("relu")[1] < 96)
    qtbot.waitUntil(lambda: not desk.canvas.gliding.running, timeout=1000)
    assert desk.picture_is_true()
    desk.key(Qt.Key.Key_D, SHIFT)
    assert desk.canvas.gliding.running
    desk.press(QPoint(5, 5))
    desk.release(QPoint(5, 5))
    assert not desk.canvas.gliding.running and desk.picture_is_true()
    desk.store.select(["in", "dense", "relu"])
    desk.key(Qt.Key.Key_A, SHIFT)
    desk.key(Qt.Key.Key_Delete)
    assert not desk.canvas.gliding.running and desk.picture_is_true()


@given(BOXES)
def test_aligning_moves_every_box_along_one_axis_only(boxes):
    for edge, axis in (("left", 0), ("right", 0), ("top", 1), ("bottom", 1)):
        places = aligned(boxes, edge)
        assert all(places[n][1 - axis] == boxes[n][1 - axis] for n in boxes)
        far = edge in ("right", "bottom")
        assert len({places[n][axis] + (boxes[n][axis + 2] if far else 0) for n in boxes}) == 1


@given(BOXES)
def test_distributing_keeps_the_order_and_the_ends(boxes):
    for along, axis in (("across", 0), ("down", 1)):
        places = distributed(boxes, along)
        order = sorted(boxes, key=lambda n: boxes[n][axis] + boxes[n][axis + 2] / 2)
        assert places[order[0]][axis] == boxes[order[0]][axis]
        assert places[order[-1]][axis] == pytest.approx(boxes[order[-1]][axis])


def test_a_dragged_block_is_pulled_to_the_line_of_its_neighbours_and_ctrl_leaves_it(scattered):
    desk = scattered
    desk.carry(desk.head("add"), desk.head("add") + QPoint(-279, -13))  # 5 px from relu's left edge, off the grid
    assert desk.shown_at("add")[0] == 616
    guide = [i for i in desk.canvas.items_.graphics.items() if type(i).__name__ == "GuideItem"]
    assert len(guide) == 1 and not guide[0].boundingRect().isEmpty()
    desk.move(desk.head("add") + QPoint(-279, -13), CTRL)
    assert guide[0].boundingRect().isEmpty()
    desk.key(Qt.Key.Key_Escape)
    assert desk.at("add") == (900, 200) and desk.picture_is_true()


def test_wires_become_straight_when_a_block_comes_near_the_line():
    guides = Guides([((0.0, 3.0, 176.0, 64.0), 46.0)])
    across, down, lines = guides.pull((300.0, 0.0, 176.0, 64.0), 46.0, 6.0)
    assert across is None and down == 3.0
    assert [(g.a, g.b) for g in lines] == [((0.0, 49.0), (476.0, 49.0))]
    assert guides.pull((300.0, -4.0, 176.0, 64.0), 46.0, 6.0) == (None, None, [])
