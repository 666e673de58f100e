"""Cropping of sequences."""

import pytest

from core.blocks.crop1d import Crop1D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def test_the_ends_are_cut_off_and_get_no_gradient():
    block = Crop1D(before=2, after=1)
    b = buffers(block, ((5, 1),), batch=1)
    b.x[0][0, :, 0], b.dy[0][0, :, 0] = [1, 2, 3, 4, 5], [7, 8]
    forward(block, b)
    backward(block, b)
    assert b.y[0][0, :, 0].tolist() == [3, 4]
    assert b.dx[0][0, :, 0].tolist() == [0, 0, 7, 8, 0]


def test_what_is_no_sequence_or_too_short_is_refused():
    with pytest.raises(ShapeError, match="takes a sequence"):
        Crop1D().out_shapes(((8, 8, 3),))
    with pytest.raises(ShapeError, match=r"cut 1 \+ 2 off a sequence of 3 steps"):
        Crop1D(before=1, after=2).out_shapes(((3, 1),))


@pytest.mark.torch
@pytest.mark.parametrize(("before", "after"), [(0, 0), (3, 0), (1, 2)])
def test_values_and_gradients_agree_with_pytorch(before, after):
    agrees(Crop1D(before=before, after=after), ((6, 3),), lambda x: x[:, before : 6 - after])
