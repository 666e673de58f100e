"""Random shift: whole pixels in any direction."""

import numpy as np
import pytest

from core.blocks.random_shift import RandomShift
from tests.blocks.augmented import changed, draw, each_step_and_seed_differs_and_repeats, passes_unchanged_in_use
from tests.reference.pytorch import agrees, pytorch


def way(n: int, distance: int, i: int) -> int:
    """Where picture n looks, from -distance to distance."""
    return int(draw(n, i) * (2 * distance + 1)) - distance


def test_a_pixel_lands_anywhere_within_the_distance_and_nowhere_else():
    x = np.zeros((2000, 7, 9, 1))
    x[:, 3, 4] = 1
    y = changed(RandomShift(distance=(1, 2)), x)[..., 0]
    np.testing.assert_array_equal(y.sum((1, 2)), 1)
    places = y.mean(0)
    assert (places[2:5, 2:7] > 0.5 / 15).all()
    assert places[2:5, 2:7].sum() == pytest.approx(1)


def test_what_leaves_is_lost_and_zeros_follow():
    x = np.ones((200, 2, 2, 1))
    y = changed(RandomShift(distance=(1,)), x)
    down, right = ([way(n, 1, i) for n in range(200)] for i in range(2))
    np.testing.assert_array_equal(
        y.sum((1, 2, 3)), [(2 - abs(p)) * (2 - abs(q)) for p, q in zip(down, right, strict=True)]
    )


def test_each_step_differs_and_use_is_left_alone():
    each_step_and_seed_differs_and_repeats(RandomShift(), np.random.default_rng(0).standard_normal((20, 6, 6, 1)))
    passes_unchanged_in_use(RandomShift(), (3, 4, 2))


@pytest.mark.torch
@pytest.mark.parametrize("distance", [(2,), (0, 3), (1, 0)])
def test_values_and_gradients_agree_with_pytorch(distance):
    torch = pytorch()
    down, right = distance[0], distance[-1]

    def twin(x):
        wide = torch.nn.functional.pad(x, (0, 0, right, right, down, down))
        corners = [(down + way(n, down, 0), right + way(n, right, 1)) for n in range(len(x))]
        return torch.stack([wide[n, p : p + 4, q : q + 5] for n, (p, q) in enumerate(corners)])

    agrees(RandomShift(distance=distance), ((4, 5, 2),), twin, batch=8)
