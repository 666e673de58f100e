"""GELU: x times the share of a normal distribution below x."""

import math

import numpy as np
import pytest

from core.blocks.gelu import GELU
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_values_from_a_table_of_the_normal_distribution():
    b = buffers(GELU(), ((4,),), batch=1)
    b.x[0][...] = [-1, 0, 1, 1.96]
    forward(GELU(), b)
    np.testing.assert_allclose(b.y[0], [[-0.158655, 0, 0.841345, 1.96 * 0.9750021]], atol=1e-6)


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_float32_is_right_from_end_to_end(approximate):
    block = GELU(approximate=approximate)
    b = buffers(block, ((4000,),), batch=1, dtype=np.float32)
    b.x[0][...] = np.linspace(-12, 12, 4000)
    b.dy[0][...] = 1
    forward(block, b)
    backward(block, b)
    x = b.x[0][0].astype(np.float64)
    if approximate == "none":
        wanted = x * np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in x])
    else:
        wanted = 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    np.testing.assert_allclose(b.y[0][0], wanted, atol=2e-6)
    np.testing.assert_allclose(b.dx[0][0], np.gradient(wanted, x), atol=1e-4)


@pytest.mark.parametrize("approximate", ["none", "tanh"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_it_is_zero_or_x_and_nan_passes(approximate, dtype):
    block = GELU(approximate=approximate)
    b = buffers(block, ((3,),), batch=1, dtype=dtype)
    b.x[0][...], b.dy[0][...] = [-1e4, 1e4, np.nan], 1
    forward(block, b)
    backward(block, b)
    np.testing.assert_array_equal(b.y[0], [[0, 1e4, np.nan]])
    np.testing.assert_array_equal(b.dx[0], [[0, 1, np.nan]])


@pytest.mark.torch
@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_values_and_gradients_agree_with_pytorch(approximate):
    gelu = pytorch().nn.functional.gelu
    agrees(GELU(approximate=approximate), ((7, 3),), lambda x: gelu(x, approximate=approximate))
