"""Conv2D: filters slide over a picture."""

import numpy as np
import pytest

from core.blocks.conv2d import Conv2D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward

LECTURE = ["11100", "01110", "00111", "00110", "01100"]


def test_the_lectures_convolution_by_hand():
    block = Conv2D(filters=1, kernel_size=(3,))
    b = buffers(block, ((5, 5, 1),), batch=1)
    b.x[0][0, :, :, 0] = [[int(c) for c in row] for row in LECTURE]
    b.w["W"][:, :, 0, 0] = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    b.w["b"][...] = 0
    forward(block, b)
    np.testing.assert_allclose(b.y[0][0, :, :, 0], [[4, 3, 4], [2, 4, 3], [2, 3, 4]])


def test_same_padding_keeps_the_size_and_pads_the_end_first():
    block = Conv2D(filters=1, kernel_size=(2,), padding="same", bias=False)
    b = buffers(block, ((3, 3, 1),), batch=1)
    b.x[0][...], b.w["W"][...] = 1, 1
    forward(block, b)
    np.testing.assert_allclose(b.y[0][0, :, :, 0], [[4, 4, 2], [4, 4, 2], [2, 2, 1]])


def test_a_filter_larger_than_the_picture_is_refused_with_both_sizes():
    with pytest.raises(ShapeError, match="5×5 pixels does not fit into a picture of 4×4"):
        Conv2D(kernel_size=(5,)).out_shapes(((4, 4, 1),))


def test_a_group_sees_its_own_channels_only():
    block = Conv2D(filters=2, kernel_size=(1,), groups=2, bias=False)
    b = buffers(block, ((1, 1, 4),), batch=1)
    b.x[0][...], b.w["W"][0, 0] = [1, 2, 3, 4], [[10, 1], [100, 2]]
    forward(block, b)
    assert b.y[0].reshape(-1).tolist() == [210, 11]


def test_groups_that_do_not_divide_channels_and_filters_are_refused():
    for block in (Conv2D(filters=9, groups=3), Conv2D(filters=10, groups=4)):
        with pytest.raises(
            ShapeError, match=rf"8 channels and {block.filters} filters into {block.groups} equal groups"
        ):
            block.out_shapes(((8, 8, 8),))


def test_the_first_layers_of_alexnet_and_resnet_have_their_published_sizes():
    alexnet = Conv2D(filters=64, kernel_size=(11,), stride=(4,), padding="explicit", pads=(2,))
    resnet = Conv2D(filters=64, kernel_size=(7,), stride=(2,), padding="explicit", pads=(3,))
    assert alexnet.out_shapes(((224, 224, 3),)) == ((55, 55, 64),)
    assert resnet.out_shapes(((224, 224, 3),)) == ((112, 112, 64),)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("block", "x"),
    [
        (Conv2D(filters=6, kernel_size=(5,), padding="same"), (28, 28, 1)),
        (Conv2D(filters=16, kernel_size=(5,)), (14, 14, 6)),
        (Conv2D(filters=5, kernel_size=(3,), stride=(2,)), (9, 8, 3)),
        (Conv2D(filters=33, kernel_size=(3, 2), stride=(1, 3), dilation=(2, 1)), (9, 11, 4)),
        (Conv2D(filters=8, kernel_size=(11,), stride=(4,), padding="explicit", pads=(2,)), (32, 31, 3)),
        (Conv2D(filters=9, kernel_size=(7,), stride=(2,), padding="explicit", pads=(3, 1)), (13, 14, 3)),
        (Conv2D(filters=6, kernel_size=(3,), padding="same", groups=2), (6, 7, 4)),
        (Conv2D(filters=12, kernel_size=(3, 2), stride=(2, 1), groups=4, dilation=(1, 2)), (7, 6, 8)),
        (Conv2D(filters=10, kernel_size=(3,), stride=(2,), padding="explicit", pads=(2,), groups=5), (6, 5, 5)),
        (Conv2D(filters=5, kernel_size=(3,), stride=(2,), padding="same", groups=5), (6, 5, 5)),
        (Conv2D(filters=2, kernel_size=(1,), stride=(3,), groups=2), (5, 1, 6)),
    ],
    ids=str,
)
def test_values_and_gradients_agree_with_pytorch(block, x):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    b = buffers(block, (x,))
    forward(block, b)
    backward(block, b)
    first = lambda a: np.ascontiguousarray(np.moveaxis(a, -1, 1))
    tx, tb = torch.tensor(first(b.x[0]), requires_grad=True), torch.tensor(b.w["b"], requires_grad=True)
    tw = torch.tensor(np.transpose(b.w["W"], (3, 2, 0, 1)).copy(), requires_grad=True)
    _, (top, bottom, left, right), _ = block.lie(x)
    padded = torch.nn.functional.pad(tx, (left, right, top, bottom))
    y = torch.nn.functional.conv2d(padded, tw, tb, block.stride, dilation=block.dilation, groups=block.groups)
    y.backward(torch.tensor(first(b.dy[0])))
    pairs = [
        (first(b.y[0]), y), (first(b.dx[0]), tx.grad), (b.dw["b"], tb.grad),
        (np.transpose(b.dw["W"], (3, 2, 0, 1)), tw.grad),
    ]  # fmt: skip
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-9)
