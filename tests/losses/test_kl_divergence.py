"""KL divergence: against PyTorch, and what it is for single classes."""

import numpy as np
import pytest

from core.errors import ShapeError
from core.losses.categorical_cross_entropy import CategoricalCrossEntropy
from core.losses.kl_divergence import KLDivergence
from tests.losses.judge import judge
from tests.reference.pytorch import pytorch


def shares(shape, seed=1):
    t = np.random.default_rng(seed).gamma(0.5, size=shape)
    return t / t.sum(-1, keepdims=True)


@pytest.mark.torch
@pytest.mark.parametrize("reads", ["logits", "probabilities"])
@pytest.mark.parametrize("shape", [(2,), (5, 3)])
def test_value_and_gradient_agree_with_pytorch(reads, shape):
    torch = pytorch()
    x, target = np.random.default_rng(0).standard_normal((6, *shape)), shares((6, *shape))
    if reads == "probabilities":
        x = shares(x.shape, seed=2)
    verdict, tx = judge(KLDivergence(reads=reads), x, target), torch.tensor(x, requires_grad=True)
    logarithms = torch.log_softmax(tx, -1) if reads == "logits" else tx.log()
    each = torch.nn.functional.kl_div(logarithms, torch.tensor(target), reduction="none").sum(-1)
    each.mean().backward()
    assert verdict.loss.mean() == pytest.approx(each.mean().item(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)
    assert verdict.metric.mean() == pytest.approx((x.argmax(-1) == target.argmax(-1)).mean())


def test_the_goal_itself_costs_nothing():
    t = shares((3, 4))
    np.testing.assert_allclose(judge(KLDivergence(), np.log(t), t).loss, 0, atol=1e-12)


def test_for_one_right_class_it_is_cross_entropy():
    x, classes = np.random.default_rng(0).standard_normal((5, 4)), np.array([0, 3, 2, 2, 1])
    ours, theirs = judge(KLDivergence(), x, np.eye(4)[classes]), judge(CategoricalCrossEntropy(), x, classes)
    np.testing.assert_allclose(ours.loss, theirs.loss, rtol=1e-12)
    np.testing.assert_allclose(ours.dx, theirs.dx, rtol=1e-9, atol=1e-15)


def test_among_equally_likely_classes_the_first_is_the_right_one():
    x, target = np.eye(3), np.tile([0.4, 0.4, 0.2], (3, 1))
    assert judge(KLDivergence(), x, target).metric.tolist() == [1, 0, 0]


def test_one_class_is_refused():
    with pytest.raises(ShapeError, match="two or more classes"):
        KLDivergence().check_shape((4, 1))
