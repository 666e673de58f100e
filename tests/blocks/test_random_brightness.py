"""Random brightness: one factor for each picture."""

import numpy as np
import pytest

from core.blocks.random_brightness import RandomBrightness
from tests.blocks.augmented import changed, draw, each_step_and_seed_differs_and_repeats, passes_unchanged_in_use
from tests.reference.pytorch import agrees


def test_each_picture_has_one_factor_evenly_between_the_limits():
    factors = changed(RandomBrightness(amount=0.4), np.ones((2000, 2, 2, 3))).reshape(2000, -1)
    np.testing.assert_array_equal(factors, factors[:, :1].repeat(12, 1))
    assert 0.6 <= factors.min() < 0.61
    assert 1.39 < factors.max() <= 1.4
    assert abs(factors[:, 0].mean() - 1) < 4 * 0.8 / np.sqrt(12 * 2000)


def test_each_step_differs_and_use_is_left_alone():
    each_step_and_seed_differs_and_repeats(RandomBrightness(), np.ones((5, 2, 2, 1)))
    passes_unchanged_in_use(RandomBrightness(), (3, 4, 2))


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    def twin(x):
        factors = [1 + 0.3 * (2 * draw(n, each=1) - 1) for n in range(len(x))]
        return x * x.new_tensor(factors)[:, None, None, None]

    agrees(RandomBrightness(amount=0.3), ((3, 4, 2),), twin)
