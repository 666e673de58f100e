"""Leaky ReLU: negatives are scaled, not cut."""

import numpy as np
import pytest

from core.blocks.leaky_relu import LeakyReLU
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_negatives_and_their_gradients_are_scaled_and_nan_passes(dtype):
    block = LeakyReLU(slope=0.25)
    b = buffers(block, ((5,),), batch=1, dtype=dtype)
    b.x[0][...] = [-4, 0, 3, np.nan, -np.inf]
    b.dy[0][...] = 2
    forward(block, b)
    backward(block, b)
    np.testing.assert_array_equal(b.y[0], [[-1, 0, 3, np.nan, -np.inf]])
    np.testing.assert_array_equal(b.dx[0], [[0.5, 0.5, 2, 2, 0.5]])


@pytest.mark.torch
@pytest.mark.parametrize("slope", [0, 0.01, 0.3])
def test_values_and_gradients_agree_with_pytorch(slope):
    leaky = pytorch().nn.functional.leaky_relu
    agrees(LeakyReLU(slope=slope), ((7, 3),), lambda x: leaky(x, slope))
