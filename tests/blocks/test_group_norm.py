"""Group normalisation: groups of channels of each picture have mean 0 and variance 1."""

import numpy as np
import pytest

from core.blocks.group_norm import GroupNorm
from core.errors import ShapeError
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_groups_get_mean_zero_and_variance_one_whatever_the_other_pictures_hold():
    block = GroupNorm(groups=2)
    b = buffers(block, ((5, 4, 6),), batch=2)
    b.w["gamma"][...], b.w["beta"][...] = 1, 0
    b.x[0][0, :, :, 3:] = 1000 + 7 * b.x[0][0, :, :, 3:]
    forward(block, b)
    parts = b.y[0].reshape(2, 20, 2, 3)
    np.testing.assert_allclose(parts.mean((1, 3)), 0, atol=1e-9)
    np.testing.assert_allclose(parts.var((1, 3)), 1, rtol=1e-3)


def test_channels_that_do_not_divide_are_refused():
    with pytest.raises(ShapeError, match="cannot cut 6 channels into 4 equal groups"):
        GroupNorm(groups=4).out_shapes(((8, 8, 6),))


def test_float32_far_from_zero_keeps_its_digits():
    block = GroupNorm(groups=4)
    b = buffers(block, ((16, 16, 8),), dtype=np.float32)
    b.w["gamma"][...], b.w["beta"][...] = 1, 0
    b.x[0][...] += 500
    forward(block, b)
    x = b.x[0].astype(np.float64).reshape(3, 256, 4, 2)
    wanted = (x - x.mean((1, 3), keepdims=True)) / np.sqrt(x.var((1, 3), keepdims=True) + 1e-5)
    np.testing.assert_allclose(b.y[0].reshape(wanted.shape), wanted, atol=2e-3)


@pytest.mark.torch
@pytest.mark.parametrize(("groups", "shape"), [(2, (6,)), (3, (4, 5, 9)), (1, (2, 3, 4)), (5, (3, 5)), (8, (7, 7, 32))])
@pytest.mark.parametrize("epsilon", [1e-5, 1e-2])
def test_values_and_gradients_agree_with_pytorch(groups, shape, epsilon):
    norm = pytorch().nn.functional.group_norm
    twin = lambda x, gamma, beta: norm(x.movedim(-1, 1), groups, gamma, beta, epsilon).movedim(1, -1)
    agrees(GroupNorm(groups=groups, epsilon=epsilon), (shape,), twin)
