"""Slice: a part along one axis."""

import numpy as np
import pytest

from core.blocks.slice import Slice
from core.errors import ShapeError
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees


@pytest.mark.parametrize(
    ("block", "where"),
    [
        (Slice(), np.s_[:, :1]),
        (Slice(start=-1), np.s_[:, -1:]),
        (Slice(axis=2, start=1, count=2), np.s_[:, :, 1:3]),
        (Slice(axis=-1, start=2, count=None), np.s_[..., 2:]),
        (Slice(axis=3, start=-3, count=2), np.s_[..., -3:-1]),
    ],
    ids=str,
)
def test_it_takes_what_numpy_would(block, where):
    b = buffers(block, ((4, 3, 5),))
    forward(block, b)
    np.testing.assert_array_equal(b.y[0], b.x[0][where])


@pytest.mark.parametrize(("start", "count"), [(4, 1), (2, 3), (-5, 1), (-1, 2), (4, None)])
def test_what_reaches_beyond_the_end_is_refused(start, count):
    with pytest.raises(ShapeError, match=rf"from {start} on, .* the places 0 to 3"):
        Slice(start=start, count=count).out_shapes(((4, 2),))


@pytest.mark.parametrize("axis", [0, 3, -3])
def test_an_axis_that_is_not_there_is_refused(axis):
    with pytest.raises(ShapeError, match=rf"along axis {axis}, .* the axes 1 to 2"):
        Slice(axis=axis).out_shapes(((4, 2),))


@pytest.mark.torch
@pytest.mark.parametrize(("axis", "start", "count"), [(1, 0, 1), (2, 1, 2), (3, 3, 1), (1, 0, 4)])
def test_values_and_gradients_agree_with_pytorch(axis, start, count):
    agrees(Slice(axis=axis, start=start, count=count), ((4, 3, 5),), lambda x: x.narrow(axis, start, count))
