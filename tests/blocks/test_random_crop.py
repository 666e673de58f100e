"""Random crop: a window of the padded picture."""

import numpy as np
import pytest

from core.blocks.random_crop import RandomCrop
from core.errors import ShapeError
from tests.blocks.augmented import changed, draw, each_step_and_seed_differs_and_repeats
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_every_window_of_the_padded_picture_comes_up():
    x = np.arange(1.0, 13).reshape(1, 3, 4, 1).repeat(1000, 0)
    y = changed(RandomCrop(size=(2, 3), pads=1), x)[..., 0]
    wide = np.pad(x[0, ..., 0], 1)
    windows = {wide[i : i + 2, j : j + 3].tobytes() for i in range(4) for j in range(4)}
    assert {picture.tobytes() for picture in y} == windows


def test_in_use_the_window_is_in_the_middle():
    block = RandomCrop(size=(2,), pads=4)
    b = buffers(block, ((4, 6, 1),), batch=1, train=False)
    forward(block, b, train=False)
    np.testing.assert_array_equal(b.y[0], b.x[0][:, 1:3, 2:4])
    block = RandomCrop(size=(6,), pads=1)
    b = buffers(block, ((4, 4, 1),), batch=1, train=False)
    forward(block, b, train=False)
    np.testing.assert_array_equal(b.y[0], np.pad(b.x[0], ((0, 0), (1, 1), (1, 1), (0, 0))))


def test_each_step_differs():
    x = np.random.default_rng(0).standard_normal((20, 6, 6, 1))
    each_step_and_seed_differs_and_repeats(RandomCrop(size=(6,), pads=2), x)


def test_too_large_a_window_is_refused_with_both_sizes():
    with pytest.raises(ShapeError, match="37×37 does not fit into a picture of 28×28 with 4 zeros around it"):
        RandomCrop(size=(37,)).out_shapes(((28, 28, 1),))
    assert RandomCrop().out_shapes(((28, 28, 3),)) == ((32, 32, 3),)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "pads"), [((3,), 0), ((5, 4), 2), ((4, 6), 1)])
def test_values_and_gradients_agree_with_pytorch(size, pads):
    torch = pytorch()
    height, width = size[0], size[-1]

    def twin(x):
        wide = torch.nn.functional.pad(x, (0, 0, pads, pads, pads, pads))
        free = (wide.shape[1] - height + 1, wide.shape[2] - width + 1)
        corners = [[int(draw(n, i) * free[i]) for i in range(2)] for n in range(len(x))]
        return torch.stack([wide[n, p : p + height, q : q + width] for n, (p, q) in enumerate(corners)])

    agrees(RandomCrop(size=size, pads=pads), ((4, 5, 2),), twin, batch=8)
