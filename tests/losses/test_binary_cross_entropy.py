"""Binary cross-entropy, from scores and from probabilities."""

import numpy as np
import pytest

from core.losses.binary_cross_entropy import BinaryCrossEntropy
from tests.losses.judge import judge
from tests.reference.pytorch import pytorch


def test_an_undecided_output_costs_the_logarithm_of_two():
    verdict = judge(BinaryCrossEntropy(), np.zeros((2, 1)), np.array([[0.0], [1.0]]))
    np.testing.assert_allclose(verdict.loss, np.log(2))
    np.testing.assert_allclose(verdict.dx, [[0.25], [-0.25]])
    np.testing.assert_allclose(verdict.y, 0.5)


def test_a_probability_by_hand():
    verdict = judge(BinaryCrossEntropy(reads="probabilities"), np.array([[0.8, 0.1]]), np.array([[1.0, 1.0]]))
    np.testing.assert_allclose(verdict.loss, [-(np.log(0.8) + np.log(0.1)) / 2])
    np.testing.assert_allclose(verdict.dx, [[-1 / 0.8 / 2, -1 / 0.1 / 2]])
    assert verdict.metric.tolist() == [0.5]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_sure_output_costs_nothing_or_its_score_and_no_small_loss_is_lost(dtype):
    x, target = np.array([[1e4], [1e4], [-1e4], [-1e4], [30], [-30]], dtype), np.array([[1], [0], [1], [0], [1], [0]])
    verdict = judge(BinaryCrossEntropy(), x, target)
    np.testing.assert_allclose(verdict.loss, [0, 1e4, 1e4, 0, np.exp(-30), np.exp(-30)], rtol=1e-5)
    assert verdict.metric.tolist() == [1, 0, 0, 1, 1, 1]


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(1,), (6,), (4, 3, 2)])
@pytest.mark.parametrize("soft", [True, False])
@pytest.mark.parametrize("logits", [True, False])
def test_value_and_gradient_agree_with_pytorch(shape, soft, logits):
    torch = pytorch()
    rng = np.random.default_rng(0)
    target = rng.uniform(0, 1, (5, *shape))
    target = target if soft else np.round(target)
    x = 8 * rng.standard_normal((5, *shape))
    x = x if logits else 1 / (1 + np.exp(-x))
    functional = torch.nn.functional
    twin = functional.binary_cross_entropy_with_logits if logits else functional.binary_cross_entropy
    verdict, tx = (
        judge(BinaryCrossEntropy(reads="logits" if logits else "probabilities"), x, target),
        torch.tensor(x, requires_grad=True),
    )
    loss = twin(tx, torch.tensor(target))
    loss.backward()
    assert verdict.loss.mean() == pytest.approx(loss.item(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)
    right = (x > (0 if logits else 0.5)) == (target > 0.5)
    assert verdict.metric.mean() == pytest.approx(right.mean())


@pytest.mark.torch
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_smoothing_and_the_weight_of_a_yes_agree_with_pytorch(smoothing):
    torch = pytorch()
    rng = np.random.default_rng(0)
    x, target = rng.standard_normal((6, 4)), rng.integers(0, 2, (6, 4)).astype(float)
    verdict = judge(BinaryCrossEntropy(label_smoothing=smoothing, positive_weight=2.5), x, target)
    tx, soft = torch.tensor(x, requires_grad=True), torch.tensor(target * (1 - smoothing) + smoothing / 2)
    weight = torch.tensor(2.5, dtype=torch.float64)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(tx, soft, pos_weight=weight)
    loss.backward()
    assert verdict.loss.mean() == pytest.approx(loss.item(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(verdict.metric, ((x > 0) == target).mean(1))
    sure = BinaryCrossEntropy(label_smoothing=smoothing, positive_weight=2.5, reads="probabilities")
    again = judge(sure, verdict.y, target)
    np.testing.assert_allclose(again.loss, verdict.loss, rtol=1e-9)
