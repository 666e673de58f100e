"""Random flip: every other picture in the mirror."""

import numpy as np
import pytest

from core.blocks.random_flip import RandomFlip
from core.errors import ShapeError
from tests.blocks.augmented import changed, draw, each_step_and_seed_differs_and_repeats, passes_unchanged_in_use
from tests.reference.pytorch import agrees, pytorch

BOTH = RandomFlip(down=True)


def test_each_picture_is_itself_or_its_mirror_image_as_its_own_chance_says():
    x = np.random.default_rng(0).standard_normal((400, 3, 4, 2))
    y = changed(BOTH, x)
    turned, fallen = (np.array([draw(n, i) < 0.5 for n in range(len(x))]) for i in range(2))
    for n in range(len(x)):
        np.testing.assert_array_equal(y[n], x[n, :: -1 if fallen[n] else 1, :: -1 if turned[n] else 1])
    for share in (turned.mean(), fallen.mean(), (turned == fallen).mean()):
        assert abs(share - 0.5) < 0.1


def test_only_what_is_allowed_is_turned_over():
    x = np.arange(50 * 6.0).reshape(50, 2, 3, 1)
    for block, axis in ((RandomFlip(), 1), (RandomFlip(across=False, down=True), 0)):
        for before, after in zip(x, changed(block, x), strict=True):
            assert np.array_equal(after, before) or np.array_equal(after, np.flip(before, axis))
    np.testing.assert_array_equal(changed(RandomFlip(across=False), x), x)


def test_each_step_differs_use_is_left_alone_and_a_row_is_refused():
    each_step_and_seed_differs_and_repeats(BOTH, np.random.default_rng(0).standard_normal((20, 3, 4, 2)))
    passes_unchanged_in_use(BOTH, (3, 4, 2))
    with pytest.raises(ShapeError, match=r"takes a picture .* this is \(10,\)"):
        RandomFlip().out_shapes(((10,),))


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    stack = pytorch().stack

    def twin(x):
        flips = [[axis for axis, i in ((1, 0), (0, 1)) if draw(n, i) < 0.5] for n in range(len(x))]
        return stack([picture.flip(axes) for picture, axes in zip(x, flips, strict=True)])

    agrees(BOTH, ((3, 4, 2),), twin, batch=8)
