"""Global max pooling: one largest number a channel."""

import numpy as np
import pytest

from core.blocks.global_max_pool2d import GlobalMaxPool2D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def test_each_channel_becomes_its_largest_and_that_pixel_gets_the_gradient():
    block = GlobalMaxPool2D()
    b = buffers(block, ((2, 2, 2),), batch=1)
    b.x[0][...] = [[[[1, 70], [2, 20]], [[-3, 30], [2, 60]]]]
    b.dy[0][...] = [[4, 8]]
    forward(block, b)
    backward(block, b)
    assert b.y[0].tolist() == [[2, 70]]
    assert b.dx[0].tolist() == [[[[0, 8], [4, 0]], [[0, 0], [0, 0]]]], "the first of two equal ones"


def test_a_picture_of_more_pixels_than_a_byte_counts_still_knows_its_place():
    block = GlobalMaxPool2D()
    b = buffers(block, ((40, 50, 1),), batch=1)
    b.x[0][0, 33, 21, 0] = 99
    forward(block, b)
    backward(block, b)
    assert np.argwhere(b.dx[0]).tolist() == [[0, 33, 21, 0]]


def test_a_flat_row_is_refused():
    with pytest.raises(ShapeError, match=r"takes a picture .* this is \(10,\)"):
        GlobalMaxPool2D().out_shapes(((10,),))


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    agrees(GlobalMaxPool2D(), ((7, 5, 3),), lambda x: x.amax((1, 2)))
