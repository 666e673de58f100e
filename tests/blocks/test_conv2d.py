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


@pytest.mark.torch
@pytest.mark.parametrize(
    ("block", "x"),
    [
        (Conv2D(filters=6, kernel_size=(5,), padding="same"), (28, 28, 1)),
        (Conv2D(filters=16, kernel_size=(5,)), (14, 14, 6)),
        (Conv2D(filters=5, kernel_size=(3,), stride=(2,)), (9, 8, 3)),
        (Conv2D(filters=33, kernel_size=(3, 2), stride=(1, 3), dilation=(2, 1)), (9, 11, 4)),
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
    top, bottom, left, right = block._padding(x)
    padded = torch.nn.functional.pad(tx, (left, right, top, bottom))
    y = torch.nn.functional.conv2d(padded, tw, tb, stride=block.stride, dilation=block.dilation)
    y.backward(torch.tensor(first(b.dy[0])))
    pairs = [
        (first(b.y[0]), y), (first(b.dx[0]), tx.grad), (b.dw["b"], tb.grad),
        (np.transpose(b.dw["W"], (3, 2, 0, 1)), tw.grad),
    ]  # fmt: skip
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-9)
