"""Attention, gates, the fitted curve and histograms: read by mouse and keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from core.insight._base import Request
from gui.theme.maps import sequential
from gui.views.attention import Attention
from gui.views.curve import FittedCurve
from gui.views.gates import Gates
from gui.views.weight_histogram import WeightHistogram
from tests.gui.views.conftest import frame, move_to


@pytest.fixture
def attention(shown):
    view = shown(Attention())
    view.wanted = (Request("attention", "heads"),)
    maps = np.stack([np.eye(4), np.full((4, 4), 0.25)]).astype(np.float32)
    words = {"queries": list("abcd"), "keys": list("abcd"), "heads": 2, "row": 0, "rows": 50}
    view.consume(frame("attention", {"attention": maps} | words, "heads"))
    return view


def test_a_cell_of_a_head_is_where_its_row_and_column_say(attention):
    area = attention.heads.area(1)
    centre = QPointF(area.left() + area.width() * 0.375, area.top() + area.height() * 0.875)
    assert attention.heads.cell_at(centre) == (1, 3, 1)
    image = attention.heads.grab().toImage()
    assert image.pixelColor(centre.toPoint()).getRgb()[:3] == tuple(sequential()[round(0.25 * 254 + 1)])


def test_pointing_says_who_looks_at_whom(attention):
    area = attention.heads.area(0)
    move_to(attention.heads, QPointF(area.left() + area.width() * 0.6, area.top() + area.height() * 0.6).toPoint())
    assert attention.readout.text() == "head 1: step 3 (c) looks at step 3 (c) with 100.0 %"
    attention.heads.setFocus()
    QTest.keyClick(attention.heads, Qt.Key.Key_PageDown)
    QTest.keyClick(attention.heads, Qt.Key.Key_Left)
    assert attention.readout.text() == "head 2: step 3 (c) looks at step 2 (b) with 25.0 %"
    attention.heads.point_at(None)
    assert attention.readout.text().startswith("each row looks at the columns")


def gates_of(view, block, kinds, ways):
    """The view, and values (ways, kinds, 6 steps, 3 units) that it shows."""
    view.wanted = (Request("gates", block),)
    values = np.random.default_rng(0).random((ways, len(kinds), 6, 3)).astype(np.float32)
    values[:, -1] = np.linspace(-2, 2, 18, dtype=np.float32).reshape(6, 3)
    words = {"kinds": np.array(kinds), "steps": list("abcdef"), "units": 3, "row": 0, "rows": 50}
    view.consume(frame("gates", {"values": values} | words, block))
    return view, values


def test_gates_are_read_by_unit_and_step(shown):
    view, values = gates_of(shown(Gates()), "lstm1", ["input", "forget", "candidate", "output", "cell"], 1)
    assert [s.title for s in view.strips.strips][:2] == ["input gate", "forget gate"]
    assert [s.scale for s in view.strips.strips] == ["positive", "positive", "signed", "positive", "signed"]
    area = view.strips.area(1)
    move_to(view.strips, QPointF(area.left() + area.width() * 0.75, area.top() + area.height() * 0.5).toPoint())
    assert view.readout.text() == f"forget gate of unit 2 at step 5 (e): {values[0, 1, 4, 1]:.3g}"
    view.strips.setFocus()
    for _ in range(3):
        QTest.keyClick(view.strips, Qt.Key.Key_PageDown)
    assert view.readout.text().startswith("cell of unit 2 at step 5 (e): 1.06")


def test_the_gates_of_the_way_back_are_below_and_say_so(shown):
    view, values = gates_of(shown(Gates()), "gru1", ["reset", "update", "candidate", "state"], 2)
    titles = [s.title for s in view.strips.strips]
    assert titles[:2] == ["reset gate (forth)", "update gate (forth)"]
    assert titles[4:] == ["reset gate (back)", "update gate (back)", "candidate (back)", "state (back)"]
    assert view.strips.minimumSizeHint().height() / 8 > 26
    area = view.strips.area(5)
    move_to(view.strips, QPointF(area.left() + area.width() * 0.75, area.top() + area.height() * 0.5).toPoint())
    assert view.readout.text() == f"update gate (back) of unit 2 at step 5 (e): {values[1, 1, 4, 1]:.3g}"


def test_the_fitted_line_is_read_along_x(shown):
    view = shown(FittedCurve())
    view.wanted = (Request("curve"),)
    x = np.linspace(-3, 3, 200, dtype=np.float32)
    points = np.array([[-2, 1], [2, -1.0]], np.float32)
    arrays = {
        "points": points,
        "held_out": [False, True],
        "line": np.stack([x, 2 * x], axis=1),
        "axes": ["t", "height"],
    }
    view.consume(frame("curve", arrays))
    np.testing.assert_allclose(view.line.y, 2 * x)
    low, high = view.plot.y_range
    assert low < -1 < 1 < high < 6  # the points rule the height, a line that runs away does not
    assert [(e.mark, e.hollow) for e in view.legend.entries] == [("", False), ("circle", False), ("triangle", True)]
    view.plot.point_at(1.0)
    assert view.readout.text() == "t = 1: the network says height = 2"


def test_a_histogram_keeps_the_outline_of_its_beginning(shown):
    view = shown(WeightHistogram())
    view.wanted = (Request("weight_histogram", "fc1"),)

    def now(step, spread):
        weights = np.random.default_rng(step).normal(0, spread, 4000)
        counts, edges = np.histogram(weights, 40)
        numbers = [4000, 4000, 7, weights.mean(), weights.std(), weights.min(), weights.max(), 0.125]
        arrays = {"names": ["W"], "counts.0": counts, "edges.0": edges, "numbers.0": numbers}
        view.consume(frame("weight_histogram", arrays, "fc1", step=step))
        return arrays

    first = now(0, 0.1)
    assert view.histograms.panels[0].first_counts is None
    later = now(500, 0.3)
    panel = view.histograms.panels[0]
    np.testing.assert_array_equal(panel.first_counts, first["counts.0"])
    np.testing.assert_array_equal(panel.counts, later["counts.0"])
    assert panel.title == "W: 4,000 numbers"
    assert panel.notes[1] == "exactly 0: 7  ·  gradient norm 0.125"
    area, x = view.histograms.area(0), view.histograms.x_of(0, panel.edges)
    move_to(view.histograms, QPointF((x[20] + x[21]) / 2, area.center().y()).toPoint())
    assert view.readout.text().endswith(f": {panel.counts[20]:,} weights")
    view.histograms.setFocus()
    QTest.keyClick(view.histograms, Qt.Key.Key_Right)
    assert view.readout.text().endswith(f": {panel.counts[21]:,} weights")
    view.clear()  # as the window does for a new run
    now(3, 0.1)
    assert view.histograms.panels[0].first_counts is None
