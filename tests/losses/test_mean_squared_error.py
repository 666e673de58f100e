"""Mean squared error."""

import numpy as np
import pytest

from core.losses.half_squared_error import HalfSquaredError
from core.losses.mean_squared_error import MeanSquaredError
from tests.losses.judge import judge
from tests.reference.pytorch import pytorch


def test_a_row_by_hand():
    verdict = judge(MeanSquaredError(), np.array([[1.0, 5.0], [0.0, 0.0]]), np.array([[0.0, 2.0], [0.0, 0.0]]))
    assert verdict.loss.tolist() == [5, 0]
    assert verdict.metric.tolist() == [2, 0]
    assert verdict.dx.tolist() == [[0.5, 1.5], [0, 0]]
    assert verdict.y.tolist() == [[1, 5], [0, 0]]


def test_it_is_twice_the_playgrounds_loss():
    x, target = np.random.default_rng(0).standard_normal((2, 9, 4))
    whole, half = judge(MeanSquaredError(), x, target), judge(HalfSquaredError(), x, target)
    np.testing.assert_allclose(whole.loss, 2 * half.loss)
    np.testing.assert_allclose(whole.dx, 2 * half.dx)


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(1,), (6,), (4, 3, 2)])
def test_value_and_gradient_agree_with_pytorch(shape):
    torch = pytorch()
    x, target = np.random.default_rng(0).standard_normal((2, 5, *shape))
    verdict, tx = judge(MeanSquaredError(), x, target), torch.tensor(x, requires_grad=True)
    loss = torch.nn.functional.mse_loss(tx, torch.tensor(target))
    loss.backward()
    assert verdict.loss.mean() == pytest.approx(loss.item(), abs=1e-9)
    assert verdict.metric.mean() == pytest.approx(np.abs(x - target).mean(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), atol=1e-9)
