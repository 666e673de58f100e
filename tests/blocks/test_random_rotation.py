"""Random rotation: about the middle, between pixels in proportion."""

import numpy as np
import pytest

from core.blocks.random_rotation import RandomRotation
from tests.blocks.augmented import changed, draw, each_step_and_seed_differs_and_repeats, passes_unchanged_in_use
from tests.reference.pytorch import agrees, pytorch


def test_the_middle_stays_and_a_disc_keeps_its_mass():
    i, j = np.mgrid[-10:11, -10:11]
    blob = np.exp(-((i - 2) ** 2 + j**2) / 8)  # a soft spot two pixels below the middle
    x = np.broadcast_to(blob[None, :, :, None], (50, 21, 21, 1))
    y = changed(RandomRotation(degrees=180), x)[..., 0]
    np.testing.assert_allclose(y.sum((1, 2)), blob.sum(), rtol=1e-2)
    angles = np.pi * (2 * np.array([draw(n, each=1) for n in range(50)]) - 1)
    down, right = ((y * axis).sum((1, 2)) / y.sum((1, 2)) for axis in (i, j))
    np.testing.assert_allclose(down, 2 * np.cos(angles), atol=0.05)
    np.testing.assert_allclose(right, 2 * np.sin(angles), atol=0.05)


def test_no_angle_changes_nothing():
    x = np.random.default_rng(0).standard_normal((5, 4, 7, 2))
    np.testing.assert_array_equal(changed(RandomRotation(degrees=0), x), x)


def test_each_step_differs_and_use_is_left_alone():
    each_step_and_seed_differs_and_repeats(RandomRotation(), np.random.default_rng(0).standard_normal((5, 6, 6, 1)))
    passes_unchanged_in_use(RandomRotation(), (3, 4, 2))


@pytest.mark.torch
@pytest.mark.parametrize("degrees", [15, 180])
@pytest.mark.parametrize("shape", [(5, 5, 2), (4, 7, 1), (1, 3, 2)])
def test_values_and_gradients_agree_with_pytorch(degrees, shape):
    torch = pytorch()
    height, width, _ = shape

    def twin(x):
        i, j = torch.meshgrid(
            torch.arange(height, dtype=x.dtype) - (height - 1) / 2,
            torch.arange(width, dtype=x.dtype) - (width - 1) / 2, indexing="ij",
        )  # fmt: skip
        angles = np.radians(degrees) * (2 * np.array([draw(n, each=1) for n in range(len(x))]) - 1)
        grids = [
            torch.stack([(np.cos(a) * j - np.sin(a) * i) * 2 / width, (np.cos(a) * i + np.sin(a) * j) * 2 / height], -1)
            for a in angles
        ]
        turned = torch.nn.functional.grid_sample(x.movedim(-1, 1), torch.stack(grids), align_corners=False)
        return turned.movedim(1, -1)

    agrees(RandomRotation(degrees=degrees), (shape,), twin)
