"""Mean absolute error."""

import numpy as np
import pytest

from core.losses.mean_absolute_error import MeanAbsoluteError
from tests.losses.judge import judge
from tests.reference.pytorch import pytorch


def test_a_row_by_hand_and_no_slope_where_it_is_right():
    verdict = judge(MeanAbsoluteError(), np.array([[1.0, 5.0], [0.0, -1.0]]), np.array([[0.0, 2.0], [0.0, 0.0]]))
    assert verdict.loss.tolist() == [2, 0.5]
    assert verdict.metric.tolist() == [5, 0.5]
    assert verdict.dx.tolist() == [[0.25, 0.25], [0, -0.25]]
    assert verdict.y.tolist() == [[1, 5], [0, -1]]


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(1,), (6,), (4, 3, 2)])
def test_value_and_gradient_agree_with_pytorch(shape):
    torch = pytorch()
    x, target = 2 * np.random.default_rng(0).standard_normal((2, 5, *shape))
    verdict, tx = judge(MeanAbsoluteError(), x, target), torch.tensor(x, requires_grad=True)
    loss = torch.nn.functional.l1_loss(tx, torch.tensor(target))
    loss.backward()
    assert verdict.loss.mean() == pytest.approx(loss.item(), abs=1e-9)
    assert verdict.metric.mean() == pytest.approx(((x - target) ** 2).mean(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)
