"""DepthwiseConv2D: each channel on its own."""

import numpy as np
import pytest

from core.blocks.depthwise_conv2d import DepthwiseConv2D
from core.errors import ShapeError
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_channels_are_never_mixed():
    block = DepthwiseConv2D(multiplier=2)
    b = buffers(block, ((5, 5, 3),))
    forward(block, b)
    before = b.y[0].copy()
    b.x[0][..., 1] += 1
    forward(block, b)
    assert (b.y[0] != before).any((0, 1, 2)).tolist() == [False, False, True, True, False, False]


def test_each_channel_by_hand():
    block = DepthwiseConv2D(kernel_size=(1, 2))
    b = buffers(block, ((1, 3, 2),), batch=1)
    b.x[0][0, 0], b.w["W"][0, :, :, 0], b.w["b"][...] = [[1, 10], [2, 20], [3, 30]], [[1, 0], [1, -1]], [100, 0]
    forward(block, b)
    np.testing.assert_array_equal(b.y[0][0, 0], [[103, -20], [105, -30]])


def test_a_sequence_is_refused():
    with pytest.raises(ShapeError, match="takes a picture"):
        DepthwiseConv2D().out_shapes(((64, 8),))


@pytest.mark.torch
@pytest.mark.parametrize(
    ("block", "x"),
    [
        (DepthwiseConv2D(padding="same"), (6, 7, 5)),
        (DepthwiseConv2D(padding="same", stride=(2,)), (8, 7, 33)),
        (DepthwiseConv2D(kernel_size=(3, 2), stride=(1, 3), dilation=(2, 1), multiplier=3), (9, 11, 4)),
        (DepthwiseConv2D(kernel_size=(5,), stride=(2,), padding="explicit", pads=(2,)), (7, 7, 16)),
    ],
    ids=str,
)
def test_values_and_gradients_agree_with_pytorch(block, x):
    functional = pytorch().nn.functional
    stride, (top, bottom, left, right), dilation = block.lie(x)

    def twin(x, W, b):
        padded = functional.pad(x.movedim(-1, 1), (left, right, top, bottom))
        filters = W.permute(2, 3, 0, 1).flatten(0, 1)[:, None]  # channel by channel, as PyTorch orders groups
        return functional.conv2d(padded, filters, b, stride, dilation=dilation, groups=x.shape[-1]).movedim(1, -1)

    agrees(block, (x,), twin)
