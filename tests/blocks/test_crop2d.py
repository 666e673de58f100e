"""Cropping: the inner part of the picture."""

import pytest

from core.blocks.crop2d import Crop2D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def test_what_is_left_is_the_inner_part_and_the_rest_gets_no_gradient():
    block = Crop2D(top=1, bottom=0, left=0, right=2)
    b = buffers(block, ((2, 4, 1),), batch=1)
    b.x[0][0, :, :, 0] = [[1, 2, 3, 4], [5, 6, 7, 8]]
    b.dy[0][0, :, :, 0] = [[10, 20]]
    forward(block, b)
    backward(block, b)
    assert b.y[0][0, :, :, 0].tolist() == [[5, 6]]
    assert b.dx[0][0, :, :, 0].tolist() == [[0, 0, 0, 0], [10, 20, 0, 0]]


def test_what_is_no_picture_or_too_small_is_refused():
    with pytest.raises(ShapeError, match=r"takes a picture .* this is \(10,\)"):
        Crop2D().out_shapes(((10,),))
    with pytest.raises(ShapeError, match="leave 0×2 of a picture of 2×4"):
        Crop2D().out_shapes(((2, 4, 1),))


@pytest.mark.torch
@pytest.mark.parametrize("edges", [(1, 1, 1, 1), (0, 2, 3, 0), (2, 0, 0, 1), (0, 0, 0, 0)])
def test_values_and_gradients_agree_with_pytorch(edges):
    top, bottom, left, right = edges
    block = Crop2D(top=top, bottom=bottom, left=left, right=right)
    agrees(block, ((5, 4, 3),), lambda x: x[:, top : 5 - bottom, left : 4 - right])
