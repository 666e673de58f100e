"""Categorical cross-entropy, from scores and from probabilities."""

import numpy as np
import pytest

from core.errors import ShapeError
from core.losses.categorical_cross_entropy import CategoricalCrossEntropy
from tests.losses.judge import judge
from tests.reference.pytorch import pytorch


def test_an_undecided_output_costs_the_logarithm_of_the_number_of_classes():
    verdict = judge(CategoricalCrossEntropy(), np.zeros((1, 4)), np.array([2.0]))
    np.testing.assert_allclose(verdict.loss, np.log(4))
    np.testing.assert_allclose(verdict.dx, [[0.25, 0.25, -0.75, 0.25]])
    np.testing.assert_allclose(verdict.y, 0.25)


def test_a_tie_counts_for_the_first_class_only():
    verdict = judge(CategoricalCrossEntropy(), np.zeros((3, 3)), np.arange(3.0))
    assert verdict.metric.tolist() == [1, 0, 0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_wrong_and_sure_output_costs_the_difference_of_the_scores(dtype):
    x = np.array([[1e4, 0, -1e4], [1e4, 0, -1e4], [-1e4, -1e4, -1e4], [90, 90, 0]], dtype)
    verdict = judge(CategoricalCrossEntropy(), x, np.array([0, 2, 1, 2]))
    np.testing.assert_allclose(verdict.loss, [0, 2e4, np.log(3), 90 + np.log(2)], rtol=1e-6)
    assert verdict.metric.tolist() == [1, 0, 0, 0]
    np.testing.assert_allclose(4 * verdict.dx[:2], [[0, 0, 0], [1, 0, -1]], atol=1e-7)


@pytest.mark.parametrize("logits", [True, False])
@pytest.mark.parametrize("smoothing", [0, 0.1])
@pytest.mark.parametrize("wrong", [-1, 3, 1e9, np.nan])
def test_a_class_that_is_not_there_gives_nan_and_reads_nothing_outside(logits, smoothing, wrong):
    verdict = judge(
        CategoricalCrossEntropy(reads="logits" if logits else "probabilities", label_smoothing=smoothing),
        np.full((2, 3), 1 / 3),
        np.array([wrong, 0]),
    )
    assert np.isnan(verdict.loss).tolist() == [True, False]
    assert verdict.metric.tolist() == [0, 1]
    assert np.isfinite(verdict.dx).all()


def test_shapes_without_a_row_of_classes_are_refused_with_what_to_do():
    loss = CategoricalCrossEntropy()
    with pytest.raises(ShapeError, match="Flatten") as caught:
        loss.check_shape((4, 4, 10))
    assert "flatten" in caught.value.fixes
    with pytest.raises(ShapeError, match="binary cross-entropy"):
        loss.check_shape((1,))
    assert loss.target_shape((10,)) == ()
    assert loss.target_shape((64, 10)) == (64,)


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(2,), (10,), (7, 5)])
@pytest.mark.parametrize("logits", [True, False])
def test_value_gradient_and_accuracy_agree_with_pytorch(shape, logits):
    torch = pytorch()
    rng = np.random.default_rng(0)
    x, target = 5 * rng.standard_normal((6, *shape)), rng.integers(0, shape[-1], (6, *shape[:-1]))
    if not logits:
        x = np.exp(x) / np.exp(x).sum(-1, keepdims=True)
    verdict, tx = (
        judge(CategoricalCrossEntropy(reads="logits" if logits else "probabilities"), x, target),
        torch.tensor(x, requires_grad=True),
    )
    logarithms = torch.log_softmax(tx, -1) if logits else tx.log()
    loss = torch.nn.functional.nll_loss(logarithms.reshape(-1, shape[-1]), torch.tensor(target.reshape(-1)))
    loss.backward()
    assert verdict.loss.mean() == pytest.approx(loss.item(), abs=1e-9)
    np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)
    assert verdict.metric.mean() == pytest.approx((x.argmax(-1) == target).mean())


@pytest.mark.torch
@pytest.mark.parametrize("logits", [True, False])
@pytest.mark.parametrize(("weights", "smoothing"), [(None, 0.2), ((0.0, 1.0, 2.5), 0.2), ((0.0, 1.0, 2.5), 0.0)])
def test_smoothing_and_class_weights_agree_with_pytorch(logits, weights, smoothing):
    torch = pytorch()
    rng = np.random.default_rng(0)
    x, target = rng.standard_normal((6, 4, 3)), rng.integers(0, 3, (6, 4))
    given = torch.softmax(torch.tensor(x), -1).numpy() if not logits else x
    loss = CategoricalCrossEntropy(
        reads="logits" if logits else "probabilities", label_smoothing=smoothing, class_weights=weights
    )
    verdict, tx = judge(loss, given, target), torch.tensor(given, requires_grad=True)
    scale = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    scores = tx if logits else tx.log()  # the softmax of logarithms of probabilities is those probabilities
    each = torch.nn.functional.cross_entropy(
        scores.reshape(-1, 3), torch.tensor(target.reshape(-1)), scale, reduction="none", label_smoothing=smoothing
    )
    np.testing.assert_allclose(verdict.loss, each.detach().numpy().reshape(6, 4).mean(1), rtol=1e-9)
    each.mean().backward()
    if logits:
        np.testing.assert_allclose(verdict.dx, tx.grad.numpy(), rtol=1e-9, atol=1e-9)


def test_too_few_class_weights_are_refused_with_both_numbers():
    with pytest.raises(ShapeError, match=r"2 class weights, and 3 classes"):
        CategoricalCrossEntropy(class_weights=(1.0, 2.0)).check_shape((5, 3))


def test_every_pixel_is_judged_where_that_is_asked_for():
    loss = CategoricalCrossEntropy(per_pixel=True)
    loss.check_shape((4, 4, 10))
    assert loss.target_shape((4, 4, 10)) == (4, 4)
