"""Hard sigmoid: straight from 0 at -3 to 1 at 3."""

import numpy as np
import pytest

from core.blocks.hard_sigmoid import HardSigmoid
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_values_by_hand_and_no_slope_at_the_corners():
    b = buffers(HardSigmoid(), ((5,),), batch=1)
    b.x[0][...], b.dy[0][...] = [-3, -1.5, 0, 1.5, 3], 1
    forward(HardSigmoid(), b)
    backward(HardSigmoid(), b)
    np.testing.assert_allclose(b.y[0], [[0, 0.25, 0.5, 0.75, 1]], atol=1e-15)
    np.testing.assert_allclose(b.dx[0], [[0, 1 / 6, 1 / 6, 1 / 6, 0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_out_it_is_zero_or_one_and_nan_passes(dtype):
    b = buffers(HardSigmoid(), ((3,),), batch=1, dtype=dtype)
    b.x[0][...], b.dy[0][...] = [-1e4, 1e4, np.nan], 1
    forward(HardSigmoid(), b)
    backward(HardSigmoid(), b)
    np.testing.assert_allclose(b.y[0], [[0, 1, np.nan]], rtol=1e-6)
    np.testing.assert_allclose(b.dx[0][:, :2], [[0, 0]], rtol=1e-6)


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    relu6 = pytorch().nn.functional.relu6  # torch's own hardsigmoid takes 1/6 as a float32 in its gradient
    agrees(HardSigmoid(), ((40, 9),), lambda x: relu6(x + 3) / 6)
