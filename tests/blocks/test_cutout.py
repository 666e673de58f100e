"""Cutout: a square of zeros anywhere in the picture."""

import numpy as np
import pytest

from core.blocks.cutout import Cutout
from tests.blocks.augmented import changed, draw, each_step_and_seed_differs_and_repeats, passes_unchanged_in_use
from tests.reference.pytorch import agrees


def mask(n: int, height: int, width: int, size: int) -> np.ndarray:
    """What is left of picture n."""
    top, left = (int(draw(n, i) * k) - size // 2 for i, k in enumerate((height, width)))
    i, j = np.mgrid[:height, :width]
    return 1.0 - ((i >= top) & (i < top + size) & (j >= left) & (j < left + size))


def test_the_square_has_its_size_and_may_reach_over_every_edge():
    y = changed(Cutout(size=3), np.ones((2000, 5, 6, 2)))
    np.testing.assert_array_equal(y[..., 0], y[..., 1])
    missing = 1 - y[..., 0]
    assert set(missing.sum((1, 2))) == {4, 6, 9}, "a corner, an edge, the inside"
    assert (missing.mean(0) > 0).all()


def test_nan_is_never_covered():
    assert np.isnan(changed(Cutout(size=50), np.full((2, 3, 3, 1), np.nan))).all()


def test_each_step_differs_and_use_is_left_alone():
    each_step_and_seed_differs_and_repeats(Cutout(size=2), np.ones((9, 6, 6, 1)))
    passes_unchanged_in_use(Cutout(), (3, 4, 2))


@pytest.mark.torch
@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_values_and_gradients_agree_with_pytorch(size):
    twin = lambda x: x * x.new_tensor(np.array([mask(n, 4, 5, size) for n in range(len(x))]))[..., None]
    agrees(Cutout(size=size), ((4, 5, 2),), twin)
