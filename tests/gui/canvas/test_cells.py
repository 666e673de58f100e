"""Cells: whatever is put where, those near an area are those that touch it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gui.canvas.cells import CELL, Cells

spots = st.integers(-20, 20).map(lambda i: i * CELL / 4)  # edges of cells among them
sizes = st.integers(0, 9).map(lambda i: i * CELL / 4)
rects = st.tuples(spots, spots, sizes, sizes)


def touch(a, b):
    return all(a[i] <= b[i] + b[i + 2] and b[i] <= a[i] + a[i + 2] for i in (0, 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | rects), max_size=20), rects)
def test_those_near_an_area_are_those_that_touch_it(steps, area):
    cells, true = Cells(), {}
    for name, box in steps:
        if box is not None:
            cells.put(name, box)
            true[name] = box
        elif name in true:
            cells.drop(name)
            del true[name]
    assert cells.boxes == true
    assert cells.near(area) == {name: box for name, box in true.items() if touch(box, area)}
    for name in true:
        cells.drop(name)
    assert not cells.near(area) and not cells._cells, "nothing is kept of boxes that are gone"
