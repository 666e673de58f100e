"""Average pooling over time: the mean of each window."""

import pytest

from core.blocks.average_pool1d import AveragePool1D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_the_mean_of_each_window_shares_its_gradient_out_and_what_is_left_over_gets_none():
    b = buffers(AveragePool1D(), ((5, 1),), batch=1)
    b.x[0][0, :, 0], b.dy[0][0, :, 0] = [1, 5, 7, 9, 99], [4, 6]
    forward(AveragePool1D(), b)
    backward(AveragePool1D(), b)
    assert b.y[0][0, :, 0].tolist() == [3, 8]
    assert b.dx[0][0, :, 0].tolist() == [2, 2, 3, 3, 0]


def test_what_is_no_sequence_or_too_short_is_refused_with_what_to_do():
    with pytest.raises(ShapeError, match=r"takes a sequence .* this is \(784,\)"):
        AveragePool1D().out_shapes(((784,),))
    with pytest.raises(ShapeError, match="window of 4 does not fit into a sequence of 3 steps"):
        AveragePool1D(pool_size=4).out_shapes(((3, 5),))
    assert AveragePool1D(pool_size=4, padding="same").out_shapes(((3, 5),)) == ((1, 5),)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 2), (2, 1), (1, 3)])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_values_and_gradients_agree_with_pytorch(size, stride, padding):
    torch = pytorch()
    block = AveragePool1D(pool_size=size, stride=stride, padding=padding)

    def twin(x):
        x = x.movedim(-1, 1)
        count = torch.ones_like(x)
        if padding == "same":
            missing = max((-(-7 // block.step()) - 1) * block.step() + size - 7, 0)
            ends = (missing // 2, -(-missing // 2))
            x, count = torch.nn.functional.pad(x, ends), torch.nn.functional.pad(count, ends)
        mean = lambda a: torch.nn.functional.avg_pool1d(a, size, block.step())
        return (mean(x) / mean(count)).movedim(1, -1)  # the padding does not count

    agrees(block, ((7, 3),), twin)


@pytest.mark.torch
@pytest.mark.parametrize(("size", "stride", "pads"), [(3, 2, 1), (3, 2, 0), (2, 2, 1), (5, 3, 2), (3, 1, 1), (1, 3, 0)])
@pytest.mark.parametrize("ceil", [False, True])
@pytest.mark.parametrize("n", [5, 6, 7])
def test_explicit_padding_and_rounding_up_agree_with_pytorch(size, stride, pads, ceil, n):
    pool = pytorch().nn.functional.avg_pool1d
    block = AveragePool1D(pool_size=size, stride=stride, padding="explicit", pads=pads, ceil_mode=ceil)
    twin = lambda x: pool(x.movedim(-1, 1), size, stride, padding=pads, ceil_mode=ceil, count_include_pad=False)
    agrees(block, ((n, 3),), lambda x: twin(x).movedim(1, -1))


def test_windows_that_would_see_only_padding_are_refused():
    with pytest.raises(ShapeError, match="3 beyond the edge is too far for a window of 3"):
        AveragePool1D(pool_size=3, padding="explicit", pads=3).out_shapes(((7, 1),))
