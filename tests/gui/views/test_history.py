from __future__ import annotations

import numpy as np
import pytest

from gui.views.history import BUCKETS, EpochHistory, StepHistory, thinned


def run(length: int, seed: int = 0) -> np.ndarray:
    return np.exp(-np.arange(length) / 5000) + 0.1 * np.random.default_rng(seed).random(length)


def test_a_short_run_is_kept_step_by_step():
    history, losses = StepHistory(), run(700)
    history.add(0, losses[:300])
    history.add(300, losses[300:])
    x, y = history.raw()
    np.testing.assert_array_equal(x, np.arange(700))
    np.testing.assert_array_equal(y, losses)


@pytest.mark.parametrize("piece", [1, 7, 999, 40_000])
def test_no_least_or_greatest_loss_is_lost_however_the_losses_arrive(piece):
    losses = run(40_000 if piece > 1 else 3_000)
    losses[1234], losses[2345] = 9.0, -9.0
    history = StepHistory()
    for first in range(0, len(losses), piece):
        history.add(first, losses[first : first + piece])
    x, y = history.raw()
    assert len(x) <= 2 * BUCKETS
    wide = history.width
    assert wide * BUCKETS >= len(losses)
    for k in range(-(-len(losses) // wide)):
        part = losses[k * wide : (k + 1) * wide]
        assert y[2 * k] == part.min()
        assert y[2 * k + 1] == part.max()
    _, means = history.smooth(0)
    np.testing.assert_allclose(means[3], losses[3 * wide : 4 * wide].mean())


def test_losses_that_were_skipped_leave_a_gap_and_no_zeros():
    history = StepHistory()
    history.add(0, run(100))
    history.add(500, run(100))
    x, y = history.raw()
    assert len(x) == 200
    assert y.min() > 0.5
    assert history.at(510)[0] == 510


def test_the_moving_average_is_the_usual_one_without_its_bias():
    history, losses = StepHistory(), run(300)
    history.add(0, losses)
    average, expected = 0.0, []
    for i, loss in enumerate(losses):
        average = 0.9 * average + 0.1 * loss
        expected.append(average / (1 - 0.9 ** (i + 1)))
    _, smooth = history.smooth(0.9)
    np.testing.assert_allclose(smooth, expected, rtol=1e-9)


@pytest.mark.parametrize("back_to", [0, 1, 450, 2000, 12_345, 19_999])
def test_a_run_that_resumes_draws_the_same_curve_as_one_that_was_never_interrupted(back_to):
    losses = run(30_000)
    whole, resumed = StepHistory(), StepHistory()
    whole.add(0, losses)
    resumed.add(0, losses[:20_000])
    resumed.truncate(back_to)
    for first in range(back_to, len(losses), 777):
        resumed.add(first, losses[first : first + 777])
    for a, b in zip((*whole.raw(), *whole.smooth(0.9)), (*resumed.raw(), *resumed.smooth(0.9)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_steps_from_the_point_of_return_on_are_forgotten():
    history = StepHistory()
    history.add(0, run(600))
    history.truncate(250)
    assert history.end == 250
    assert history.raw()[0][-1] == 249


def test_measures_may_begin_late_and_the_best_epoch_follows_a_return():
    history = EpochHistory()
    for epoch, loss in enumerate([0.9, 0.5, 0.7, 0.3], start=1):
        measures = {"loss": loss} | ({"val_loss": loss + 0.1} if epoch > 1 else {})
        history.add(epoch, 10 * epoch, measures, best=epoch in {1, 2, 4})
    assert history.best == 3
    assert np.isnan(history.values("val_loss")[0])
    assert history.line("val_loss")[0].tolist() == [20, 30, 40]
    history.truncate(30)
    assert history.count == 3
    assert history.best == 1


def test_many_epochs_are_thinned_with_every_extreme():
    y = np.random.default_rng(3).random(50_000)
    y[77], y[40_001] = 5, -5
    x, thin = thinned(np.arange(50_000.0), y)
    assert len(x) <= 2 * BUCKETS
    assert (np.diff(x) >= 0).all()
    assert (thin.max(), thin.min()) == (5, -5)


def test_epochs_outgrow_their_first_table():
    history = EpochHistory()
    for epoch in range(1, 300):
        history.add(epoch, epoch, {"loss": 1 / epoch}, best=True)
    np.testing.assert_allclose(history.values("loss"), 1 / np.arange(1, 300))
