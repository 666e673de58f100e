"""Boxes, ports and the course of a wire, as numbers."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.canvas.geometry import (
    GRID,
    HEADER,
    LINE,
    WIDTH,
    Port,
    box_of,
    course,
    free_spot,
    kind_of,
    lane_around,
    lane_back,
    runs_back,
    shape_text,
    snapped,
)

IN, OUT = Port("in", "x"), Port("out", "y")
COORDINATES = st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000))


def test_a_plain_block_has_its_ports_on_one_line_and_heights_on_the_grid():
    box = box_of([IN, OUT])
    assert box.height == HEADER + LINE and box.height % GRID == 0
    assert box.ports == {IN: (0.0, 46.0), OUT: (WIDTH, 46.0)}
    assert not box.labelled


@pytest.mark.parametrize("count", [2, 3, 4, 8])
def test_several_ports_stand_apart_inside_the_box_and_can_be_lined_up_with_a_plain_block(count):
    ins = [Port("in", f"p{i}") for i in range(count)]
    box = box_of([*ins, OUT])
    ys = [box.ports[p][1] for p in ins]
    assert ys == sorted(ys) and all(b - a >= 20 for a, b in zip(ys, ys[1:], strict=False))
    assert HEADER + LINE <= min(ys) and max(ys) <= box.height - 6
    assert box.ports[OUT][1] == box.axis
    assert (box.axis - 46.0) % GRID == 0
    assert box.labelled


def test_a_picture_makes_a_box_higher_and_moves_no_port():
    plain, shown = box_of([IN, OUT]), box_of([IN, OUT], picture=True)
    assert shown.ports == plain.ports
    x, y, width, height = shown.picture
    assert y >= plain.height - 8 and y + height < shown.height and x > 0 and x + width < WIDTH


@given(COORDINATES, COORDINATES)
def test_a_wire_starts_and_ends_at_its_ports_and_comes_in_from_the_left(a, b):
    line = course(a, b)
    points = line.points()
    assert points[0] == a and points[-1] == b
    assert points[1][0] >= a[0] - 1e-6, "it leaves to the right"
    assert points[-2][0] <= b[0] + 1e-6, "it arrives from the left"
    pieces = line.pieces
    assert line.length() >= ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 * 0.999
    assert all(len(piece) == 3 for piece in pieces)


@given(COORDINATES, COORDINATES)
def test_a_wire_is_near_its_own_points_and_its_label(a, b):
    line = course(a, b)
    assert line.distance(line.points()[3]) < 1e-6
    assert line.distance(line.middle) < 12


def test_a_cut_crosses_a_wire_or_not():
    line = course((0.0, 0.0), (200.0, 0.0))
    assert line.crosses((100.0, -50.0), (100.0, 50.0))
    assert not line.crosses((100.0, 10.0), (100.0, 50.0))
    assert not line.crosses((300.0, -50.0), (300.0, 50.0))


def test_a_wire_that_runs_back_runs_above_the_row_it_ends_in():
    a, b = (1000.0, 46.0), (0.0, 246.0)
    assert runs_back(a, b)
    lane = lane_back(a, b, [])
    assert 64 < lane < 200
    higher = lane_back(a, b, [(300.0, lane - 30, WIDTH, 64.0)])
    assert higher < lane - 30, "a block lies in the lane"
    assert course(a, b, lane).middle == (500.0, lane)


def test_a_wire_that_would_run_across_blocks_takes_a_lane_beside_them():
    a, b = (0.0, 46.0), (900.0, 46.0)
    assert lane_around(a, b, [(300.0, 400.0, WIDTH, 64.0)]) is None
    lane = lane_around(a, b, [(200.0, 0.0, WIDTH, 64.0), (500.0, 0.0, WIDTH, 64.0)])
    assert lane in (-20.0, 84.0)
    below = lane_around(a, b, [(200.0, 0.0, WIDTH, 64.0), (500.0, -100.0, WIDTH, 164.0)])
    assert below == 84.0
    blocked = lane_around(a, b, [(200.0, 0.0, WIDTH, 64.0), (500.0, 70.0, WIDTH, 300.0)])
    assert blocked == -20.0


@given(st.floats(-1e5, 1e5))
def test_snapping_goes_to_the_nearest_line(value):
    assert snapped(value) % GRID == 0 and abs(snapped(value) - value) <= GRID / 2
    assert snapped(snapped(value)) == snapped(value)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), max_size=12))
def test_a_free_spot_is_free_and_not_above_the_wish(cells):
    taken = [(x * 100.0, y * 40.0, WIDTH, 64.0) for x, y in cells]
    x, y = free_spot((3.0, 5.0), (WIDTH, 64.0), taken)
    assert isclose(x, 0.0) and y >= 8.0
    for left, top, width, height in taken:
        assert x + WIDTH <= left or left + width <= x or y + 64 <= top or top + height <= y


def test_a_shape_has_a_form_for_each_number_of_axes():
    assert [kind_of(s) for s in (None, (), (4,), (9, 4), (8, 8, 3), (2, 2, 2, 2))] == [
        "unknown", "unknown", "vector", "sequence", "image", "other",
    ]  # fmt: skip
    assert shape_text((28, 28, 6)) == "28×28×6" and shape_text(None) == ""
