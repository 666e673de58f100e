"""Gaussian noise: a normal distribution around x."""

import math

import numpy as np
import pytest

from core.blocks.gaussian_noise import GaussianNoise
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees

SHAPE = (500, 60)


def noise(*, deviation=1.0, step=1, seed=7):
    block = GaussianNoise(standard_deviation=deviation)
    b = buffers(block, (SHAPE,), batch=4)
    b.clock[:] = seed, step
    b.x[0][...] = 0
    forward(block, b)
    return b.y[0]


@pytest.mark.parametrize("deviation", [0.1, 1.0, 5.0])
def test_it_has_mean_zero_and_the_deviation_that_is_set(deviation):
    n = noise(deviation=deviation) / deviation
    assert abs(n.mean()) < 4 / math.sqrt(n.size)
    assert abs(n.var() - 1) < 4 * math.sqrt(2 / n.size)


def test_it_follows_the_normal_distribution():
    n = np.sort(noise().reshape(-1))
    share = np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in n])
    farthest = np.abs(share - (np.arange(n.size) + 0.5) / n.size).max()
    assert farthest < 1.95 / math.sqrt(n.size), "Kolmogorov and Smirnov, one chance in a thousand"


def test_neighbours_rows_steps_and_seeds_know_nothing_of_one_another():
    first = noise()
    others = (np.roll(first, 1, axis=-1), np.roll(first, 1, axis=0), noise(step=2), noise(seed=8))
    for other in others:
        assert abs(np.corrcoef(first.reshape(-1), other.reshape(-1))[0, 1]) < 4 / math.sqrt(first.size)
    np.testing.assert_array_equal(noise(), first)


def test_in_use_nothing_is_added():
    b = buffers(GaussianNoise(), (SHAPE,), train=False)
    forward(GaussianNoise(), b, train=False)
    np.testing.assert_array_equal(b.y[0], b.x[0])


def test_a_deviation_of_zero_adds_nothing_and_the_gradient_passes():
    block = GaussianNoise(standard_deviation=0)
    b = buffers(block, (SHAPE,))
    forward(block, b)
    backward(block, b)
    np.testing.assert_array_equal(b.y[0], b.x[0])
    np.testing.assert_array_equal(b.dx[0], b.dy[0])


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch_given_the_same_noise():
    block = GaussianNoise(standard_deviation=0.4)
    b = buffers(block, ((50,),))
    b.x[0][...] = 0
    forward(block, b)
    added = b.y[0].copy()
    agrees(block, ((50,),), lambda x: x + x.new_tensor(added))
