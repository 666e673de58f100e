"""Mixture likelihood: against PyTorch's distributions, and what its parts mean."""

import numpy as np
import pytest

from core.errors import ShapeError
from core.losses.gaussian import Gaussian
from core.losses.mixture import Mixture
from tests.losses.judge import judge
from tests.reference.pytorch import pytorch


@pytest.mark.torch
@pytest.mark.parametrize(("parts", "numbers", "places"), [(1, 1, ()), (3, 1, ()), (2, 3, ()), (4, 2, (5,))])
def test_value_and_gradient_agree_with_pytorch(parts, numbers, places):
    torch = pytorch()
    rng = np.random.default_rng(0)
    x = rng.standard_normal((6, *places, parts * (1 + 2 * numbers)))
    target = rng.standard_normal((6, *places, numbers))
    verdict, tx = judge(Mixture(components=parts), x, target), torch.tensor(x, requires_grad=True)
    d = torch.distributions
    means, spreads = (
        tx[..., parts + i * parts * numbers : parts + (i + 1) * parts * numbers].reshape(6, *places, parts, numbers)
        for i in (0, 1)
    )
    mixed = d.MixtureSameFamily(d.Categorical(logits=tx[..., :parts]), d.Independent(d.Normal(means, spreads.exp()), 1))
    loss = -mixed.log_prob(torch.tensor(target)).mean()
    loss.backward()
    assert verdict.loss.mean() == pytest.approx(loss.item(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)
    mean = mixed.mean.detach().numpy()
    np.testing.assert_allclose(Mixture(components=parts).answer(verdict.y), mean, rtol=1e-9, atol=1e-12)
    assert verdict.metric.mean() == pytest.approx(np.abs(mean - target).mean())
    np.testing.assert_allclose(verdict.y[..., :parts].sum(-1), 1)


def test_one_part_is_a_gaussian():
    m, s, t = np.random.default_rng(0).standard_normal((3, 7, 1))
    mixed = judge(Mixture(components=1), np.concatenate([np.ones((7, 1)), m, s], 1), t)
    np.testing.assert_allclose(mixed.loss, judge(Gaussian(), np.concatenate([m, 2 * s], 1), t).loss, rtol=1e-12)


def test_two_right_answers_cost_less_than_their_mean():
    t = np.array([[-1.0], [1.0]])
    both = judge(Mixture(components=2), np.tile([0, 0, -1, 1, np.log(0.1), np.log(0.1)], (2, 1)), t).loss
    mean = judge(Mixture(components=2), np.tile([0, 0, 0, 0, 0.0, 0.0], (2, 1)), t).loss
    assert (both < mean).all()


@pytest.mark.parametrize("width", [3, 8, 10, 12])
def test_a_number_of_units_that_does_not_go_up_is_refused_with_one_that_does(width):
    with pytest.raises(ShapeError, match="such as 9 for one"):
        Mixture(components=3).check_shape((width,))
    assert Mixture(components=3).target_shape((9,)) == (1,)
    assert Mixture(components=3).target_shape((15,)) == (2,)
