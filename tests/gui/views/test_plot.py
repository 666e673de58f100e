from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.views.plot import Plot, counted, decades, figure, ticks


def test_ticks_are_round_and_few():
    assert ticks(0, 1, 5) == [0, 0.2, 0.4, 0.6, 0.8, 1]
    assert ticks(0, 676, 4) == [0, 200, 400, 600]
    assert ticks(-6, 6, 3) == [-5, 0, 5]
    assert ticks(3, 3, 4) == []


def test_a_logarithmic_axis_has_decades_or_parts_of_them():
    np.testing.assert_allclose(10 ** np.array(decades(-3, 0, 4)), [0.001, 0.01, 0.1, 1])
    np.testing.assert_allclose(10 ** np.array(decades(-1, 0.01, 6)), [0.1, 0.2, 0.5, 1])


def test_numbers_on_axes_are_short():
    assert [counted(v) for v in (0, 950, 12_000, 1_500_000)] == ["0", "950", "12k", "1.5M"]
    assert [figure(v) for v in (0, -0.5, 0.00001)] == ["0", "−0.5", "1e−05"]


def test_ranges_move_seldom(shown):
    plot = shown(Plot())
    moved = []
    plot.box.sigRangeChanged.connect(lambda *_: moved.append(1))
    for step in range(1, 2000):
        plot.include(float(step), 0.0, 1.0 + step * 1e-6)
    assert len(moved) < 40
    assert plot.x_range[1] >= 1999
    assert plot.y_range[0] == 0.0
    assert plot.y_range[1] > 1.0


def test_a_range_follows_values_that_leave_it_or_shrink_within_it(shown):
    plot = shown(Plot())
    plot.include(10, 0.5, 2.0)
    assert plot.y_range[1] > 2.0
    plot.include(10, 0.5, 7.0)
    assert plot.y_range[1] > 7.0
    plot.include(10, 0.5, 0.6)
    assert plot.y_range[1] < 1.0


def test_a_curve_lies_where_its_axis_says(shown):
    plot = shown(Plot())
    line = plot.line("curve0")
    line.show(np.arange(4.0), np.array([1.0, 10, 100, 0]))
    plot.set_logarithmic(True)
    np.testing.assert_allclose(line.item.yData[:3], [0, 1, 2])
    assert np.isfinite(line.item.yData).all()
    plot.set_logarithmic(False)
    np.testing.assert_allclose(line.item.yData, [1, 10, 100, 0])


def test_the_mouse_and_the_keyboard_point_at_x(shown, qtbot):
    plot = shown(Plot())
    plot.show_range((0, 100), (0, 1))
    qtbot.wait(1)
    heard = []
    plot.pointed.connect(heard.append)
    area = plot.box.sceneBoundingRect()
    at = plot.mapFromScene(area.center())
    QTest.mouseMove(plot.viewport(), QPoint(at.x() - 5, at.y()))
    QTest.mouseMove(plot.viewport(), at)
    assert abs(heard[-1] - 50) < 2
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert abs(heard[-1] - 51) < 2
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert heard[-1] is None


def test_pens_are_thin_and_plain_while_a_run_is_on(shown):
    plot = shown(Plot())
    thin, strong = plot.line("curve0"), plot.line("curve1", strong=True)
    plot.set_running(True)
    assert thin.item.opts["pen"].width() == 1
    assert not thin.item.opts["antialias"]
    assert not strong.item.opts["antialias"]
    plot.set_running(False)
    assert strong.item.opts["antialias"]
    assert not plot.getPlotItem().ctrl.xGridCheck.isChecked()
    assert plot.box.autoRangeEnabled() == [False, False]
