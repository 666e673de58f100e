"""Composites, modes, frames, notes and bends, by mouse and keys: what the document is then, and in how many steps."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolButton, QWidget

from core.graph import markings
from core.graph.composites import Composite
from core.graph.document import Note
from core.graph.expand import expand
from core.library import offered
from core.words import same
from gui.canvas.structure import NO_COMPOSITE
from gui.i18n import language
from gui.palette.panel import PalettePanel
from tests.gui.canvas.conftest import ALT, CTRL, SHIFT, block, document, make_desk, small, wire
from tests.gui.canvas.test_keys import type_and_enter

G, B, M, H, C, R = Qt.Key.Key_G, Qt.Key.Key_B, Qt.Key.Key_M, Qt.Key.Key_H, Qt.Key.Key_C, Qt.Key.Key_R


def grouped(desk):
    """conv and flat in one composite, which is selected."""
    desk.store.select(["conv", "flat"])
    desk.key(G, CTRL)
    (name,) = desk.store.selection
    return name


# composites --------------------------------------------------------------------------------------------------------------


def test_ctrl_g_groups_and_ctrl_shift_g_ungroups(desk):
    start = desk.store.document
    name = grouped(desk)
    assert isinstance(desk.store.document.nodes[name].block, Composite)
    assert desk.wires() == {f"in.y>{name}.x", f"{name}.y>dense.x"}
    assert desk.store.inference.outs["dense"] == ((10,),)
    assert desk.steps == 1 and desk.picture_is_true()
    desk.key(G, CTRL | SHIFT)
    assert desk.store.selection == {"conv", "flat"}
    assert desk.wires() == {"in.y>conv.x", "conv.y>flat.x", "flat.y>dense.x"}
    assert desk.steps == 2 and desk.picture_is_true()
    desk.store.undo()
    desk.store.undo()
    assert desk.store.document is start and desk.picture_is_true()


def test_the_menu_of_a_block_holds_all_of_it(desk):
    desk.store.select(["conv", "flat"])
    menu = desk.canvas.menu_at(desk.canvas.scene_point(desk.head("conv").toPointF()))
    inner = next(a.menu() for a in menu.actions() if a.menu() is not None)
    next(a for a in inner.actions() if a.objectName() == "mute").trigger()
    assert [desk.store.document.nodes[n].mode for n in ("conv", "flat", "dense")] == ["mute", "mute", "on"]
    assert desk.steps == 1


def test_what_cannot_be_grouped_is_told_and_changes_nothing(desk):
    desk.store.select(["conv", "dense"])
    desk.key(G, CTRL)
    assert "flat lies between" in desk.refusals[-1].en and desk.steps == 0
    desk.store.select(["in"])
    desk.key(G, CTRL)
    assert "nothing to group" in desk.refusals[-1].en and desk.steps == 0
    desk.store.select(["in", "conv"])
    desk.key(G, CTRL)
    assert "stayed outside" in desk.refusals[-1].en and desk.steps == 1
    desk.store.select(["dense"])
    desk.key(G, CTRL | SHIFT)
    assert "Select a composite" in desk.refusals[-1].en and desk.steps == 1


@pytest.mark.parametrize("way", ["double click", "enter", "page down"])
def test_every_way_into_a_composite_and_out_again(desk, way):
    name = grouped(desk)
    if way == "double click":
        desk.double_click(desk.head(name))
    else:
        desk.key(Qt.Key.Key_Return if way == "enter" else Qt.Key.Key_PageDown)
    assert desk.store.scope == (name,)
    assert set(desk.store.document.nodes) == {"x", "conv", "flat", "y"}
    assert desk.store.inference.shape("conv", "y") == (6, 6, 4), "the shapes are those that enter here"
    assert desk.picture_is_true() and desk.canvas.breadcrumb.isVisible()
    if way == "double click":
        desk.key(Qt.Key.Key_PageUp)
    elif way == "enter":
        desk.store.select(["conv"])
        desk.key(Qt.Key.Key_Escape)
        assert desk.store.scope == (name,) and not desk.store.selection, "Esc selects nothing first"
        desk.key(Qt.Key.Key_Escape)
    else:
        buttons = desk.canvas.breadcrumb.findChildren(QToolButton)
        QTest.mouseClick(
            next(b for b in buttons if b.isVisible() and b.property("depth") == 0), Qt.MouseButton.LeftButton
        )
    assert desk.store.scope == () and desk.store.selection <= {name}
    assert desk.steps == 1 and desk.picture_is_true() and not desk.canvas.breadcrumb.isVisible()


def test_inside_one_edits_as_outside_and_all_twins_change(desk):
    name = grouped(desk)
    desk.key(Qt.Key.Key_D, CTRL)
    (twin,) = desk.store.selection
    assert desk.steps == 2
    desk.store.enter(name)
    desk.drag(desk.head("conv"), desk.head("conv") + QPoint(0, 80))
    assert desk.steps == 3 and desk.picture_is_true()
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_Delete, CTRL)
    assert desk.wires() == {"x.y>flat.x", "flat.y>y.x"} and desk.steps == 4
    desk.key(Qt.Key.Key_PageUp)
    assert desk.store.document.nodes[twin].block == desk.store.document.nodes[name].block
    assert set(expand(desk.store.root).nodes) >= {f"{name}/flat", f"{twin}/flat"}
    assert f"{twin}/conv" not in expand(desk.store.root).nodes
    desk.store.undo()
    assert desk.store.scope == (name,), "undo goes to where it was done"
    assert "conv" in desk.store.document.nodes and desk.picture_is_true()
    for _ in range(3):
        desk.store.undo()
    assert desk.store.scope == () and desk.picture_is_true()


def test_a_block_made_unique_no_longer_changes_with_its_twin(desk):
    name = grouped(desk)
    desk.key(Qt.Key.Key_D, CTRL)
    (twin,) = desk.store.selection
    desk.canvas.make_unique()
    desk.store.enter(twin)
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_Delete, CTRL)
    desk.store.leave()
    assert "conv" in desk.store.document.nodes[name].block.content().nodes
    assert "conv" not in desk.store.document.nodes[twin].block.content().nodes


def test_inside_one_is_told_how_many_change_and_a_click_changes_one_alone(desk, qtbot):
    name = grouped(desk)
    desk.store.enter(name)
    assert not [text for text in crumbs(desk) if "change" in text.lower()]
    desk.store.leave()
    desk.key(Qt.Key.Key_D, CTRL)
    (twin,) = desk.store.selection
    desk.store.enter(twin)
    assert "Changes here change all 2 blocks of this kind." in crumbs(desk)
    steps = desk.steps
    alone = desk.canvas.breadcrumb.findChild(QToolButton, "alone")
    assert alone.text() == "Change only this one"
    QTest.mouseClick(alone, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.steps == steps + 1)
    assert desk.store.scope == (twin,) and not [text for text in crumbs(desk) if "change" in text.lower()]
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_Delete, CTRL)
    desk.store.leave()
    assert "conv" in desk.store.document.nodes[name].block.content().nodes
    assert "conv" not in desk.store.document.nodes[twin].block.content().nodes


def crumbs(desk):
    QApplication.processEvents()  # what is added to a layout is shown a turn later
    return [
        w.text()
        for w in desk.canvas.breadcrumb.findChildren(QWidget)
        if isinstance(w, QLabel | QToolButton) and not w.isHidden()
    ]


def test_a_title_that_others_share_is_said_to_be_theirs_too(desk):
    grouped(desk)
    desk.key(Qt.Key.Key_D, CTRL)
    desk.key(Qt.Key.Key_F2)
    desk.canvas.typing.line.setText("Features")
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Return)
    assert desk.refusals[-1].en.startswith("All 2 blocks")
    desk.canvas.make_unique()
    desk.key(Qt.Key.Key_F2)
    desk.canvas.typing.line.setText("Mine")
    told = len(desk.refusals)
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Return)
    assert len(desk.refusals) == told


def test_f2_gives_all_of_a_definition_a_title(desk):
    name = grouped(desk)
    desk.key(Qt.Key.Key_F2)
    desk.canvas.typing.line.setText("Features · 特征")
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Return)
    title = desk.store.document.nodes[name].block.title
    assert (title.en, title.zh) == ("Features", "特征") and desk.steps == 2 and desk.picture_is_true()


def test_a_composite_that_is_kept_stands_in_the_lists_at_once(desk, tmp_path, monkeypatch, qtbot):
    monkeypatch.setenv("NEUROLOOM_CONFIG", str(tmp_path))
    name = grouped(desk)
    with qtbot.waitSignal(desk.canvas.kept):
        desk.canvas.keep_block()
    desk.store.select(())
    desk.move(QPoint(600, 500))
    desk.key(Qt.Key.Key_Tab)
    type_and_enter(desk, "group1")
    (added,) = desk.store.selection
    assert desk.store.document.nodes[added].block == desk.store.document.nodes[name].block
    assert list(desk.store.document.definitions) == ["group1"]


def test_a_composite_that_is_dropped_on_the_palette_is_kept_and_stays_where_it_was(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("NEUROLOOM_CONFIG", str(tmp_path))
    desk = make_desk(qtbot, small())
    palette = PalettePanel(desk.store)
    table = QWidget()
    qtbot.addWidget(table)
    row = QHBoxLayout(table)
    row.addWidget(palette)
    row.addWidget(desk.canvas, 1)
    table.resize(1200, 500)
    table.show()
    qtbot.waitExposed(table)
    desk.canvas.kept.connect(lambda: palette.take(offered()))
    desk.canvas.fit()
    name = grouped(desk)
    before, steps, ids = desk.store.document, desk.steps, set(palette.blocks)
    there = desk.view.mapFromGlobal(palette.list.mapToGlobal(palette.list.rect().center()))
    desk.carry(desk.head(name), there)
    assert desk.view.cursor().shape() is Qt.CursorShape.DragCopyCursor
    desk.release(there)
    (kept,) = set(palette.blocks) - ids
    assert kept in palette.list.shown()
    assert desk.store.document is before and desk.steps == steps and desk.picture_is_true()
    desk.refusals.clear()
    desk.drag(desk.head("relu"), there)
    assert desk.refusals == [NO_COMPOSITE] and desk.store.document is before
    desk.carry(desk.head(name), there)
    desk.key(Qt.Key.Key_Escape)
    desk.release(there)
    assert desk.store.document is before and len(set(palette.blocks) - ids) == 1 and desk.picture_is_true()
    desk.canvas.setParent(None)  # it is closed on its own


def test_inside_there_are_inlets_to_add_and_outside_there_are_none(desk):
    desk.canvas.add_block()
    assert "inlet" not in desk.canvas.popup.list.shown()
    QTest.keyClick(desk.canvas.popup.search, Qt.Key.Key_Escape)
    name = grouped(desk)
    desk.store.enter(name)
    desk.move(QPoint(600, 500))
    desk.key(Qt.Key.Key_Tab)
    type_and_enter(desk, "inlet")
    assert desk.store.root.nodes[name].block.input_ports() == ("x", "in1")
    assert desk.picture_is_true()


def test_a_setting_is_promoted_from_the_menu_of_the_block_inside(desk):
    desk.store.select(["conv"])
    assert desk.canvas.promotions() is None, "outside there is no outside"
    name = grouped(desk)
    desk.store.enter(name)
    desk.store.select(["conv"])
    menu = desk.canvas.promotions()
    next(a for a in menu.actions() if a.objectName() == "filters").trigger()
    assert [r.name for r in desk.store.root.nodes[name].block.rows()] == ["filters", "repeat"]
    menu = desk.canvas.promotions()
    action = next(a for a in menu.actions() if a.objectName() == "filters")
    assert action.isChecked()
    action.trigger()
    assert [r.name for r in desk.store.root.nodes[name].block.rows()] == ["repeat"]
    assert desk.steps == 3


def test_copied_composites_bring_their_definition_along(desk, qtbot):
    name = grouped(desk)
    desk.key(C, CTRL)
    other = make_desk(qtbot, document(("in", block("input", shape=(8, 8, 1)), (0.0, 0.0))))
    other.key(Qt.Key.Key_V, CTRL)
    (pasted,) = other.store.selection
    assert other.store.document.nodes[pasted].block == desk.store.document.nodes[name].block
    assert list(other.store.document.definitions) == list(desk.store.document.definitions)
    other.store.enter(pasted)
    assert "conv" in other.store.document.nodes
    assert other.steps == 1
    QGuiApplication.clipboard().clear()  # Qt lets go of it after Python is gone, which it does not survive


# repeated, bypassed, muted, collapsed ------------------------------------------------------------------------------------


def test_r_asks_how_often_and_makes_a_chain(desk):
    desk.store.select(["relu"])
    desk.key(R)
    assert desk.canvas.typing.is_open
    desk.canvas.typing.line.setText("x3")
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Return)
    (name,) = desk.store.selection
    assert desk.store.document.nodes[name].block.repeat == 3 and desk.steps == 1
    assert desk.canvas.hasFocus() and not desk.canvas.typing.is_open
    desk.key(R)
    desk.canvas.typing.line.setText("many")
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Return)
    assert "no number of times" in desk.refusals[-1].en and desk.steps == 1
    desk.key(R)
    desk.canvas.typing.line.setText("9")
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Escape)
    assert desk.store.document.nodes[name].block.repeat == 3 and desk.steps == 1
    desk.key(R)
    desk.canvas.typing.line.setText("99")
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Return)
    assert "'repeat'" in desk.refusals[-1].en and desk.steps == 1


def test_b_bypasses_where_the_shapes_allow_and_says_why_where_not(desk):
    desk.store.select(["conv"])
    desk.key(B)
    assert desk.store.document.nodes["conv"].mode == "bypass" and desk.steps == 1
    assert desk.store.inference.shape("conv", "y") == (8, 8, 1)
    assert desk.picture_is_true()
    desk.key(B)
    assert desk.store.document.nodes["conv"].mode == "on" and desk.steps == 2
    for name, reason in (("flat", "Without it the shapes do not fit. dense: Dense"), ("in", "no input to hand on")):
        desk.store.select([name])
        desk.key(B)
        assert reason in desk.refusals[-1].en and desk.refusals[-1].zh
        assert desk.store.document.nodes[name].mode == "on" and desk.steps == 2


def test_m_mutes_and_what_depends_on_it_alone_is_drawn_idle(desk):
    desk.store.select(["conv"])
    desk.key(M)
    assert desk.store.document.nodes["conv"].mode == "mute"
    assert {n for n, i in desk.canvas.items_.nodes.items() if i.look.idle} == {"conv", "flat", "dense"}
    desk.key(M)
    assert not any(i.look.idle for i in desk.canvas.items_.nodes.values())
    assert desk.steps == 2 and desk.picture_is_true()


def test_h_folds_blocks_up_and_unfolds_them(desk):
    desk.store.select(["conv", "relu"])
    high = desk.canvas.items_.nodes["conv"].box.height
    desk.key(H)
    assert desk.store.document.nodes["conv"].collapsed and desk.store.document.nodes["relu"].collapsed
    assert desk.canvas.items_.nodes["conv"].box.height < high and desk.picture_is_true()
    desk.key(H)
    assert desk.canvas.items_.nodes["conv"].box.height == high
    assert desk.steps == 2 and desk.picture_is_true()


# frames and notes --------------------------------------------------------------------------------------------------------


def framed(desk, title="Features"):
    desk.store.select(["conv", "flat"])
    desk.key(C)
    desk.canvas.typing.line.setText(title)
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Return)
    return desk.store.document.frames["frame1"]


def title_of(desk, name="frame1"):
    x, y, _, _ = desk.store.document.frames[name].rect
    return desk.pixel((x + 60, y + 12))


def test_c_frames_the_selection_and_asks_for_a_title(desk):
    frame = framed(desk)
    assert frame.title == "Features" and desk.steps == 2
    x, y, width, height = frame.rect
    for name in ("conv", "flat"):
        at = desk.at(name)
        assert x < at[0] and y < at[1] and at[0] + 176 < x + width and at[1] + 64 < y + height
    assert desk.picture_is_true()
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_J, CTRL)
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Escape)
    assert list(desk.store.document.frames) == ["frame1", "frame2"] and desk.steps == 3


def test_a_frame_carries_what_lies_in_it_and_a_block_that_is_dropped_in_joins(desk):
    frame = framed(desk)
    conv, relu, dense = desk.at("conv"), desk.at("relu"), desk.at("dense")
    desk.drag(title_of(desk), title_of(desk) + QPoint(16, -40))
    assert desk.at("conv") == (conv[0] + 16, conv[1] - 40) and desk.at("dense") == dense and desk.at("relu") == relu
    assert desk.store.document.frames["frame1"].rect[:2] == (frame.rect[0] + 16, frame.rect[1] - 40)
    assert desk.steps == 3 and desk.picture_is_true()
    desk.store.undo()
    x, y, width, height = frame.rect
    desk.drag(desk.pixel((x + width - 3, y + height - 3)), desk.pixel((x + width + 5, y + height + 245)))
    assert desk.store.document.frames["frame1"].rect == (x, y, width + 8, height + 248)
    desk.drag(title_of(desk), title_of(desk) + QPoint(-80, 0))
    assert desk.at("relu") == (relu[0] - 80, relu[1]), "relu lies in the frame now"
    assert desk.picture_is_true()


def test_escape_in_the_middle_of_dragging_a_frame_puts_all_back(desk):
    framed(desk)
    start, steps = desk.store.document, desk.steps
    desk.carry(title_of(desk), title_of(desk) + QPoint(100, 60))
    assert desk.store.previewing
    desk.key(Qt.Key.Key_Escape)
    assert desk.store.document is start and desk.steps == steps and desk.picture_is_true()
    desk.release(QPoint(10, 10))


def test_a_corner_sizes_a_frame_in_one_step_and_escape_in_the_middle_leaves_it(desk):
    x, y, width, height = framed(desk).rect
    corner, start, steps = desk.pixel((x + width - 3, y + height - 3)), desk.store.document, desk.steps
    desk.carry(corner, corner + QPoint(80, 40))
    assert desk.store.previewing
    desk.key(Qt.Key.Key_Escape)
    desk.release(corner)
    assert desk.store.document is start and desk.steps == steps and desk.picture_is_true()
    desk.drag(corner, corner + QPoint(80, 40))
    assert desk.store.document.frames["frame1"].rect == (x, y, width + 80, height + 40)
    assert desk.steps == steps + 1 and desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is start


def test_a_double_click_renames_a_frame_and_c_colours_one_that_is_chosen(desk):
    framed(desk)
    desk.double_click(title_of(desk))
    desk.canvas.typing.line.setText("<b>特征</b>")
    desk.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert desk.store.document.frames["frame1"].title == "<b>特征</b>", "a click elsewhere takes what was typed"
    desk.click(title_of(desk))
    assert desk.canvas.items_.boxes.chosen == {"frame1"} and not desk.store.selection
    desk.key(C)
    assert desk.store.document.frames["frame1"].colour == 1
    desk.key(Qt.Key.Key_Delete)
    assert not desk.store.document.frames and "conv" in desk.store.document.nodes, "what lay in it stays"
    assert desk.steps == 5 and desk.picture_is_true()
    desk.store.undo()
    assert list(desk.canvas.items_.boxes.items) == ["frame1"] and desk.picture_is_true()


def test_a_note_is_written_dragged_rewritten_and_removed(desk):
    desk.move(desk.pixel((0, 200)))
    desk.key(C, SHIFT)
    desk.canvas.typing.lines.setPlainText("why\nnot")
    QTest.keyClick(desk.canvas.typing.lines, Qt.Key.Key_Return, CTRL)
    note = desk.store.document.notes["note1"]
    assert note.text == "why\nnot" and note.rect == (0, 200, 200, 96) and desk.steps == 2
    desk.drag(desk.pixel((40, 240)), desk.pixel((40, 280)))
    assert desk.store.document.notes["note1"].rect == (0, 240, 200, 96) and desk.steps == 3
    desk.double_click(desk.pixel((40, 280)))
    desk.canvas.typing.lines.setPlainText("because")
    QTest.keyClick(desk.canvas.typing.lines, Qt.Key.Key_Return, CTRL)
    assert desk.store.document.notes["note1"].text == "because"
    desk.click(desk.pixel((40, 280)))
    desk.key(Qt.Key.Key_Delete)
    assert not desk.store.document.notes and desk.steps == 5 and desk.picture_is_true()


# bends -------------------------------------------------------------------------------------------------------------------


def test_a_double_click_on_a_wire_bends_it_and_delete_straightens_it(desk):
    def bends():
        return next(w for w in desk.store.document.wires if w == wire("in>conv")).bends

    desk.double_click(desk.middle("in>conv"))
    (first,) = bends()
    assert desk.steps == 1 and desk.picture_is_true()
    desk.drag(desk.pixel(first), desk.pixel((first[0], first[1] + 80)))
    assert bends() == ((first[0], first[1] + 80),) and desk.steps == 2 and desk.picture_is_true()
    course = desk.canvas.items_.wires[wire("in>conv")].course
    assert course.distance((first[0], first[1] + 80)) < 0.01, "the wire runs through it"
    desk.carry(desk.pixel(bends()[0]), desk.pixel((first[0] + 40, first[1])))
    desk.key(Qt.Key.Key_Escape)
    desk.release(QPoint(5, 5))
    assert bends() == ((first[0], first[1] + 80),) and desk.steps == 2
    desk.click(desk.pixel(bends()[0]))
    desk.key(Qt.Key.Key_Delete)
    assert bends() == () and wire("in>conv") in desk.store.document.wires
    assert desk.steps == 3 and desk.picture_is_true()


def test_bends_go_along_when_both_ends_do(desk):
    desk.double_click(desk.middle("in>conv"))
    (first,) = next(w for w in desk.store.document.wires if w == wire("in>conv")).bends
    desk.store.select(["in", "conv"])
    desk.drag(desk.head("conv"), desk.head("conv") + QPoint(0, 80))
    (after,) = next(w for w in desk.store.document.wires if w == wire("in>conv")).bends
    assert after == (first[0], first[1] + 80) and desk.steps == 2 and desk.picture_is_true()


def test_the_breadcrumb_cuts_no_word(desk):
    name = grouped(desk)
    desk.key(Qt.Key.Key_D, CTRL)
    desk.store.enter(name)
    for to in ("zh", "en"):
        language.choose(to)
        QApplication.processEvents()
        said = [w for w in desk.canvas.breadcrumb.findChildren(QWidget) if not w.isHidden()]
        assert len(said) == 5, "the project, a sign, the block, what is shared, and a way out of it"
        assert all(w.width() >= w.sizeHint().width() for w in said)


def test_the_breadcrumb_says_where_one_is_in_both_languages(desk):
    name = grouped(desk)
    desk.store.enter(name)

    def texts():
        return [b.text() for b in desk.canvas.breadcrumb.findChildren(QToolButton) if not b.isHidden()]

    assert texts() == ["Network", name]
    language.choose("zh")
    assert texts() == ["网络", name]


def test_a_desk_that_is_undone_and_redone_all_the_way_is_as_it_was(desk):
    grouped(desk)
    framed_at = desk.store.document
    desk.key(B)
    desk.key(H)
    desk.key(C)
    QTest.keyClick(desk.canvas.typing.line, Qt.Key.Key_Escape)
    end, steps = desk.store.document, desk.steps
    for _ in range(steps):
        desk.store.undo()
        assert desk.picture_is_true()
    for _ in range(steps):
        desk.store.redo()
        assert desk.picture_is_true()
    assert desk.store.document is end and framed_at is not end


def test_r_on_a_wire_bends_it_in_its_middle_and_delete_heals_it(desk):
    desk.click(desk.middle("in>conv"))
    x, y = desk.canvas.items_.wires[wire("in>conv")].course.middle
    desk.key(Qt.Key.Key_R)
    ((bend,),) = [w.bends for w in desk.store.document.wires if w.bends]
    assert abs(bend[0] - x) <= 4 and abs(bend[1] - y) <= 4, "on the grid, where the wire was"
    assert desk.steps == 1 and desk.picture_is_true()
    desk.key(Qt.Key.Key_Delete)
    assert not any(w.bends for w in desk.store.document.wires) and desk.wires() >= {"in.y>conv.x"}
    assert desk.steps == 2


# locked --------------------------------------------------------------------------------------------------------------


def test_l_locks_a_block_and_neither_hand_nor_key_nor_layout_moves_it(desk):
    here = desk.at("conv")
    desk.click(desk.head("conv"))
    desk.key(Qt.Key.Key_L)
    assert desk.store.document.nodes["conv"].locked and desk.steps == 1
    desk.drag(desk.head("conv"), desk.head("conv") + QPoint(60, 90))
    assert len(desk.refusals) == 1, "it says why nothing moves"
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_Down)
    assert len(desk.refusals) == 2 and desk.steps == 1
    desk.store.select(["conv", "relu"])
    relu = desk.at("relu")
    desk.drag(desk.head("relu"), desk.head("relu") + QPoint(64, 80))
    assert desk.at("relu") == (relu[0] + 64, relu[1] + 80) and desk.steps == 2
    desk.key(Qt.Key.Key_A, CTRL)
    desk.key(Qt.Key.Key_L, CTRL)
    assert desk.at("conv") == here and desk.steps == 3
    assert desk.picture_is_true()
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_L)
    assert not desk.store.document.nodes["conv"].locked
    desk.drag(desk.head("conv"), desk.head("conv") + QPoint(0, 96))
    assert desk.at("conv") != here


def test_a_locked_frame_neither_moves_nor_grows_and_copies_of_a_locked_block_are_free(desk):
    desk.store.select(["conv"])
    desk.key(C)
    desk.canvas.typing.close(take=False)
    ((name, frame),) = desk.store.document.frames.items()
    x, y, width, height = frame.rect
    title, corner = desk.pixel((x + 60, y + 10)), desk.pixel((x + width - 4, y + height - 4))
    desk.click(title)
    desk.key(Qt.Key.Key_L)
    assert desk.store.document.frames[name].locked
    steps = desk.steps
    for spot in (title, corner):
        desk.drag(spot, spot + QPoint(40, 40))
    assert desk.store.document.frames[name].rect == frame.rect
    assert desk.steps == steps and len(desk.refusals) == 2
    desk.store.select(["conv"])
    desk.canvas.lock()
    desk.drag(desk.head("conv"), desk.head("conv") + QPoint(0, 160), ALT)
    (copy,) = desk.store.selection
    assert copy != "conv" and not desk.store.document.nodes[copy].locked
    assert desk.picture_is_true()


# copied ---------------------------------------------------------------------------------------------------------------


def annotated(desk):
    """conv and flat in a frame, with a note in it, and another note outside; the frame's name."""
    desk.store.select(["conv", "flat"])
    desk.key(C)
    desk.canvas.typing.line.setText("Eyes")
    desk.canvas.typing.close(take=True)
    ((name, frame),) = desk.store.document.frames.items()
    x, y = frame.rect[:2]

    def noted(document):
        for text, at in (("in", (x + 8, y + 30)), ("out", (x, y - 300))):
            document, _ = markings.add_note(document, Note(text, (*at, 64.0, 48.0)))
        return document

    desk.store.apply(same("notes"), noted)
    return name


@pytest.mark.parametrize("how", ["blocks", "frame"])
@pytest.mark.parametrize("way", ["duplicate", "clipboard"])
def test_copies_take_the_frame_and_the_notes_in_it_along(desk, how, way):
    name = annotated(desk)
    before = desk.store.document
    x, y = before.frames[name].rect[:2]
    if how == "frame":
        desk.click(desk.pixel((x + 60, y + 10)))
    else:
        desk.store.select(["conv", "flat"])
    steps = desk.steps
    if way == "duplicate":
        desk.key(Qt.Key.Key_D, CTRL)
    else:
        desk.key(C, CTRL)
        desk.key(Qt.Key.Key_V, CTRL)
    after = desk.store.document
    (copy,) = after.frames.keys() - before.frames.keys()
    fresh = after.nodes.keys() - before.nodes.keys()
    assert after.frames[copy].title == "Eyes" and after.frames[copy].rect[2:] == before.frames[name].rect[2:]
    assert [after.notes[n].text for n in after.notes.keys() - before.notes.keys()] == ["in"]
    assert desk.store.selection == fresh and len(fresh) == 2
    moved = {(after.frames[copy].rect[0] - x, after.frames[copy].rect[1] - y)}
    for node in (after.nodes[n] for n in fresh):
        twin = before.nodes["conv" if node.block.id == "conv2d" else "flat"].position
        moved.add((node.position[0] - twin[0], node.position[1] - twin[1]))
    assert len(moved) == 1, "all of it has gone the same way"
    assert desk.steps == steps + 1 and desk.picture_is_true()
    desk.store.undo()
    assert desk.store.document is before


def test_one_block_of_a_frame_goes_without_it_and_cutting_all_takes_it(desk):
    name = annotated(desk)
    desk.store.select(["conv"])
    desk.key(Qt.Key.Key_D, CTRL)
    assert set(desk.store.document.frames) == {name}
    desk.store.undo()
    desk.store.select(["conv", "flat"])
    desk.key(Qt.Key.Key_X, CTRL)
    assert not desk.store.document.frames and [n.text for n in desk.store.document.notes.values()] == ["out"]
    desk.key(Qt.Key.Key_V, CTRL)
    assert [f.title for f in desk.store.document.frames.values()] == ["Eyes"]
    assert {"conv", "flat"} <= set(desk.store.document.nodes) and desk.picture_is_true()


def test_copies_carried_off_by_the_hand_take_the_frame_along_and_escape_leaves_none(desk):
    annotated(desk)
    before = desk.store.document
    desk.store.select(["conv", "flat"])
    desk.carry(desk.head("conv"), desk.head("conv") + QPoint(0, 240), ALT)
    assert len(desk.store.document.frames) == 2
    desk.key(Qt.Key.Key_Escape)
    desk.release(desk.head("conv"))
    assert desk.store.document is before and desk.picture_is_true()
    desk.drag(desk.head("conv"), desk.head("conv") + QPoint(0, 240), ALT)
    assert len(desk.store.document.frames) == 2 and len(desk.store.document.notes) == 3
    assert desk.picture_is_true()
