"""ELU: straight above 0, an exponential that levels off below."""

import numpy as np
import pytest

from core.blocks.elu import ELU
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_values_by_hand_and_the_slope_at_zero_is_alpha():
    b = buffers(ELU(), ((3,),), batch=1)
    b.x[0][...], b.dy[0][...] = [-np.log(2), 0, 3], 1
    forward(ELU(), b)
    backward(ELU(), b)
    np.testing.assert_allclose(b.y[0], [[-0.5, 0, 3]], atol=1e-15)
    np.testing.assert_allclose(b.dx[0], [[0.5, 1, 1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_it_is_minus_alpha_or_x_and_nan_passes(dtype):
    b = buffers(ELU(), ((3,),), batch=1, dtype=dtype)
    b.x[0][...], b.dy[0][...] = [-1e4, 1e4, np.nan], 1
    forward(ELU(), b)
    backward(ELU(), b)
    np.testing.assert_allclose(b.y[0], [[-1, 1e4, np.nan]], rtol=1e-6)
    np.testing.assert_allclose(b.dx[0][:, :2], [[0, 1]], rtol=1e-6)


@pytest.mark.torch
@pytest.mark.parametrize("alpha", [1.0, 0.3, 0.0])
def test_values_and_gradients_agree_with_pytorch(alpha):
    twin = pytorch().nn.functional.elu
    agrees(ELU(alpha=alpha), ((7, 3),), lambda x: twin(x, alpha))
