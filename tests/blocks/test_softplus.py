"""Softplus: a rounded ReLU, always above 0."""

import numpy as np
import pytest

from core.blocks.softplus import Softplus
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_values_by_hand():
    b = buffers(Softplus(), ((3,),), batch=1)
    b.x[0][...], b.dy[0][...] = [0, np.log(3), -np.log(3)], 1
    forward(Softplus(), b)
    backward(Softplus(), b)
    np.testing.assert_allclose(b.y[0], [np.log([2, 4, 4 / 3])], atol=1e-15)
    np.testing.assert_allclose(b.dx[0], [[0.5, 0.75, 0.25]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_it_is_zero_or_x_and_nan_passes(dtype):
    b = buffers(Softplus(), ((3,),), batch=1, dtype=dtype)
    b.x[0][...], b.dy[0][...] = [-1e4, 1e4, np.nan], 1
    forward(Softplus(), b)
    backward(Softplus(), b)
    np.testing.assert_allclose(b.y[0], [[0, 1e4, np.nan]], rtol=1e-6)
    np.testing.assert_allclose(b.dx[0], [[0, 1, np.nan]], rtol=1e-6)


@pytest.mark.torch
@pytest.mark.parametrize("beta", [1.0, 0.2, 4.0])
def test_values_and_gradients_agree_with_pytorch(beta):
    twin = pytorch().nn.functional.softplus
    agrees(Softplus(beta=beta), ((7, 3),), lambda x: twin(x, beta))
