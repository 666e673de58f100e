"""What is done to the gradient before an optimiser sees it."""

import numpy as np
import pytest

from core.kernels.optimizer import SLICE, clip_norm, clip_value, hold, regularise
from tests.reference.pytorch import pytorch


def run(calls):
    for call in calls:
        for item in reversed(range(call.items)):
            call.kernel(*call.args, item, item + 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_l1_pulls_evenly_and_l2_in_proportion(dtype):
    w, dw = np.array([-2, 0, 3, np.nan], dtype), np.ones(4, dtype)
    run(regularise(w, dw, 0.25, 0.5))
    np.testing.assert_array_equal(dw, [1 - 0.25 - 2, 1, 1 + 0.25 + 3, np.nan])


def test_the_penalty_is_the_slope_of_what_is_added_to_the_loss():
    w, way = np.random.default_rng(0).standard_normal((2, 50))
    dw = np.zeros(50)
    run(regularise(w, dw, 0.3, 0.7))
    penalty = lambda w: 0.3 * np.abs(w).sum() + 0.7 * (w**2).sum()
    assert dw @ way == pytest.approx((penalty(w + 1e-6 * way) - penalty(w - 1e-6 * way)) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("size", [1, 5, 1000, 3 * SLICE + 7])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_long_gradient_is_shortened_and_a_short_one_is_left_alone(size, dtype):
    dw = np.random.default_rng(0).standard_normal(size).astype(dtype)
    length = np.linalg.norm(dw.astype(np.float64))
    short, long = dw.copy(), dw.copy()
    run(clip_norm(short, float(2 * length)))
    np.testing.assert_array_equal(short, dw)
    run(clip_norm(long, float(length / 2)))
    np.testing.assert_allclose(long, dw / 2, rtol=1e-5 if length > 1 else 1e-4)


def test_gradients_whose_squares_overflow_float32_are_shortened_too():
    dw = np.full(100, 1e30, np.float32)
    run(clip_norm(dw, 1.0))
    np.testing.assert_allclose(dw, 0.1, rtol=1e-6)


def test_a_nan_is_not_hidden_by_shortening():
    dw = np.ones(10, np.float32)
    dw[4] = np.nan
    run(clip_norm(dw, 1.0))
    assert np.isnan(dw).any()


@pytest.mark.torch
@pytest.mark.parametrize("limit", [0.1, 3.0, 1e3])
def test_shortening_agrees_with_pytorch(limit):
    torch = pytorch()
    dw = np.random.default_rng(0).standard_normal(500)
    parameter = torch.zeros(500, dtype=torch.float64, requires_grad=True)
    parameter.grad = torch.tensor(dw)
    torch.nn.utils.clip_grad_norm_([parameter], limit)
    run(clip_norm(dw, limit))
    np.testing.assert_allclose(dw, parameter.grad.numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.torch
def test_cutting_off_agrees_with_pytorch_and_hides_no_nan():
    torch = pytorch()
    dw = np.random.default_rng(0).standard_normal(2 * SLICE + 5)
    parameter = torch.zeros(dw.size, dtype=torch.float64, requires_grad=True)
    parameter.grad = torch.tensor(dw)
    torch.nn.utils.clip_grad_value_([parameter], 0.3)
    dw[7] = np.nan
    run(clip_value(dw, 0.3))
    assert np.isnan(dw).nonzero()[0].tolist() == [7]
    np.testing.assert_array_equal(np.delete(dw, 7), np.delete(parameter.grad.numpy(), 7))


def test_what_is_held_is_put_back_and_nothing_else():
    w, at = np.arange(2.0 * SLICE + 9), np.array([0, 5, SLICE, 2 * SLICE + 8])
    dw, before = np.ones_like(w), w.copy()
    first, last = hold(w, dw, at)
    run(first)
    assert (dw == 0).nonzero()[0].tolist() == at.tolist()
    w += 1
    run(last)
    assert (w == before).nonzero()[0].tolist() == at.tolist()
    assert hold(w, dw, at[:0]) == ((), ())
