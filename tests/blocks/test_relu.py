"""ReLU: the lecture's g(z) = max(0, z)."""

import numpy as np

from core.blocks.relu import ReLU
from tests.blocks.harness import backward, buffers, forward


def test_negatives_become_zero_and_the_slope_at_zero_is_zero():
    b = buffers(ReLU(), ((4,),), batch=1)
    b.x[0][...] = [-2, 0, 3, np.nan]
    b.dy[0][...] = 1
    forward(ReLU(), b)
    backward(ReLU(), b)
    np.testing.assert_array_equal(b.y[0], [[0, 0, 3, np.nan]])
    np.testing.assert_array_equal(b.dx[0][:, :3], [[0, 0, 1]])
