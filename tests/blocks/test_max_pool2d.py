"""Max pooling: the lecture's example, and who gets the gradient."""

import numpy as np
import pytest

from core.blocks.max_pool2d import MaxPool2D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch

LECTURE = [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]


def test_the_lectures_picture_by_hand():
    b = buffers(MaxPool2D(), ((4, 4, 1),), batch=1)
    b.x[0][0, :, :, 0] = LECTURE
    b.dy[0][0, :, :, 0] = [[1, 2], [3, 4]]
    forward(MaxPool2D(), b)
    backward(MaxPool2D(), b)
    assert b.y[0][0, :, :, 0].tolist() == [[6, 8], [3, 4]]
    assert b.dx[0][0, :, :, 0].tolist() == [[0, 0, 0, 0], [0, 1, 0, 2], [3, 0, 0, 0], [0, 0, 0, 4]]


def test_where_several_are_largest_the_first_gets_the_gradient():
    b = buffers(MaxPool2D(), ((2, 2, 1),), batch=1)
    b.x[0][...], b.dy[0][...] = 7, 1
    forward(MaxPool2D(), b)
    backward(MaxPool2D(), b)
    assert b.dx[0].reshape(-1).tolist() == [1, 0, 0, 0]


def test_padding_is_never_the_largest():
    block = MaxPool2D(pool_size=3, stride=1, padding="same")
    b = buffers(block, ((3, 3, 2),))
    b.x[0][...] = -np.abs(b.x[0])
    forward(block, b)
    assert b.y[0].shape == b.x[0].shape
    assert (b.y[0] < 0).all()


def test_what_is_no_picture_or_too_small_is_refused_with_what_to_do():
    with pytest.raises(ShapeError, match=r"takes a picture .* this is \(784,\)"):
        MaxPool2D().out_shapes(((784,),))
    with pytest.raises(ShapeError, match="4×4 does not fit into a picture of 3×5"):
        MaxPool2D(pool_size=4).out_shapes(((3, 5, 1),))
    assert MaxPool2D(pool_size=4, padding="same").out_shapes(((3, 5, 1),)) == ((1, 2, 1),)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 2), (2, 1), (1, 3)])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_values_and_gradients_agree_with_pytorch(size, stride, padding):
    torch = pytorch()
    block = MaxPool2D(pool_size=size, stride=stride, padding=padding)

    def twin(x):
        x = x.movedim(-1, 1)
        if padding == "same":
            missing = [max((-(-n // block.step()) - 1) * block.step() + size - n, 0) for n in x.shape[2:]]
            (top, left), (bottom, right) = [m // 2 for m in missing], [-(-m // 2) for m in missing]
            x = torch.nn.functional.pad(x, (left, right, top, bottom), value=-torch.inf)
        return torch.nn.functional.max_pool2d(x, size, block.step()).movedim(1, -1)

    agrees(block, ((7, 6, 3),), twin)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "stride", "pads"), [(3, 2, 1), (3, 2, 0), (2, 2, 1), (5, 3, 2), (3, 1, 1), (1, 3, 0)])
@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize("n", [5, 6, 7])
def test_explicit_padding_and_rounding_up_agree_with_pytorch(size, stride, pads, ceil, n):
    pool = pytorch().nn.functional.max_pool2d
    block = MaxPool2D(pool_size=size, stride=stride, padding="explicit", pads=pads, ceil_mode=ceil)
    twin = lambda x: pool(x.movedim(-1, 1), size, stride, padding=pads, ceil_mode=ceil)
    agrees(block, ((n, n + 1, 3),), lambda x: twin(x).movedim(1, -1))


def test_windows_that_would_see_only_padding_are_refused():
    with pytest.raises(ShapeError, match="3 beyond the edge is too far for a window of 3"):
        MaxPool2D(pool_size=3, padding="explicit", pads=3).out_shapes(((7, 7, 1),))
