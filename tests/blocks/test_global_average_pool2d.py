"""Global average pooling: one mean a channel."""

import numpy as np
import pytest

from core.blocks.global_average_pool2d import GlobalAveragePool2D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def test_each_channel_becomes_its_mean_and_shares_its_gradient_out():
    block = GlobalAveragePool2D()
    b = buffers(block, ((2, 2, 2),), batch=1)
    b.x[0][...] = [[[[1, 10], [2, 20]], [[3, 30], [6, 60]]]]
    b.dy[0][...] = [[4, 8]]
    forward(block, b)
    backward(block, b)
    assert b.y[0].tolist() == [[3, 30]]
    np.testing.assert_array_equal(b.dx[0], np.broadcast_to([1.0, 2.0], (1, 2, 2, 2)))


def test_a_flat_row_is_refused():
    with pytest.raises(ShapeError, match=r"takes a picture .* this is \(10,\)"):
        GlobalAveragePool2D().out_shapes(((10,),))


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    agrees(GlobalAveragePool2D(), ((7, 5, 3),), lambda x: x.mean((1, 2)))
