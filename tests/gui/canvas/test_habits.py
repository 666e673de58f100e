"""What hands know from Blender, ComfyUI, Unreal and Figma works here: the same keys, by real events."""

import pytest
from PySide6.QtCore import QPoint, Qt

from core.graph import edits
from gui.canvas.editing import NOTHING_SELECTED
from gui.canvas.tools.base import LOCKED
from gui.i18n import language
from tests.gui.canvas.conftest import ALT, CTRL, RIGHT, SHIFT, block, document, make_desk

G, X, Y, F = Qt.Key.Key_G, Qt.Key.Key_X, Qt.Key.Key_Y, Qt.Key.Key_F


@pytest.fixture
def loose(qtbot):
    """Blocks without wires, from left to right: an input, a dense, a relu, and another input."""
    return make_desk(
        qtbot,
        document(
            ("relu", block("relu"), (528.0, 0.0)),
            ("in", block("input", shape=(8,)), (0.0, 0.0)),
            ("dense", block("dense", units=4), (264.0, 0.0)),
            ("image", block("input", shape=(8, 8, 1)), (0.0, 300.0)),
        ),
    )


# Blender: G ----------------------------------------------------------------------------------------------------------


def grab(desk, *names):
    desk.store.select(names)
    desk.move(desk.head(names[0]))
    desk.key(G)


def test_g_moves_the_selection_with_the_pointer_until_a_click(desk):
    grab(desk, "conv", "flat")
    start, flat = desk.at("conv"), desk.at("flat")
    desk.move(desk.head("in") + QPoint(264, 0))
    desk.move(desk.head("conv") + QPoint(8, 80))
    assert desk.steps == 0 and desk.canvas.pointer.dragging
    spot = desk.head("conv")
    desk.move(spot)
    desk.click(spot)
    by = desk.at("conv")[0] - start[0], desk.at("conv")[1] - start[1]
    assert by != (0.0, 0.0) and desk.steps == 1 and desk.picture_is_true()
    assert desk.at("flat") == (flat[0] + by[0], flat[1] + by[1])
    assert desk.canvas.pointer.tool is None


@pytest.mark.parametrize("end", ["escape", "right"])
def test_a_grab_is_taken_back(desk, end):
    before = desk.store.document
    grab(desk, "conv")
    desk.move(desk.head("conv") + QPoint(40, 80))
    assert desk.shown_at("conv") != desk.at("conv")
    if end == "escape":
        desk.key(Qt.Key.Key_Escape)
    else:
        desk.click(desk.head("conv"), button=RIGHT)
    assert desk.store.document is before and desk.shown_at("conv") == desk.at("conv")
    assert desk.steps == 0 and desk.canvas.pointer.tool is None and desk.picture_is_true()


@pytest.mark.parametrize(("key", "kept"), [(X, 1), (Y, 0)])
def test_x_and_y_keep_a_grab_on_a_line_and_enter_ends_it(desk, key, kept):
    grab(desk, "relu")
    before = desk.at("relu")
    desk.move(desk.head("relu") + QPoint(96, 96))
    desk.key(key)
    desk.key(Qt.Key.Key_Return)
    after = desk.at("relu")
    assert after[kept] == before[kept] and after[1 - kept] != before[1 - kept]
    assert desk.steps == 1 and desk.picture_is_true() and set(desk.store.document.nodes) >= {"relu", "conv"}


def test_a_grab_of_nothing_or_of_what_is_locked_says_so(desk):
    desk.store.select(())
    desk.key(G)
    assert desk.refusals == [NOTHING_SELECTED]
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_P)  # ComfyUI's pin
    assert desk.store.document.nodes["conv"].locked
    desk.key(G)
    assert desk.refusals[-1] == LOCKED and desk.canvas.pointer.tool is None


# Blender: F ----------------------------------------------------------------------------------------------------------


def test_f_wires_the_selected_blocks_from_left_to_right_in_one_step(loose):
    loose.store.select(["relu", "in", "dense"])
    loose.key(F)
    assert loose.wires() == {"in.y>dense.x", "dense.y>relu.x"} and loose.steps == 1 and loose.picture_is_true()
    loose.key(F)
    assert loose.steps == 1, "they are wired"
    loose.store.undo()
    assert loose.wires() == set()


def test_f_says_why_nothing_can_be_wired(loose):
    loose.store.select(["image", "dense"])
    loose.key(F)
    assert loose.wires() == set() and loose.steps == 0 and "Flatten" in loose.refusals[-1].en
    loose.store.apply(LOCKED, lambda d: edits.move(d, {"image": (-300.0, 0.0)}))
    loose.store.select(["image", "in"])
    loose.key(F)
    assert loose.refusals[-1].en == "in has no free input."
    language.choose("zh")
    assert loose.refusals[-1].zh == "in 没有空闲的输入端口。"


def test_f_with_one_block_or_none_still_fits(loose):
    loose.canvas.zoom_to(3.0)
    loose.store.select(["in"])
    loose.key(F)
    loose.canvas.travelling.finish()
    assert loose.canvas.scale_now <= 1.0 and loose.steps == 0


# one key each --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "keys", "mode"),
    [
        (Qt.Key.Key_M, CTRL, "mute"),
        (Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier, "mute"),
        (Qt.Key.Key_B, CTRL, "bypass"),
    ],
)
def test_comfyui_and_blender_mute_and_bypass(desk, key, keys, mode):
    desk.store.select(["relu"])
    desk.key(key, keys)
    assert desk.store.document.nodes["relu"].mode == mode and desk.steps == 1
    desk.key(key, keys)
    assert desk.store.document.nodes["relu"].mode == "on"


def test_x_deletes_and_a_selects_all(desk):
    desk.store.select(["relu"])
    desk.key(X)
    assert "relu" not in desk.store.document.nodes and desk.steps == 1
    desk.key(Qt.Key.Key_A)
    assert desk.store.selection == set(desk.store.document.nodes)


def test_shift_d_copies_one_block_and_aligns_several(desk):
    desk.store.select(["relu"])
    desk.key(Qt.Key.Key_D, SHIFT)
    assert len(desk.store.document.nodes) == 6 and desk.steps == 1
    desk.store.select(["relu", "conv"])
    desk.key(Qt.Key.Key_W, ALT)  # Figma's
    assert desk.at("relu")[1] == desk.at("conv")[1]


def test_alt_c_collapses_and_figmas_key_frames(desk):
    desk.store.select(["relu"])
    desk.key(Qt.Key.Key_C, ALT)
    assert desk.store.document.nodes["relu"].collapsed
    desk.store.select(["conv", "flat"])
    desk.key(G, CTRL | ALT)
    assert len(desk.store.document.frames) == 1


def test_the_period_of_the_number_pad_fits_the_selection(desk):
    desk.store.select(["relu"])
    desk.key(Qt.Key.Key_Period, Qt.KeyboardModifier.KeypadModifier)
    desk.canvas.travelling.finish()
    x, y = desk.shown_at("relu")
    (cx, cy), _ = desk.canvas.place()
    assert abs(cx - x - 88) < 2 and abs(cy - y - 32) < 2
