"""Steps of each optimiser worked out on paper."""

import numpy as np
import pytest

from core.optimizers.adadelta import Adadelta
from core.optimizers.adagrad import Adagrad
from core.optimizers.adam import Adam
from core.optimizers.adamw import AdamW
from core.optimizers.rmsprop import RMSprop
from core.optimizers.sgd import SGD
from tests.optimizers.test_every_optimizer import moved


def after(optimizer, steps, gradient=2.0, **rest):
    """Where a weight of 1 is after some steps with one constant gradient."""
    return moved(optimizer, np.array([1.0]), steps, slope=lambda w: np.full_like(w, gradient), **rest).item()


def test_plain_descent_goes_the_rate_times_the_gradient():
    assert after(SGD(learning_rate=0.1), 3) == pytest.approx(1 - 3 * 0.2)


def test_without_momentum_nothing_is_remembered():
    assert (SGD().slots, SGD(momentum=0.5).slots) == (0, 1)


def test_momentum_gathers_speed():
    assert after(SGD(learning_rate=0.1, momentum=0.5), 3) == pytest.approx(1 - 0.1 * (2 + 3 + 3.5))


def test_nesterov_looks_one_step_ahead():
    assert after(SGD(learning_rate=0.1, momentum=0.5, nesterov=True), 2) == pytest.approx(1 - 0.1 * (3 + 3.5))


def test_nesterov_without_momentum_is_plain_descent():
    assert after(SGD(nesterov=True), 5) == after(SGD(), 5)


@pytest.mark.parametrize("gradient", [1e-4, 2.0, -300.0])
def test_adam_goes_the_rate_whatever_the_size_of_a_constant_gradient(gradient):
    assert after(Adam(learning_rate=0.1), 4, gradient) == pytest.approx(1 - 0.4 * np.sign(gradient), rel=1e-3)


def test_weight_decay_shrinks_the_first_weights_only_and_not_by_way_of_the_gradient():
    w = moved(AdamW(learning_rate=0.1, weight_decay=0.5), np.ones(4), 2, decaying=3, slope=np.zeros_like)
    np.testing.assert_allclose(w, [0.95**2] * 3 + [1])


def test_rmsprop_starts_with_long_steps():
    assert after(RMSprop(learning_rate=0.1, rho=0.75), 1) == pytest.approx(1 - 0.1 / 0.5)


def test_adagrad_slows_down_like_a_square_root():
    assert after(Adagrad(learning_rate=0.1), 3) == pytest.approx(1 - 0.1 * (1 + 1 / np.sqrt(2) + 1 / np.sqrt(3)))


def test_adadelta_begins_with_the_root_of_epsilon():
    assert after(Adadelta(rho=0.75, epsilon=1e-6), 1) == pytest.approx(1 - 2e-3 / np.sqrt(1 + 1e-6), rel=1e-9)


def test_the_rate_can_be_changed_while_it_runs():
    assert after(SGD(learning_rate=0.1), 1, rate=0.5) == pytest.approx(0)
