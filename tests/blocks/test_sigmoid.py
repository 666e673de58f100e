"""Sigmoid: the lecture's g(z) = 1 / (1 + e^-z), with g' = g (1 - g)."""

import numpy as np
import pytest

from core.blocks.sigmoid import Sigmoid
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_lectures_neuron_and_the_limits(dtype):
    b = buffers(Sigmoid(), ((5,),), batch=1, dtype=dtype)
    b.x[0][...], b.dy[0][...] = [-6, 0, -1e4, 1e4, np.nan], 1
    forward(Sigmoid(), b)
    backward(Sigmoid(), b)
    np.testing.assert_allclose(b.y[0], [[0.00247262, 0.5, 0, 1, np.nan]], atol=1e-8)
    np.testing.assert_allclose(b.dx[0], [[0.00246651, 0.25, 0, 0, np.nan]], atol=1e-8)


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    agrees(Sigmoid(), ((7, 3),), pytorch().sigmoid)
