"""Finding one's way: bookmarks, the minimap and the find bar, by real keys, clicks and wheels."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.graph import edits
from core.words import same
from gui.canvas.bookmarks import Bookmarks
from gui.canvas.finding import find
from gui.document.store import Store
from gui.i18n import language
from tests.gui.canvas.conftest import CTRL, NONE, SHIFT, block, document, small

LEFT = Qt.MouseButton.LeftButton


def close_to(a, b, by=1.5):
    return abs(a[0] - b[0]) <= by and abs(a[1] - b[1]) <= by


def test_ctrl_shift_and_a_number_keep_a_view_and_ctrl_and_the_number_come_back(desk):
    told = []
    desk.canvas.told.connect(told.append)
    desk.canvas.zoom_to(0.7)
    desk.canvas.centerOn(300, 100)
    centre, scale = desk.canvas.place()
    desk.key(Qt.Key.Key_3, CTRL | SHIFT)
    desk.canvas.zoom_to(2.0)
    desk.canvas.centerOn(-900, 700)
    desk.key(Qt.Key.Key_3, CTRL)
    assert close_to(desk.canvas.place()[0], centre) and desk.canvas.scale_now == pytest.approx(scale)
    desk.key(Qt.Key.Key_4, CTRL)
    assert close_to(desk.canvas.place()[0], centre), "nothing is kept there"
    assert len(told) == 2 and all(w.en and w.zh for w in told)
    assert desk.steps == 0


def bookmarks(store, settings):
    made = Bookmarks(store)
    made.remember_in(settings)
    return made


def test_bookmarks_belong_to_a_file_and_outlive_the_program(settings, tmp_path):
    store = Store()
    marks = bookmarks(store, settings)
    marks.keep("1", ((10.0, -20.0), 0.5))
    store.saved(tmp_path / "a.loom")
    marks.save()
    again = bookmarks(other := Store(), settings)
    other.open(small(), tmp_path / "a.loom")
    assert again.find("1") == ((10.0, -20.0), 0.5)
    other.open(small(), tmp_path / "b.loom")
    assert again.find("1") is None


@pytest.mark.parametrize("text", ["", "1 2", "a b c", "nan 0 1", "1e99 0 1", "0 0 0"])
def test_bookmarks_that_somebody_damaged_are_passed_over(settings, tmp_path, text):
    store = Store()
    marks = bookmarks(store, settings)
    store.saved(tmp_path / "a.loom")
    marks.keep("1", ((0.0, 0.0), 1.0))
    (key,) = [k for k in settings.allKeys() if k.startswith("bookmarks/")]
    settings.setValue(key, text)
    again = bookmarks(other := Store(), settings)
    other.open(small(), tmp_path / "a.loom")
    assert again.find("1") is None


def test_the_view_travels_where_motion_is_on_and_a_wheel_stops_it(desk, qtbot):
    canvas = desk.canvas
    canvas.travelling.on = True
    canvas.zoom_to(4.0)
    desk.key(Qt.Key.Key_F)
    assert canvas.travelling.running and canvas.scale_now > 1.0
    qtbot.waitUntil(lambda: not canvas.travelling.running, timeout=1000)
    assert canvas.visible().contains(canvas.items_.bounds()) and canvas.scale_now <= 1.0
    canvas.zoom_to(4.0)
    desk.key(Qt.Key.Key_F)
    desk.wheel(QPoint(300, 200), QPoint(0, 120))
    assert not canvas.travelling.running and canvas.scale_now > 1.0


def test_n_shows_the_map_and_hides_it(desk):
    desk.key(Qt.Key.Key_N)
    assert desk.canvas.minimap.isVisible()
    corner = desk.canvas.minimap.geometry().bottomRight()
    assert desk.canvas.rect().contains(corner) and corner.x() > desk.canvas.width() - 40
    desk.key(Qt.Key.Key_N)
    assert not desk.canvas.minimap.isVisible()


def test_a_click_on_the_map_goes_there_a_drag_along_and_the_wheel_zooms(desk):
    desk.key(Qt.Key.Key_N)
    chart, canvas = desk.canvas.minimap, desk.canvas
    for name in ("in", "dense"):
        rect = canvas.items_.nodes[name].rect()
        spot = chart.frame().to_map(rect).center().toPoint()
        QTest.mouseClick(chart, LEFT, NONE, spot)
        centre = canvas.place()[0]
        assert close_to(centre, (rect.center().x(), rect.center().y()), 16), name
    a = chart.frame().to_map(canvas.items_.nodes["in"].rect()).center().toPoint()
    QTest.mousePress(chart, LEFT, NONE, a)
    before = canvas.place()[0]
    QTest.mouseMove(chart, a + QPoint(20, 0))
    assert canvas.place()[0][0] > before[0] + 20
    QTest.mouseRelease(chart, LEFT, NONE, a + QPoint(20, 0))
    scale = canvas.scale_now
    where = QPointF(chart.mapToGlobal(a))
    event = QWheelEvent(
        QPointF(a), where, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(chart, event)
    assert canvas.scale_now == pytest.approx(scale * 2**0.5)
    assert desk.steps == 0


def test_the_map_shows_each_block_in_its_place_and_repaints_at_most_ten_times_a_second(desk, qtbot):
    desk.key(Qt.Key.Key_N)
    chart = desk.canvas.minimap
    picture = chart.grab().toImage()
    for item in desk.canvas.items_.nodes.values():
        at = chart.frame().to_map(item.rect()).center()
        colour = picture.pixelColor((at * picture.devicePixelRatio()).toPoint())
        assert colour != picture.pixelColor(12, 12), item.name
    for _ in range(50):
        desk.canvas.pan(QPointF(1, 0))
    assert chart._clock.isActive() and chart._clock.interval() >= 100
    qtbot.waitUntil(lambda: not chart._clock.isActive())


def test_an_empty_map_is_no_crash(empty_desk):
    empty_desk.key(Qt.Key.Key_N)
    empty_desk.canvas.minimap.grab()


@pytest.fixture
def net():
    return document(
        ("in", block("input", shape=(8, 8, 1)), (0.0, 0.0)),
        ("stem", block("conv2d", filters=64, padding="same"), (264.0, 0.0)),
        ("flat", block("flatten"), (528.0, 0.0)),
        ("head", block("dense", units=640), (792.0, 0.0)),
        ("last", block("dense", units=10, bias=False), (1056.0, 0.0)),
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stem", ["stem"]), ("ste", ["stem"]), ("conv", ["stem"]), ("二维卷积", ["stem"]), ("dense", ["head", "last"]),
        ("qlj", ["head", "last"]), ("64", ["stem"]), ("640", ["head"]), ("units=640", ["head"]), ("单元数=10", ["last"]),
        ("dense 10", ["last"]), ("same", ["stem"]), ("bias", ["last"]), ("nothing", []), ("", []), ("  ", []),
    ],
)  # fmt: skip
def test_blocks_are_found_by_name_kind_and_setting(net, query, found):
    assert find(net, query) == found


def test_ctrl_f_goes_from_one_to_the_next_and_the_view_follows(desk):
    desk.canvas.zoom_to(2.0)
    desk.canvas.centerOn(-3000, 0)
    desk.key(Qt.Key.Key_F, CTRL)
    bar = desk.canvas.find_bar
    assert bar.isVisible() and bar.search.hasFocus()
    QTest.keyClicks(bar.search, "e")  # in the names of dense and relu, and in Flatten's settings there is none
    names = bar.found
    assert len(names) >= 2 and desk.store.selection == {names[0]}
    assert desk.canvas.visible().contains(desk.canvas.items_.nodes[names[0]].rect())
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
    assert desk.store.selection == {names[1]} and bar.count.text() == f"2 / {len(names)}"
    assert desk.canvas.visible().contains(desk.canvas.items_.nodes[names[1]].rect())
    QTest.keyClick(bar.search, Qt.Key.Key_Return, SHIFT)
    QTest.keyClick(bar.search, Qt.Key.Key_Return, SHIFT)
    assert desk.store.selection == {names[-1]}, "round the corner"
    QTest.keyClick(bar.search, Qt.Key.Key_Escape)
    assert not bar.isVisible() and desk.canvas.hasFocus() and desk.store.selection == {names[-1]}
    assert desk.steps == 0


def test_what_is_not_found_is_said_and_what_goes_is_found_no_more(desk):
    desk.key(Qt.Key.Key_F, CTRL)
    bar = desk.canvas.find_bar
    QTest.keyClicks(bar.search, "zzz")
    language.choose("zh")
    assert bar.count.text() == "无"
    bar.search.clear()
    QTest.keyClicks(bar.search, "relu")
    assert bar.found == ["relu"]
    desk.store.apply(same("x"), lambda d: edits.remove(d, ["relu"]))
    assert bar.found == []
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
