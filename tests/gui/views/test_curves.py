from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLayout

from core.training.events import EpochEnded
from core.words import Words
from gui.i18n import language
from gui.theme.tokens import DARK
from gui.views.curves import APART, REDRAW_EVERY, Curves

STEPS, EPOCHS = 50, 6


def losses(count=STEPS * EPOCHS, seed=0):
    return np.exp(-np.arange(count) / 80) + 0.05 * np.random.default_rng(seed).random(count)


def ended(epoch, *, best=False, accuracy=0.9, val_loss=None, **more):
    measures = {"loss": 1 / epoch, "accuracy": accuracy} | more
    if val_loss is not None:
        measures |= {"val_loss": val_loss, "val_accuracy": accuracy - 0.1}
    return EpochEnded(epoch, epoch * STEPS, measures, 0.1, best)


@pytest.fixture
def curves(shown):
    view = shown(Curves(), 800, 420)
    view.add_losses(0, losses())
    for epoch in range(1, EPOCHS + 1):
        view.add_epoch(ended(epoch, best=epoch in {1, 2, 4}, accuracy=epoch / 10, val_loss=1.2 / epoch))
    view.refresh()
    return view


def point_at(view, plot, step):
    scene = plot.box.mapViewToScene(QPoint(0, 0))
    scene = plot.box.mapViewToScene(type(scene)(step, sum(plot.box.viewRange()[1]) / 2))
    at = plot.mapFromScene(scene)
    QTest.mouseMove(plot.viewport(), QPoint(at.x() + 40, at.y()))
    QTest.mouseMove(plot.viewport(), at)


def test_an_empty_view_says_what_to_do_in_both_languages(shown):
    view = shown(Curves())
    assert view.stack.currentWidget() is view.empty
    assert view.empty.sentence.text().startswith("Press Train")
    language.choose("zh")
    view.retranslate()
    assert view.empty.sentence.text().startswith("点击“训练”")


def test_every_step_and_every_epoch_is_drawn(curves):
    assert curves.stack.currentWidget() is curves.content
    np.testing.assert_array_equal(curves.raw.y, losses())
    np.testing.assert_allclose(curves.mean.x, np.arange(1, 7) * STEPS)
    np.testing.assert_allclose(curves.held_out.y, 1.2 / np.arange(1, 7))
    np.testing.assert_allclose(curves.measures[0].train.y, np.arange(1, 7) / 10)
    np.testing.assert_allclose(curves.measures[0].held_out.y, np.arange(1, 7) / 10 - 0.1)


def test_every_metric_has_a_curve(shown):
    view = shown(Curves())
    view.add_epoch(EpochEnded(1, 10, {"loss": 1.0, "left_accuracy": 0.5, "right_mean_absolute_error": 2.0}, 0.1, True))
    view.refresh()
    assert [m.train.y.tolist() for m in view.measures[:2]] == [[0.5], [2.0]]
    legend = [(e.words.en, e.value) for e in view.metric_legend.entries]
    assert legend == [("left: Accuracy", "50.00 %"), ("right: Mean absolute error", "2")]
    measures = {"loss": 1.0, "left_accuracy": 0.6, "val_left_accuracy": 0.4, "right_mean_absolute_error": 2.0}
    view.add_epoch(EpochEnded(2, 20, measures, 0.1, False))
    view.refresh()
    assert view.metric_legend.entries[0].value == "60.00 % · 40.00 %"


def test_all_curves_are_inside_the_frame(curves):
    for plot, lines in (
        (curves.loss_plot, [curves.smooth, curves.mean, curves.held_out]),
        (curves.metric_plot, [curves.measures[0].train]),
    ):
        for line in lines:
            assert plot.x_range[0] <= line.x.min() <= line.x.max() <= plot.x_range[1]
            assert plot.y_range[0] <= line.y.min() <= line.y.max() <= plot.y_range[1]


def test_the_best_epoch_has_a_star_and_the_last_values_are_in_the_legend(curves):
    assert curves.loss_marks.best == (4 * STEPS, pytest.approx(1.2 / 4))
    values = {e.words.en: e.value for e in curves.loss_legend.entries}
    assert values["validation"] == "0.2"
    assert "best: epoch 4" in values
    assert "best validation loss 0.3 in epoch 4" in curves.readout.text()
    assert {e.words.en: e.value for e in curves.metric_legend.entries} == {
        "training": "60.00 %",
        "validation": "50.00 %",
    }


def test_lines_differ_by_more_than_colour(curves):
    looks = [(e.dash, e.strong, e.faint, e.mark) for e in curves.loss_legend.entries]
    assert len(set(looks)) == len(looks)


def test_bands_mark_the_epochs(curves, qapp):
    bands = curves.loss_marks.bands()
    assert [(b, e) for b, e, _ in bands] == [(i * STEPS, (i + 1) * STEPS) for i in range(EPOCHS)]
    curves.resize(330, 420)
    qapp.processEvents()
    assert [n for _, _, n in curves.loss_marks.bands()] in ([2, 4, 6], [1, 2, 3, 4, 5, 6])


def test_many_epochs_share_a_band(shown):
    view = shown(Curves())
    for epoch in range(1, 1001):
        view.add_epoch(EpochEnded(epoch, epoch * 3, {"loss": 1.0}, 0.0, False))
    view.refresh()
    numbers = [n for _, _, n in view.loss_marks.bands()]
    assert len(numbers) <= 22
    assert all(n % numbers[0] == 0 for n in numbers)
    begin, end, number = view.loss_marks.bands()[1]
    assert (begin, end) == (3 * numbers[0], 3 * number)


def test_the_mouse_reads_step_and_values(curves):
    point_at(curves, curves.loss_plot, 125)
    assert curves.readout.text().startswith("Step 12")
    assert "in epoch 3" in curves.readout.text()
    values = {e.words.en: e.value for e in curves.loss_legend.entries}
    assert values["validation"] == "0.6"  # of the epoch that has ended by then, the second
    assert curves.metric_plot.at == curves.loss_plot.at  # one cursor in both plots
    curves.loss_plot.point_at(None)
    assert curves.readout.text().startswith("300 steps, 6 epochs")


def test_the_keyboard_reads_too(curves):
    curves.loss_plot.setFocus()
    QTest.keyClick(curves.loss_plot, Qt.Key.Key_Right)
    assert curves.readout.text().startswith("Step 15")


def test_a_flag_tells_what_was_changed(curves):
    curves.add_flag(125, Words("learning rate 0.1 → 0.01", "学习率 0.1 → 0.01"))
    curves.refresh()
    assert "1 change on the way" in curves.readout.text()
    point_at(curves, curves.loss_plot, 125)
    assert "learning rate 0.1 → 0.01" in curves.readout.text()
    language.choose("zh")
    curves.retranslate()
    assert "学习率 0.1 → 0.01" in curves.readout.text()
    point_at(curves, curves.loss_plot, 220)
    assert "0.01" not in curves.readout.text()


def test_a_resumed_run_goes_on_as_if_nothing_had_happened(curves):
    for step in (20, 290):
        curves.add_flag(step, Words("batch size 32 → 64", "批大小 32 → 64"))
    raw, smooth, mean = curves.raw.y.copy(), curves.smooth.y.copy(), curves.mean.y.copy()
    curves.truncate(3 * STEPS + 20)
    curves.refresh()
    assert len(curves.raw.y) == 3 * STEPS + 20
    assert len(curves.mean.y) == 3
    assert [step for step, _ in curves.loss_marks.flags] == [20]  # the later change is undone with the steps
    assert curves.loss_marks.best[0] == 3 * STEPS
    curves.add_losses(3 * STEPS + 20, losses()[3 * STEPS + 20 :])
    for epoch in range(4, EPOCHS + 1):
        curves.add_epoch(ended(epoch, best=epoch == 4, accuracy=epoch / 10, val_loss=1.2 / epoch))
    curves.refresh()
    np.testing.assert_array_equal(curves.raw.y, raw)
    np.testing.assert_allclose(curves.smooth.y, smooth)
    np.testing.assert_array_equal(curves.mean.y, mean)


def test_a_new_run_leaves_the_old_one_as_a_ghost_until_all_is_cleared(curves):
    smooth = curves.smooth.y.copy()
    curves.restart()
    np.testing.assert_array_equal(curves.ghost.y, smooth)
    assert len(curves.raw.y) == len(curves.held_out.y) == 0
    curves.add_losses(0, losses(20, seed=1))
    curves.refresh()
    assert "previous run" in [e.words.en for e in curves.loss_legend.entries]
    curves.clear()
    assert len(curves.ghost.y) == len(curves.raw.y) == 0
    assert curves.stack.currentWidget() is curves.empty


def test_smoothing_and_log_scale_are_switches_a_person_can_reach(curves):
    rough = curves.smooth.y.copy()
    curves.smoothing.setFocus()
    QTest.keyClick(curves.smoothing, Qt.Key.Key_Home)
    curves.refresh()
    np.testing.assert_allclose(curves.smooth.y, losses())
    assert not np.allclose(curves.smooth.y, rough)
    QTest.keyClick(curves.logarithmic, Qt.Key.Key_Space)
    np.testing.assert_allclose(curves.smooth.item.yData, np.log10(losses()))
    assert curves.loss_plot.y_range[0] > 0


def test_a_long_run_draws_few_points_and_makes_no_new_items(curves):
    items = len(curves.loss_plot.getPlotItem().items)
    curves.add_losses(300, losses(400_000))
    curves.refresh()
    assert len(curves.raw.x) <= 2000
    assert len(curves.loss_plot.getPlotItem().items) == items


def test_drawing_is_put_off_while_hidden_and_done_on_showing(curves, qtbot):
    curves.hide()
    before = len(curves.raw.y)
    curves.add_losses(300, losses(50))
    qtbot.wait(60)
    assert len(curves.raw.y) == before
    curves.show()
    assert len(curves.raw.y) == before + 50


def test_it_draws_by_itself_soon_after_news(curves, qtbot):
    curves.add_losses(300, losses(50))
    qtbot.waitUntil(lambda: len(curves.raw.y) == 350)


def test_running_and_dark_are_drawn_without_complaint(curves):
    curves.set_running(True)
    curves.restyle(DARK)
    assert curves.smooth.item.opts["pen"].color().name().upper() == DARK.curves[0]
    assert not curves.grab().isNull()
    curves.set_running(False)
    assert curves.loss_plot.x_range[1] == pytest.approx(300, rel=0.05)


def test_each_plot_has_its_turn(curves, qtbot):
    """Drawn at once they would hold the window up; both come by themselves."""
    drawn = []
    for name, plot in (("losses", curves.loss_marks), ("metrics", curves.metric_marks)):
        show = plot.show
        plot.show = lambda *given, name=name, show=show: (drawn.append(name), show(*given))
    curves.add_epoch(ended(EPOCHS + 1))
    qtbot.waitUntil(lambda: len(drawn) == 2)
    assert drawn == ["losses", "metrics"]
    assert curves.measures[0].train.x[-1] == (EPOCHS + 1) * STEPS
    curves.add_losses(STEPS * EPOCHS, losses(3))
    qtbot.waitUntil(lambda: len(drawn) == 3)
    qtbot.wait(2 * REDRAW_EVERY)
    assert drawn[2:] == ["losses"], "where only losses came the metrics rest"


def test_it_gives_way_to_another_view_once(curves):
    curves.add_losses(STEPS * EPOCHS, losses(3))
    curves._timer.start(1)
    curves.give_way()
    assert curves._timer.interval() == APART
    curves._timer.start(1)
    curves.give_way()
    assert curves._timer.interval() == 1


def test_where_there_is_little_height_one_line_of_values_is_left(shown):
    view = shown(Curves(), 800, 420)
    view.layout().setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # as in a dock
    view.setMinimumSize(0, 0)
    view.add_losses(0, losses())
    for epoch in range(1, EPOCHS + 1):
        view.add_epoch(ended(epoch, best=epoch in {1, 2, 4}, accuracy=epoch / 10, val_loss=1.2 / epoch))
    view.refresh()
    assert view.loss_legend.rows() > 1 and view.loss_legend.shown() == view.loss_legend.entries
    plot = view.loss_plot.height()
    high = 8 * view.fontMetrics().height()
    view.resize(800, high)
    QTest.qWait(0)
    assert view.loss_legend.rows() == view.metric_legend.rows() == 1
    assert view.loss_legend.height() == view.metric_legend.height(), "both plots begin at one height"
    assert [e.words.en for e in view.loss_legend.shown()] == ["smoothed", "validation"], "the lines drawn strong"
    assert view.bar_holder.height() == 0 and not view.foot_holder.isVisible()
    assert view.loss_plot.height() > high / 2 and plot > view.loss_plot.height()
    view.resize(800, 420)
    QTest.qWait(0)
    assert view.loss_legend.rows() > 1 and view.bar_holder.height() > 0 and view.foot_holder.isVisible()
    view.resize(300, 360)
    QTest.qWait(0)
    assert view.loss_legend.isVisible() and view.loss_legend.rows() == 1


def test_of_a_line_that_is_too_short_for_any_value_the_most_wanted_is_kept(shown):
    view = shown(Curves(), 240, 200)
    view.add_losses(0, losses())
    view.refresh()
    assert [e.words.en for e in view.loss_legend.shown()] == ["smoothed"]
