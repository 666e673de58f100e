"""Dropout: some fall silent, the mean stays."""

import numpy as np
import pytest

from core.blocks.dropout import Dropout
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees

SHAPE = (200, 30)


def run(block, *, step=1, train=True, seed=7):
    b = buffers(block, (SHAPE,), batch=4, train=train)
    b.clock[:] = seed, step
    b.x[0][...] = 1
    forward(block, b, train=train)
    return b


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_the_share_that_is_dropped_is_the_rate_and_the_mean_stays(rate):
    y = run(Dropout(rate=rate)).y[0]
    noise = np.sqrt(rate * (1 - rate) / y.size)
    assert abs((y == 0).mean() - rate) < 4 * noise
    assert abs(y.mean() - 1) < 4 * noise / (1 - rate)
    assert set(np.unique(y)) == {0, 1 / (1 - rate)}


def test_each_row_step_and_seed_drops_others():
    first = run(Dropout()).y[0] == 0
    for other in (np.roll(first, 1, axis=0), run(Dropout(), step=2).y[0] == 0, run(Dropout(), seed=8).y[0] == 0):
        assert abs((first == other).mean() - 0.5) < 0.02
    np.testing.assert_array_equal(run(Dropout()).y[0] == 0, first)


def test_the_gradient_passes_where_the_number_passed():
    block = Dropout(rate=0.3)
    b = run(block)
    b.dy[0][...] = 5
    backward(block, b)
    np.testing.assert_allclose(b.dx[0], 5 * b.y[0])


def test_in_use_nothing_is_dropped():
    b = buffers(Dropout(), (SHAPE,), train=False)
    forward(Dropout(), b, train=False)
    np.testing.assert_array_equal(b.y[0], b.x[0])


def test_a_rate_of_zero_drops_nothing_and_nan_is_never_dropped():
    np.testing.assert_array_equal(run(Dropout(rate=0)).y[0], 1)
    b = buffers(Dropout(), (SHAPE,))
    b.x[0][...] = np.nan
    forward(Dropout(), b)
    assert np.isnan(b.y[0]).all()


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch_given_the_same_mask():
    block = Dropout(rate=0.4)
    b = buffers(block, ((50,),))
    b.x[0][...] = 1
    forward(block, b)
    mask = b.y[0].copy()
    agrees(block, ((50,),), lambda x: x * x.new_tensor(mask))
