"""Zero padding of sequences."""

import pytest

from core.blocks.zero_pad1d import ZeroPad1D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_zeros_stand_before_and_after_and_their_gradient_is_dropped():
    block = ZeroPad1D(before=2, after=1)
    b = buffers(block, ((2, 1),), batch=1)
    b.x[0][0, :, 0], b.dy[0][0, :, 0] = [5, 6], [1, 2, 3, 4, 5]
    forward(block, b)
    backward(block, b)
    assert b.y[0][0, :, 0].tolist() == [0, 0, 5, 6, 0]
    assert b.dx[0][0, :, 0].tolist() == [3, 4]


def test_a_picture_is_refused():
    with pytest.raises(ShapeError, match="takes a sequence"):
        ZeroPad1D().out_shapes(((8, 8, 3),))


@pytest.mark.torch
@pytest.mark.parametrize(("before", "after"), [(0, 0), (3, 0), (1, 4)])
def test_values_and_gradients_agree_with_pytorch(before, after):
    pad = pytorch().nn.functional.pad
    agrees(ZeroPad1D(before=before, after=after), ((5, 3),), lambda x: pad(x, (0, 0, before, after)))
