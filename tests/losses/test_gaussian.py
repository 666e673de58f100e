"""Gaussian likelihood: against PyTorch, and what its best answer is."""

import numpy as np
import pytest

from core.errors import ShapeError
from core.losses.gaussian import Gaussian
from tests.losses.judge import judge
from tests.reference.pytorch import pytorch


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(2,), (6,), (3, 4)])
def test_value_and_gradient_agree_with_pytorch(shape):
    torch = pytorch()
    rng = np.random.default_rng(0)
    n = shape[-1] // 2
    x, target = rng.standard_normal((5, *shape)), rng.standard_normal((5, *shape[:-1], n))
    verdict, tx = judge(Gaussian(), x, target), torch.tensor(x, requires_grad=True)
    loss = torch.nn.functional.gaussian_nll_loss(
        tx[..., :n], torch.tensor(target), tx[..., n:].exp(), full=True, eps=1e-12
    )
    loss.backward()
    assert verdict.loss.mean() == pytest.approx(loss.item(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(verdict.y, np.concatenate([x[..., :n], np.exp(x[..., n:] / 2)], -1))
    np.testing.assert_array_equal(Gaussian().answer(verdict.y), x[..., :n])
    assert verdict.metric.mean() == pytest.approx(np.abs(x[..., :n] - target).mean())


def test_the_slope_is_level_at_the_mean_and_the_spread_of_the_data():
    t = np.random.default_rng(0).normal(3, 0.5, (400, 1))
    x = np.tile([t.mean(), np.log(t.var())], (400, 1))
    np.testing.assert_allclose(judge(Gaussian(), x, t).dx.sum(0), 0, atol=1e-12)


def test_an_output_that_has_run_away_is_pulled_back():
    dx = judge(Gaussian(), np.array([[0.0, -1e4], [0.0, 1e4]], np.float32), np.array([[1], [1]])).dx
    assert dx[0, 1] < 0 < dx[1, 1]


def test_beyond_its_bound_a_spread_counts_as_the_bound():
    x = np.array([[0.0, s] for s in (20, 25, 50, -20, -25, -50)])
    verdict = judge(Gaussian(), x, np.ones((6, 1)))
    np.testing.assert_allclose(verdict.loss[:3], verdict.loss[0])
    np.testing.assert_allclose(verdict.loss[3:], verdict.loss[3])
    np.testing.assert_allclose(np.log(verdict.y[:, 1]), [10, 10, 10, -10, -10, -10])


def test_an_odd_number_of_units_is_refused():
    with pytest.raises(ShapeError, match="twice as many units"):
        Gaussian().check_shape((3,))
