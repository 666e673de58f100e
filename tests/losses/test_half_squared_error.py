"""Half the squared error, as the TensorFlow Playground has it."""

import numpy as np

from core.losses.half_squared_error import HalfSquaredError
from tests.losses.judge import judge


def test_the_playgrounds_error_and_its_derivative():
    x, target = np.array([[0.5], [-0.25], [2.0]]), np.array([[1.0], [1.0], [-1.0]])
    verdict = judge(HalfSquaredError(), x, target)
    assert verdict.loss.tolist() == [0.125, 0.78125, 4.5]
    np.testing.assert_allclose(verdict.dx * 3, x - target)
    assert verdict.metric.tolist() == [1, 0, 0], "right is where the signs agree"
