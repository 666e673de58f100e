"""Average pooling: means of windows, without the padding."""

import pytest

from core.blocks.average_pool2d import AveragePool2D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.blocks.test_max_pool2d import LECTURE
from tests.reference.pytorch import agrees, pytorch


def test_the_lectures_picture_by_hand():
    b = buffers(AveragePool2D(), ((4, 4, 1),), batch=1)
    b.x[0][0, :, :, 0] = LECTURE
    b.dy[0][0, :, :, 0] = [[4, 8], [12, 16]]
    forward(AveragePool2D(), b)
    backward(AveragePool2D(), b)
    assert b.y[0][0, :, :, 0].tolist() == [[3.25, 5.25], [2, 2]]
    assert b.dx[0][0, :, :, 0].tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]


def test_the_edge_of_an_even_picture_stays_even():
    block = AveragePool2D(pool_size=3, stride=1, padding="same")
    b = buffers(block, ((4, 5, 2),))
    b.x[0][...] = 3
    forward(block, b)
    assert b.y[0].min() == pytest.approx(3)
    assert b.y[0].max() == pytest.approx(3)


def test_a_sequence_is_refused():
    with pytest.raises(ShapeError, match="takes a picture"):
        AveragePool2D().out_shapes(((64, 8),))


@pytest.mark.torch
@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 2), (2, 1)])
def test_values_and_gradients_agree_with_pytorch(size, stride):
    pool = pytorch().nn.functional.avg_pool2d
    agrees(
        AveragePool2D(pool_size=size, stride=stride),
        ((7, 6, 3),),
        lambda x: pool(x.movedim(-1, 1), size, stride).movedim(1, -1),
    )


@pytest.mark.torch
def test_same_padding_agrees_with_pytorch_where_it_has_it():
    pool = pytorch().nn.functional.avg_pool2d
    twin = lambda x: pool(x.movedim(-1, 1), 3, 1, padding=1, count_include_pad=False).movedim(1, -1)
    agrees(AveragePool2D(pool_size=3, stride=1, padding="same"), ((5, 6, 2),), twin)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "stride", "pads"), [(3, 2, 1), (3, 2, 0), (2, 2, 1), (5, 3, 2), (3, 1, 1), (1, 3, 0)])
@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize("n", [5, 6, 7])
def test_explicit_padding_and_rounding_up_agree_with_pytorch(size, stride, pads, ceil, n):
    pool = pytorch().nn.functional.avg_pool2d
    block = AveragePool2D(pool_size=size, stride=stride, padding="explicit", pads=pads, ceil_mode=ceil)
    twin = lambda x: pool(x.movedim(-1, 1), size, stride, padding=pads, ceil_mode=ceil, count_include_pad=False)
    agrees(block, ((n, n + 1, 3),), lambda x: twin(x).movedim(1, -1))
