"""SeparableConv2D: channels on their own, then mixed."""

import numpy as np
import pytest

from core.blocks.conv2d import Conv2D
from core.blocks.separable_conv2d import SeparableConv2D
from core.errors import ShapeError
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_it_is_a_convolution_whose_filters_are_products():
    block = SeparableConv2D(filters=4, padding="same")
    b = buffers(block, ((6, 5, 3),))
    forward(block, b)
    full = buffers(Conv2D(filters=4, padding="same"), ((6, 5, 3),))
    full.x[0][...], full.w["b"][...] = b.x[0], b.w["b"]
    full.w["W"][...] = b.w["D"] * b.w["W"]  # (3, 3, channels, 1) times (channels, filters)
    forward(Conv2D(filters=4, padding="same"), full)
    np.testing.assert_allclose(b.y[0], full.y[0], rtol=1e-10, atol=1e-12)


def test_it_costs_a_fraction_of_a_full_convolution():
    shape = ((32, 32, 64),)
    own, full = SeparableConv2D(filters=64, padding="same"), Conv2D(filters=64, padding="same")
    assert own.multiply_adds(shape) / full.multiply_adds(shape) == pytest.approx(1 / 9 + 1 / 64)


def test_a_flat_row_is_refused():
    with pytest.raises(ShapeError, match="takes a picture"):
        SeparableConv2D().out_shapes(((64,),))


@pytest.mark.torch
@pytest.mark.parametrize(
    ("block", "x"),
    [
        (SeparableConv2D(filters=6, padding="same"), (6, 7, 5)),
        (SeparableConv2D(filters=33, padding="same", stride=(2,)), (8, 7, 4)),
        (SeparableConv2D(filters=2, kernel_size=(3, 2), stride=(1, 3), dilation=(2, 1), multiplier=3), (9, 11, 4)),
    ],
    ids=str,
)
def test_values_and_gradients_agree_with_pytorch(block, x):
    functional = pytorch().nn.functional
    stride, (top, bottom, left, right), dilation = block.lie(x)

    def twin(x, D, W, b):
        padded = functional.pad(x.movedim(-1, 1), (left, right, top, bottom))
        filters = D.permute(2, 3, 0, 1).flatten(0, 1)[:, None]
        middle = functional.conv2d(padded, filters, None, stride, dilation=dilation, groups=x.shape[-1])
        return functional.conv2d(middle, W.T[:, :, None, None], b).movedim(1, -1)

    agrees(block, (x,), twin)
