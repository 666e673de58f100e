from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.theme.maps import diverging
from gui.theme.tokens import LIGHT
from gui.views.mosaic import Cell
from gui.views.surface import Surface
from tests.gui.views.conftest import frame, move_to

POINTS = np.array([[-3, -3], [3, 3], [0, 5]], np.float32)


def plane_frame(**more):
    rising = np.broadcast_to(np.linspace(-1, 1, 60), (60, 60)).astype(np.float32)
    arrays = {
        "limits": [-6, 6, -6, 6], "axes": ["x1", "x2"], "names": ["no", "yes"], "surface": rising, "scale": 1.0,
        "points": POINTS, "labels": [-1, 1, 1], "held_out": [False, False, True],
        "maps.hidden": np.stack([np.full((20, 20), 100), np.full((20, 20), -50)]).astype(np.int8), "scale.hidden": 2.0,
    }  # fmt: skip
    return frame("surface", arrays | more)


@pytest.fixture
def surface(shown):
    view = shown(Surface())
    view.wanted = (plane_frame().request,)
    view.consume(plane_frame())
    view.grab()
    return view


def colour(widget, at):
    image = widget.grab().toImage()
    found = image.pixelColor(at.toPoint())
    return np.array([found.red(), found.green(), found.blue()])


def test_colours_go_from_one_class_to_the_other_symmetrically(surface):
    for x in (-5.8, 0, 5.8):
        expected = diverging(on_dark=False)[round(128 + 127 * x / 6)].astype(int)
        assert np.abs(colour(surface.plane, surface.plane.place(x, -5)) - expected).max() < 12
    assert surface.colour_bar.labels() == ("no", "yes")


def test_row_0_is_at_the_bottom(surface):
    upward = np.repeat(np.linspace(-1, 1, 60), 60).reshape(60, 60).astype(np.float32)
    surface.consume(plane_frame(surface=upward))
    low, high = (colour(surface.plane, surface.plane.place(-5, y)) for y in (-5.5, 5.5))
    assert low[2] > low[0]  # negative is blue
    assert high[0] > high[2]


def test_classes_differ_by_shape_and_held_out_points_are_hollow(surface):
    marks = [(e.mark, e.hollow) for e in surface.legend.entries]
    assert len(set(marks)) == 3
    assert marks[-1][1]
    filled, hollow = (colour(surface.plane, surface.plane.place(x, y)) for x, y in ((3, 3), (0, 5)))
    ground = colour(surface.plane, surface.plane.place(0, 4))
    assert np.abs(hollow - ground).max() < 30  # one sees through it
    assert np.abs(filled - colour(surface.plane, surface.plane.place(3, 4))).max() > 30


def test_the_mouse_reads_what_the_network_says_and_what_is_true(surface):
    move_to(surface.plane, surface.plane.place(3, 3).toPoint())
    assert "the network says 0.5" in surface.readout.text()
    assert "this point is yes" in surface.readout.text()
    move_to(surface.plane, surface.plane.place(-4, 0).toPoint())
    assert "this point" not in surface.readout.text()
    surface.plane.point_at(None)
    assert surface.readout.text().startswith("2 points to learn from, 1 held out")


def test_the_keyboard_moves_over_the_plane(surface):
    surface.plane.setFocus()
    QTest.keyClick(surface.plane, Qt.Key.Key_Right)
    assert surface.plane.at == pytest.approx((0.4, 0))
    assert surface.readout.text().startswith("x1 0.40, x2 0.00")


def test_pointing_at_a_unit_shows_it_large_and_leaving_brings_the_output_back(surface):
    before = colour(surface.plane, surface.plane.place(-5, -5))
    move_to(surface.units, surface.units.rect_of(Cell(0, 10, 10)).center().toPoint())
    large = colour(surface.plane, surface.plane.place(-5, -5))
    np.testing.assert_array_equal(large, diverging(on_dark=False)[228])
    assert "hidden, unit 1: full colour is 2" in surface.readout.text()
    surface.units.point_at(None)
    np.testing.assert_array_equal(colour(surface.plane, surface.plane.place(-5, -5)), before)


def test_more_than_two_classes_have_a_colour_and_a_shape_each(surface):
    winner = np.zeros((60, 60), np.uint8)
    winner[:, 20:40], winner[:, 40:] = 1, 2
    many = plane_frame(winner=winner, surety=np.ones((60, 60), np.float32), names=["a", "b", "c"], labels=[0, 2, 1])
    del many.arrays["surface"]
    surface.consume(many)
    assert [e.colour for e in surface.legend.entries[:3]] == ["curve0", "curve1", "curve2"]
    assert len({e.mark for e in surface.legend.entries[:3]}) == 3
    for x, curve in ((-5, 0), (0, 1), (5, 2)):
        ground, full = (np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (LIGHT.plot, LIGHT.curves[curve]))
        np.testing.assert_allclose(
            colour(surface.plane, surface.plane.place(x, -5)), ground + (full - ground) * 0.8, atol=2
        )
    move_to(surface.plane, surface.plane.place(3, 3).toPoint())
    assert "the network says c (100 %)" in surface.readout.text()
    assert "this point is c" in surface.readout.text()


def test_a_sharp_border_shows_only_who_wins(surface):
    QTest.keyClick(surface.stepped, Qt.Key.Key_Space)
    for x in (-5, -1):
        np.testing.assert_array_equal(colour(surface.plane, surface.plane.place(x, -5)), diverging(on_dark=False)[1])
