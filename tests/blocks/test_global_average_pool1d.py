"""Global average pooling over time: one mean a feature."""

import pytest

from core.blocks.global_average_pool1d import GlobalAveragePool1D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def test_each_feature_becomes_its_mean_and_shares_its_gradient_out():
    block = GlobalAveragePool1D()
    b = buffers(block, ((2, 2),), batch=1)
    b.x[0][...] = [[[1, 10], [5, 20]]]
    b.dy[0][...] = [[4, 8]]
    forward(block, b)
    backward(block, b)
    assert b.y[0].tolist() == [[3, 15]]
    assert b.dx[0].tolist() == [[[2, 4], [2, 4]]]


def test_steps_that_do_not_count_are_left_out_and_a_row_without_any_gives_zero():
    block = GlobalAveragePool1D(masked=True)
    b = buffers(block, ((3, 1), (3,)), batch=2)
    b.x[0][..., 0], b.x[1][...] = [[1, 7, 3], [5, 6, 7]], [[1, 0, 1], [0, 0, 0]]
    b.dy[0][...] = 4
    forward(block, b)
    backward(block, b)
    assert b.y[0].tolist() == [[2], [0]]
    assert b.dx[0][..., 0].tolist() == [[2, 0, 2], [0, 0, 0]]


def test_a_picture_is_refused():
    with pytest.raises(ShapeError, match=r"takes a sequence .* this is \(4, 4, 3\)"):
        GlobalAveragePool1D().out_shapes(((4, 4, 3),))


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    agrees(GlobalAveragePool1D(), ((300, 3),), lambda x: x.mean(1))
