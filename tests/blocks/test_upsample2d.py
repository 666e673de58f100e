"""Upsampling: each pixel becomes a square, or a smooth passage."""

import pytest

from core.blocks.upsample2d import Upsample2D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_each_pixel_becomes_a_square_and_sums_its_gradient():
    b = buffers(Upsample2D(), ((1, 2, 1),), batch=1)
    b.x[0][0, :, :, 0] = [[5, 6]]
    b.dy[0][0, :, :, 0] = [[1, 2, 3, 4], [5, 6, 7, 8]]
    forward(Upsample2D(), b)
    backward(Upsample2D(), b)
    assert b.y[0][0, :, :, 0].tolist() == [[5, 5, 6, 6], [5, 5, 6, 6]]
    assert b.dx[0][0, :, :, 0].tolist() == [[14, 22]]


def test_bilinear_lies_between_the_middles_of_pixels_and_goes_on_at_the_edge():
    block = Upsample2D(interpolation="bilinear")
    b = buffers(block, ((1, 2, 1),), batch=1)
    b.x[0][0, :, :, 0] = [[0, 4]]
    forward(block, b)
    assert b.y[0][0, :, :, 0].tolist() == [[0, 1, 3, 4], [0, 1, 3, 4]]


def test_a_flat_row_is_refused():
    with pytest.raises(ShapeError, match=r"takes a picture .* this is \(10,\)"):
        Upsample2D().out_shapes(((10,),))


@pytest.mark.torch
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_values_and_gradients_agree_with_pytorch(factor):
    interpolate = pytorch().nn.functional.interpolate
    twin = lambda x: interpolate(x.movedim(-1, 1), scale_factor=factor, mode="nearest").movedim(1, -1)
    agrees(Upsample2D(factor=factor), ((3, 4, 2),), twin)


@pytest.mark.torch
@pytest.mark.parametrize("factor", [1, 2, 3, 4])
@pytest.mark.parametrize("shape", [(3, 4, 2), (1, 5, 17), (2, 1, 1)])
def test_bilinear_agrees_with_pytorch(factor, shape):
    interpolate = pytorch().nn.functional.interpolate
    how = {"scale_factor": factor, "mode": "bilinear", "align_corners": False}
    twin = lambda x: interpolate(x.movedim(-1, 1), **how).movedim(1, -1)
    agrees(Upsample2D(factor=factor, interpolation="bilinear"), (shape,), twin)
