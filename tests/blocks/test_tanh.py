"""Tanh: the lecture's g(z) = (e^z - e^-z) / (e^z + e^-z), with g' = 1 - g²."""

import numpy as np
import pytest

from core.blocks.tanh import Tanh
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_by_hand_and_the_limits(dtype):
    b = buffers(Tanh(), ((6,),), batch=1, dtype=dtype)
    b.x[0][...], b.dy[0][...] = [0, np.log(2), -1e4, 1e4, 1e-6, np.nan], 1
    forward(Tanh(), b)
    backward(Tanh(), b)
    np.testing.assert_allclose(b.y[0], [[0, 0.6, -1, 1, 1e-6, np.nan]], rtol=3e-7)
    np.testing.assert_allclose(b.dx[0], [[1, 0.64, 0, 0, 1, np.nan]], rtol=1e-6)


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    agrees(Tanh(), ((7, 3),), pytorch().tanh)
