"""Zoom, pan and fit by wheel, trackpad, pinch, hand and key; and what is painted at which zoom."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPainter, QPointingDevice
from PySide6.QtWidgets import QApplication, QMenu, QStyleOptionGraphicsItem

from core.blocks.relu import ReLU
from core.graph import edits
from core.words import same
from gui.canvas.view import LARGEST, SMALLEST
from gui.theme.apply import theme
from tests.gui.canvas.conftest import CTRL, MIDDLE, NONE, RIGHT, SHIFT

SPOT = QPoint(300, 200)


def near(a, b, pixels=1.5):
    return abs(a[0] - b[0]) <= pixels and abs(a[1] - b[1]) <= pixels


def test_the_wheel_zooms_by_a_quarter_octave_a_notch_and_the_point_under_it_stays(desk):
    before = desk.canvas.scene_point(QPointF(SPOT))
    desk.wheel(SPOT, QPoint(0, 120))
    assert desk.canvas.scale_now == pytest.approx(2**0.25)
    assert near(desk.canvas.scene_point(QPointF(SPOT)), before)
    desk.wheel(SPOT, QPoint(0, -120))
    assert desk.canvas.scale_now == pytest.approx(1.0)
    assert near(desk.canvas.scene_point(QPointF(SPOT)), before, 3)


def test_a_finer_wheel_zooms_finer(desk):
    for _ in range(12):
        desk.wheel(SPOT, QPoint(0, 10))
    assert desk.canvas.scale_now == pytest.approx(2**0.25)


def test_zoom_ends_at_a_tenth_and_at_four(desk):
    for _ in range(40):
        desk.wheel(SPOT, QPoint(0, -120))
    assert desk.canvas.scale_now == pytest.approx(SMALLEST) == pytest.approx(0.1)
    for _ in range(60):
        desk.wheel(SPOT, QPoint(0, 120))
    assert desk.canvas.scale_now == pytest.approx(LARGEST) == pytest.approx(4.0)


def test_two_fingers_on_a_trackpad_pan_and_with_ctrl_zoom(desk):
    before = desk.canvas.scene_point(QPointF(SPOT))
    desk.wheel(SPOT, QPoint(0, 80), pixels=QPoint(-30, 40), phase=Qt.ScrollPhase.ScrollUpdate)
    assert desk.canvas.scale_now == 1.0
    assert near(desk.canvas.scene_point(QPointF(SPOT)), (before[0] + 30, before[1] - 40))
    desk.wheel(SPOT, QPoint(0, 120), pixels=QPoint(0, 40), keys=CTRL, phase=Qt.ScrollPhase.ScrollUpdate)
    assert desk.canvas.scale_now > 1.0


def test_shift_and_the_wheel_pan_sideways(desk):
    before = desk.canvas.scene_point(QPointF(SPOT))
    desk.wheel(SPOT, QPoint(0, -120), keys=SHIFT)
    after = desk.canvas.scene_point(QPointF(SPOT))
    assert desk.canvas.scale_now == 1.0
    assert after[0] > before[0] and after[1] == pytest.approx(before[1])


def test_who_prefers_scrolling_gets_it(desk):
    desk.canvas.wheel_zooms = False
    before = desk.canvas.scene_point(QPointF(SPOT))
    desk.wheel(SPOT, QPoint(0, -120))
    assert desk.canvas.scale_now == 1.0
    assert desk.canvas.scene_point(QPointF(SPOT))[1] > before[1]


def test_a_pinch_zooms_at_the_fingers(desk):
    before = desk.canvas.scene_point(QPointF(SPOT))
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
        QPointF(SPOT), QPointF(SPOT), QPointF(desk.view.mapToGlobal(SPOT)), 0.5, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(desk.view, event)
    assert desk.canvas.scale_now == pytest.approx(1.5)
    assert near(desk.canvas.scene_point(QPointF(SPOT)), before)


@pytest.mark.parametrize("how", ["middle button", "space"])
def test_the_picture_follows_the_hand(desk, how):
    before = desk.canvas.scene_point(QPointF(0, 0))
    if how == "space":
        desk.hold(Qt.Key.Key_Space)
        desk.drag(desk.head("conv"), desk.head("conv") + QPoint(80, -48))
        desk.let_go(Qt.Key.Key_Space)
        assert not desk.canvas.popup.isVisible(), "Space was for the hand, not for the list"
    else:
        desk.drag(SPOT, SPOT + QPoint(80, -48), button=MIDDLE)
    after = desk.canvas.scene_point(QPointF(0, 0))
    assert near(after, (before[0] - 80, before[1] + 48))
    assert desk.steps == 0
    assert desk.picture_is_true()


@pytest.mark.parametrize("button", [MIDDLE, RIGHT])
def test_escape_in_the_middle_of_a_pan_goes_back(desk, button):
    before = desk.canvas.scene_point(QPointF(0, 0))
    desk.carry(SPOT, SPOT + QPoint(80, -48), button=button)
    assert not near(desk.canvas.scene_point(QPointF(0, 0)), before)
    desk.key(Qt.Key.Key_Escape)
    desk.release(SPOT, button=button)
    assert near(desk.canvas.scene_point(QPointF(0, 0)), before)
    assert desk.steps == 0 and desk.picture_is_true()


def test_the_right_button_pans_where_it_is_dragged_and_asks_where_it_is_clicked(desk):
    before = desk.canvas.scene_point(QPointF(0, 0))
    desk.drag(desk.head("conv"), desk.head("conv") + QPoint(80, -48), button=RIGHT)
    assert near(desk.canvas.scene_point(QPointF(0, 0)), (before[0] - 80, before[1] + 48))
    assert not menus() and not desk.store.selection
    desk.click(desk.head("conv"), button=RIGHT)
    (menu,) = menus()
    assert "duplicate" in {action.objectName() for action in menu.actions()}
    assert desk.store.selection == {"conv"}
    menu.close()
    assert desk.steps == 0 and desk.picture_is_true()


def menus():
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]


@pytest.mark.parametrize("key", [Qt.Key.Key_F, Qt.Key.Key_Home])
def test_fit_shows_everything_and_nothing_larger_than_life(desk, key):
    desk.canvas.zoom_to(4.0)
    desk.key(key)
    assert desk.canvas.visible().contains(desk.canvas.items_.bounds())
    assert desk.canvas.scale_now <= 1.0
    desk.canvas.resize(500, 300)
    desk.key(key)
    assert desk.canvas.scale_now < 0.6
    assert desk.canvas.visible().contains(desk.canvas.items_.bounds())


@pytest.mark.parametrize(("key", "keys"), [(Qt.Key.Key_F, SHIFT), (Qt.Key.Key_Period, NONE)])
def test_shift_f_and_a_dot_fit_what_is_selected(desk, key, keys):
    desk.canvas.resize(400, 300)
    desk.store.select(["dense"])
    desk.key(key, keys)
    centre = desk.canvas.visible().center()
    assert near((centre.x(), centre.y()), (792 + 88, 32), 3)


def test_keys_zoom_in_out_and_to_actual_size_around_the_middle(desk):
    middle = desk.canvas.place()[0]
    for key, keys, scale in (
        (Qt.Key.Key_Plus, CTRL, 1.25), (Qt.Key.Key_Equal, NONE, 1.25**2), (Qt.Key.Key_Minus, NONE, 1.25),
        (Qt.Key.Key_0, CTRL, 1.0), (Qt.Key.Key_Minus, CTRL, 0.8),
    ):  # fmt: skip
        desk.key(key, keys)
        assert desk.canvas.scale_now == pytest.approx(scale)
    assert near(desk.canvas.place()[0], middle, 6) and desk.steps == 0


def test_fitting_nothing_is_no_crash(empty_desk):
    empty_desk.key(Qt.Key.Key_F)
    assert empty_desk.canvas.scale_now == 1.0
    assert empty_desk.canvas._hint.isVisible()


def test_the_hint_goes_with_the_first_block(empty_desk):
    empty_desk.canvas.add("relu")
    assert not empty_desk.canvas._hint.isVisible()
    empty_desk.store.undo()
    assert empty_desk.canvas._hint.isVisible()


class Counting(QPainter):
    """Counts what is painted, on top of painting it."""

    texts = rounds = 0

    def drawStaticText(self, *args):
        self.texts += 1
        super().drawStaticText(*args)

    def drawRoundedRect(self, *args):
        self.rounds += 1
        super().drawRoundedRect(*args)


@pytest.mark.parametrize(("zoom", "texts", "rounded"), [(0.2, 0, False), (0.5, 1, True), (1.0, 3, True)])
def test_the_farther_away_the_less_is_painted(desk, zoom, texts, rounded):
    picture = QImage(400, 200, QImage.Format.Format_ARGB32_Premultiplied)
    painter = Counting(picture)
    painter.scale(zoom, zoom)
    desk.canvas.items_.nodes["conv"].paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    assert painter.texts == texts
    assert bool(painter.rounds) == rounded


@pytest.mark.parametrize("state", [{}, {"selected": True}, {"activity": 1.0}, {"faulty": True}, {"lit": True}])
def test_nothing_is_painted_outside_the_bounds_of_a_block(desk, state):
    item = desk.canvas.items_.nodes["conv"]
    if state.pop("faulty", False):
        from dataclasses import replace

        item.show_node(item.node, replace(item.look, faulty=True))
    if state.pop("lit", False):
        state = {"lit": frozenset(item.box.ports)}
    item.set_state(**state)
    item.show_picture(QImage(64, 64, QImage.Format.Format_RGB32))
    picture = QImage(600, 500, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(2, 2)
    painter.translate(40, 40)
    item.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    box = item.boundingRect()
    inside = (
        int(2 * (40 + box.left())),
        int(2 * (40 + box.top())),
        int(2 * (40 + box.right())),
        int(2 * (40 + box.bottom())),
    )
    stained = [
        (x, y)
        for x in range(0, 600, 1)
        for y in range(0, 500, 1)
        if picture.pixel(x, y) and not (inside[0] <= x < inside[2] and inside[1] <= y < inside[3])
    ]
    assert stained == []
    assert picture.pixel(2 * 40 + 100, 2 * 40 + 100) != 0


def test_a_picture_makes_a_block_higher_and_its_wires_stay_where_they_were(desk):
    item = desk.canvas.items_.nodes["conv"]
    height, port = item.box.height, desk.port("conv", "out")
    desk.canvas.set_picture("conv", QImage(8, 8, QImage.Format.Format_RGB32))
    assert item.box.height > height + 60
    assert desk.port("conv", "out") == port
    desk.canvas.set_pictures({"flat": QImage(8, 8, QImage.Format.Format_RGB32)})
    assert item.box.height == height and desk.canvas.items_.nodes["flat"].picture is not None
    desk.canvas.set_picture("flat", None)
    desk.canvas.set_picture("nobody", None)


def test_the_theme_changes_while_the_program_runs(desk):
    theme.choose("light")
    light = desk.canvas.grab().toImage()
    theme.choose("dark")
    dark = desk.canvas.grab().toImage()
    assert light.pixelColor(4, 4).lightness() > 180 > 60 > dark.pixelColor(4, 4).lightness()
    assert desk.picture_is_true()


def test_the_middle_of_the_view_stays_when_it_is_resized(desk):
    before = desk.canvas.scene_point(QPointF(600, 300))
    desk.canvas.resize(900, 500)
    assert near(desk.canvas.scene_point(QPointF(450, 250)), before, 2)


def test_showing_a_block_that_is_seen_already_moves_nothing(desk):
    before = desk.canvas.visible()
    desk.canvas.show_blocks(["conv"])
    assert desk.canvas.visible() == before
    desk.canvas.pan(QPointF(2000, 0))
    desk.canvas.show_blocks(["conv"])
    assert desk.canvas.visible().contains(desk.canvas.items_.nodes["conv"].rect())


@pytest.mark.parametrize("far", [10_000.0, 300_000.0, 1e8, -1e8])
def test_a_block_far_away_can_be_looked_at(desk, far):
    desk.store.apply(same("Add"), lambda d: edits.add(d, ReLU(), (far, -far / 2), "far")[0])
    desk.canvas.show_blocks(["far"])
    assert desk.canvas.visible().contains(desk.canvas.items_.bounds(["far"]))


def test_from_afar_a_block_has_its_title_as_large_as_it_can_be_read(desk):
    name = next(iter(desk.canvas.items_.nodes))
    item = desk.canvas.items_.nodes[name]

    def ink(zoom):
        """Pixels of print in the middle of its box."""
        desk.canvas.zoom_to(zoom)
        desk.canvas.centerOn(item.rect().center())
        image = desk.view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        middle, wide = image.rect().center(), int(item.rect().width() * zoom * 0.4)
        ground = image.pixelColor(middle.x() - wide, middle.y() - 1).lightness()
        high = min(4, int(item.rect().height() * zoom * 0.3))
        box = [(middle.x() + x, middle.y() + y) for x in range(-wide, wide) for y in range(-high, high)]
        return sum(abs(image.pixelColor(x, y).lightness() - ground) > 40 for x, y in box)

    assert ink(0.33) > 20 and ink(0.26) > 20, "letters do not shrink with the box"
    assert ink(0.13) == 0, "where none would fit there are none"
