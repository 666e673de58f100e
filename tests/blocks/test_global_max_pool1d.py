"""Global max pooling over time: one number for each feature."""

import pytest

from core.blocks.global_max_pool1d import GlobalMaxPool1D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def test_the_first_largest_step_gets_the_gradient():
    b = buffers(GlobalMaxPool1D(), ((300, 2),), batch=1)
    b.x[0][...], b.dy[0][...] = 0, [[3, 4]]
    b.x[0][0, 280, 0] = b.x[0][0, 290, 0] = 9
    b.x[0][0, :, 1] = -1
    forward(GlobalMaxPool1D(), b)
    backward(GlobalMaxPool1D(), b)
    assert b.y[0].tolist() == [[9, -1]]
    assert {(int(t), int(f)): b.dx[0][0, t, f] for t, f in zip(*b.dx[0][0].nonzero(), strict=True)} == {
        (280, 0): 3,
        (0, 1): 4,
    }


def test_a_picture_is_refused():
    with pytest.raises(ShapeError, match="takes a sequence"):
        GlobalMaxPool1D().out_shapes(((8, 8, 3),))


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(7, 3), (1, 5), (400, 17)])
def test_values_and_gradients_agree_with_pytorch(shape):
    agrees(GlobalMaxPool1D(), (shape,), lambda x: x.amax(1))
