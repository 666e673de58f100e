"""Layer normalisation: each row has mean 0 and variance 1."""

import numpy as np
import pytest

from core.blocks.layer_norm import LayerNorm
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_rows_get_mean_zero_and_variance_one_whatever_the_others_hold():
    block = LayerNorm()
    b = buffers(block, ((5, 40),), batch=2)
    b.w["gamma"][...], b.w["beta"][...] = 1, 0
    b.x[0][0] = 1000 + 7 * b.x[0][0]
    forward(block, b)
    np.testing.assert_allclose(b.y[0].mean(-1), 0, atol=1e-10)
    np.testing.assert_allclose(b.y[0].var(-1), 1, rtol=1e-3)


def test_two_features_by_hand():
    block = LayerNorm(epsilon=1.0)
    b = buffers(block, ((2,),), batch=1)
    b.x[0][...], b.w["gamma"][...], b.w["beta"][...] = [[-2, 2]], [1, 10], [0, 5]
    forward(block, b)
    np.testing.assert_allclose(b.y[0], [[-2 / np.sqrt(5), 5 + 20 / np.sqrt(5)]])


def test_float32_far_from_zero_keeps_its_digits():
    block = LayerNorm()
    b = buffers(block, ((256,),), batch=4, dtype=np.float32)
    b.w["gamma"][...], b.w["beta"][...] = 1, 0
    b.x[0][...] += 500
    forward(block, b)
    x = b.x[0].astype(np.float64)
    wanted = (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(b.y[0], wanted, atol=1e-3)


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(5,), (4, 3), (2, 3, 70)])
@pytest.mark.parametrize("epsilon", [1e-5, 1e-2])
def test_values_and_gradients_agree_with_pytorch(shape, epsilon):
    norm = pytorch().nn.functional.layer_norm
    agrees(LayerNorm(epsilon=epsilon), (shape,), lambda x, gamma, beta: norm(x, shape[-1:], gamma, beta, epsilon))
