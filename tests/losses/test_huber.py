"""Huber loss: squared near, absolute far."""

import numpy as np
import pytest

from core.losses.huber import Huber
from tests.losses.judge import judge
from tests.reference.pytorch import pytorch


def test_near_and_far_by_hand_and_both_pieces_meet_at_one():
    verdict = judge(Huber(), np.array([[0.5], [3.0], [-3.0], [1.0]]), np.zeros((4, 1)))
    assert verdict.loss.tolist() == [0.125, 2.5, 2.5, 0.5]
    assert verdict.metric.tolist() == [0.5, 3, 3, 1]
    assert (4 * verdict.dx).tolist() == [[0.5], [1], [-1], [1]]


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(1,), (6,), (4, 3, 2)])
def test_value_and_gradient_agree_with_pytorch(shape):
    torch = pytorch()
    x, target = 2 * np.random.default_rng(0).standard_normal((2, 5, *shape))
    verdict, tx = judge(Huber(), x, target), torch.tensor(x, requires_grad=True)
    loss = torch.nn.functional.huber_loss(tx, torch.tensor(target), delta=1.0)
    loss.backward()
    assert verdict.loss.mean() == pytest.approx(loss.item(), abs=1e-9)
    assert verdict.metric.mean() == pytest.approx(np.abs(x - target).mean(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)
