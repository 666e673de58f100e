"""Max pooling over time: the largest of each window."""

import pytest

from core.blocks.max_pool1d import MaxPool1D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_the_largest_of_each_window_gets_the_gradient_the_first_where_equal_and_what_is_left_over_none():
    b = buffers(MaxPool1D(), ((5, 1),), batch=1)
    b.x[0][0, :, 0], b.dy[0][0, :, 0] = [1, 5, 7, 7, 9], [4, 6]
    forward(MaxPool1D(), b)
    backward(MaxPool1D(), b)
    assert b.y[0][0, :, 0].tolist() == [5, 7]
    assert b.dx[0][0, :, 0].tolist() == [0, 4, 6, 0, 0]


def test_what_is_no_sequence_or_too_short_is_refused_with_what_to_do():
    with pytest.raises(ShapeError, match=r"takes a sequence .* this is \(784,\)"):
        MaxPool1D().out_shapes(((784,),))
    with pytest.raises(ShapeError, match="window of 4 does not fit into a sequence of 3 steps"):
        MaxPool1D(pool_size=4).out_shapes(((3, 5),))
    assert MaxPool1D(pool_size=4, padding="same").out_shapes(((3, 5),)) == ((1, 5),)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 2), (2, 1), (1, 3)])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_values_and_gradients_agree_with_pytorch(size, stride, padding):
    torch = pytorch()
    block = MaxPool1D(pool_size=size, stride=stride, padding=padding)

    def twin(x):
        x = x.movedim(-1, 1)
        if padding == "same":
            missing = max((-(-7 // block.step()) - 1) * block.step() + size - 7, 0)
            x = torch.nn.functional.pad(x, (missing // 2, -(-missing // 2)), value=-torch.inf)
        return torch.nn.functional.max_pool1d(x, size, block.step()).movedim(1, -1)

    agrees(block, ((7, 3),), twin)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "stride", "pads"), [(3, 2, 1), (3, 2, 0), (2, 2, 1), (5, 3, 2), (3, 1, 1), (1, 3, 0)])
@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize("n", [5, 6, 7])
def test_explicit_padding_and_rounding_up_agree_with_pytorch(size, stride, pads, ceil, n):
    pool = pytorch().nn.functional.max_pool1d
    block = MaxPool1D(pool_size=size, stride=stride, padding="explicit", pads=pads, ceil_mode=ceil)
    twin = lambda x: pool(x.movedim(-1, 1), size, stride, padding=pads, ceil_mode=ceil)
    agrees(block, ((n, 3),), lambda x: twin(x).movedim(1, -1))
