"""Batch normalisation: mean 0 and variance 1 over the batch, running values in use."""

import numpy as np
import pytest

from core.blocks.batch_norm import BatchNorm
from tests.blocks.harness import buffers, forward, settle
from tests.reference.pytorch import agrees, pytorch


def plain(b):
    b.w["gamma"][...], b.w["beta"][...], b.w["mean"][...], b.w["variance"][...] = 1, 0, 0, 1
    return b


def test_channels_get_mean_zero_and_variance_one_then_their_scale_and_shift():
    block = BatchNorm()
    b = plain(buffers(block, ((6, 5, 3),), batch=4))
    b.x[0][...] = b.x[0] * [1, 5, 20] + [0, 100, -7]
    forward(block, b)
    np.testing.assert_allclose(b.y[0].mean((0, 1, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(b.y[0].var((0, 1, 2)), 1, rtol=1e-4)
    b.w["gamma"][...], b.w["beta"][...] = 3, 2
    forward(block, b)
    np.testing.assert_allclose(b.y[0].mean((0, 1, 2)), 2)
    np.testing.assert_allclose(b.y[0].std((0, 1, 2)), 3, rtol=1e-4)


def test_running_values_move_a_tenth_of_the_way_and_are_what_is_used_afterwards():
    block = BatchNorm()
    b = plain(buffers(block, ((1,),), batch=4))
    b.x[0][:, 0] = [1, 2, 3, 6]  # mean 3, unbiased variance 14 / 3
    forward(block, b)
    settle(block, b)
    assert b.w["mean"].item() == pytest.approx(0.3)
    assert b.w["variance"].item() == pytest.approx(0.9 + 0.1 * 14 / 3)
    kept = {name: w.copy() for name, w in b.w.items()}
    forward(block, b, train=False)
    np.testing.assert_allclose(b.y[0], (b.x[0] - 0.3) / np.sqrt(0.9 + 0.1 * 14 / 3 + 1e-5))
    assert all(np.array_equal(kept[name], w) for name, w in b.w.items()), "use must not move the running values"


def test_a_batch_of_one_row_gives_the_shift_and_no_infinity():
    block = BatchNorm()
    b = buffers(block, ((3,),), batch=1)
    forward(block, b)
    settle(block, b)
    np.testing.assert_allclose(b.y[0][0], b.w["beta"], atol=1e-9)
    assert np.isfinite(b.w["variance"]).all()


def test_nan_in_one_channel_is_seen_in_that_channel():
    block = BatchNorm()
    b = plain(buffers(block, ((3,),)))
    b.x[0][1, 2] = np.nan
    forward(block, b)
    assert np.isnan(b.y[0]).all(0).tolist() == [False, False, True]


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(5,), (4, 4, 3), (9, 8)])
@pytest.mark.parametrize(("momentum", "epsilon"), [(0.9, 1e-5), (0.5, 1e-2)])
def test_values_gradients_and_running_values_agree_with_pytorch(shape, momentum, epsilon):
    norm = pytorch().nn.functional.batch_norm

    def twin(x, gamma, beta, mean, variance):
        return norm(x.movedim(-1, 1), mean, variance, gamma, beta, True, 1 - momentum, epsilon).movedim(1, -1)

    agrees(BatchNorm(momentum=momentum, epsilon=epsilon), (shape,), twin, batch=6)


@pytest.mark.torch
def test_use_agrees_with_pytorch():
    torch = pytorch()
    block = BatchNorm()
    b = buffers(block, ((4, 4, 3),), train=False)
    forward(block, b, train=False)
    x, w = torch.tensor(b.x[0]).movedim(-1, 1), {name: torch.tensor(a) for name, a in b.w.items()}
    wanted = torch.nn.functional.batch_norm(x, w["mean"], w["variance"], w["gamma"], w["beta"], eps=1e-5).movedim(1, -1)
    np.testing.assert_allclose(b.y[0], wanted.numpy(), rtol=1e-9, atol=1e-9)
