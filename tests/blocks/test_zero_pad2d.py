"""Zero padding: a frame of zeros."""

import pytest

from core.blocks.zero_pad2d import ZeroPad2D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_zeros_stand_on_the_sides_that_are_set():
    block = ZeroPad2D(top=1, bottom=0, left=0, right=2)
    b = buffers(block, ((1, 2, 1),), batch=1)
    b.x[0][0, :, :, 0] = [[5, 6]]
    b.dy[0][0, :, :, 0] = [[1, 2, 3, 4], [5, 6, 7, 8]]
    forward(block, b)
    backward(block, b)
    assert b.y[0][0, :, :, 0].tolist() == [[0, 0, 0, 0], [5, 6, 0, 0]]
    assert b.dx[0][0, :, :, 0].tolist() == [[5, 6]]


def test_a_flat_row_is_refused():
    with pytest.raises(ShapeError, match=r"takes a picture .* this is \(10,\)"):
        ZeroPad2D().out_shapes(((10,),))


@pytest.mark.torch
@pytest.mark.parametrize("edges", [(1, 1, 1, 1), (0, 2, 3, 0), (2, 0, 0, 1), (0, 0, 0, 0)])
def test_values_and_gradients_agree_with_pytorch(edges):
    top, bottom, left, right = edges
    block = ZeroPad2D(top=top, bottom=bottom, left=left, right=right)
    pad = pytorch().nn.functional.pad
    agrees(block, ((5, 4, 3),), lambda x: pad(x, (0, 0, left, right, top, bottom)))
