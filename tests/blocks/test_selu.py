"""SELU: mean 0 and variance 1 are a fixed point."""

import numpy as np
import pytest

from core.blocks.selu import SELU
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_the_published_constants():
    b = buffers(SELU(), ((2,),), batch=1)
    b.x[0][...], b.dy[0][...] = [1, -np.inf], 1
    forward(SELU(), b)
    backward(SELU(), b)
    np.testing.assert_allclose(b.y[0], [[1.0507009873554805, -1.7580993408473766]], atol=1e-15)


def test_mean_zero_and_variance_one_stay():
    b = buffers(SELU(), ((200_000,),), batch=1)
    b.x[0][...] = np.random.default_rng(0).standard_normal(b.x[0].shape)
    forward(SELU(), b)
    assert abs(b.y[0].mean()) < 0.01
    assert abs(b.y[0].var() - 1) < 0.02


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_it_is_its_floor_or_scaled_x_and_nan_passes(dtype):
    b = buffers(SELU(), ((3,),), batch=1, dtype=dtype)
    b.x[0][...], b.dy[0][...] = [-1e4, 1e4, np.nan], 1
    forward(SELU(), b)
    backward(SELU(), b)
    np.testing.assert_allclose(b.y[0], [[-1.7580993408473766, 1.0507009873554805e4, np.nan]], rtol=1e-6)
    np.testing.assert_allclose(b.dx[0][:, :2], [[0, 1.0507009873554805]], rtol=1e-6)


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    twin = pytorch().nn.functional.selu
    agrees(SELU(), ((7, 3),), twin)
