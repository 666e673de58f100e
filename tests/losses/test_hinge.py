"""Hinge loss: right by a margin costs nothing."""

import numpy as np
import pytest

from core.losses.hinge import Hinge
from tests.losses.judge import judge
from tests.reference.pytorch import pytorch


def test_a_margin_of_one_by_hand():
    verdict = judge(Hinge(), np.array([[2.0], [0.5], [0.5], [-1.0]]), np.array([[1.0], [1.0], [-1.0], [-1.0]]))
    assert verdict.loss.tolist() == [0, 0.5, 1.5, 0]
    assert verdict.metric.tolist() == [1, 1, 0, 1]
    assert (4 * verdict.dx).tolist() == [[0], [-1], [1], [0]]


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(1,), (6,), (4, 3, 2)])
def test_value_and_gradient_agree_with_pytorch(shape):
    torch = pytorch()
    rng = np.random.default_rng(0)
    x, target = 2 * rng.standard_normal((5, *shape)), rng.choice([-1.0, 1.0], (5, *shape))
    verdict, tx = judge(Hinge(), x, target), torch.tensor(x, requires_grad=True)
    loss = (1 - torch.tensor(target) * tx).clamp(min=0).mean()
    loss.backward()
    assert verdict.loss.mean() == pytest.approx(loss.item(), abs=1e-9)
    assert verdict.metric.mean() == pytest.approx(((x > 0) == (target > 0)).mean(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)
