"""SiLU: x times its own sigmoid."""

import numpy as np
import pytest

from core.blocks.silu import SiLU
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_values_by_hand():
    b = buffers(SiLU(), ((3,),), batch=1)
    b.x[0][...], b.dy[0][...] = [-np.log(3), 0, np.log(3)], 1
    forward(SiLU(), b)
    backward(SiLU(), b)
    np.testing.assert_allclose(b.y[0], [[-np.log(3) / 4, 0, np.log(3) * 3 / 4]], atol=1e-15)
    np.testing.assert_allclose(b.dx[0][0, 1], 0.5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_it_is_zero_or_x_and_nan_passes(dtype):
    b = buffers(SiLU(), ((3,),), batch=1, dtype=dtype)
    b.x[0][...], b.dy[0][...] = [-1e4, 1e4, np.nan], 1
    forward(SiLU(), b)
    backward(SiLU(), b)
    np.testing.assert_allclose(b.y[0], [[0, 1e4, np.nan]], rtol=1e-6)
    np.testing.assert_allclose(b.dx[0], [[0, 1, np.nan]], rtol=1e-6)


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    twin = pytorch().nn.functional.silu
    agrees(SiLU(), ((7, 3),), twin)
