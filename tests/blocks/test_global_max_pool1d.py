"""Global max pooling over time: one largest number a feature."""

import numpy as np
import pytest

from core.blocks.global_max_pool1d import GlobalMaxPool1D
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def pooled(x, mask=None):
    block = GlobalMaxPool1D(masked=mask is not None)
    b = buffers(block, (np.shape(x)[1:], *([np.shape(x)[1:2]] if block.masked else [])), batch=len(x))
    b.x[0][...] = x
    if block.masked:
        b.x[1][...] = mask
    forward(block, b)
    backward(block, b)
    return b


def test_each_feature_becomes_its_largest_and_the_first_such_step_gets_the_gradient():
    b = pooled([[[1, -5], [3, -2], [3, -4]]])
    assert b.y[0].tolist() == [[3, -2]]
    assert b.dx[0][0].tolist() == [[0, 0], b.dy[0][0].tolist(), [0, 0]]


def test_of_hundreds_of_steps_the_first_largest_gets_the_gradient():
    b = buffers(GlobalMaxPool1D(), ((300, 2),), batch=1)
    b.x[0][...], b.dy[0][...] = 0, [[3, 4]]
    b.x[0][0, 280, 0] = b.x[0][0, 290, 0] = 9
    b.x[0][0, :, 1] = -1
    forward(GlobalMaxPool1D(), b)
    backward(GlobalMaxPool1D(), b)
    assert b.y[0].tolist() == [[9, -1]]
    gradient = {(int(t), int(f)): b.dx[0][0, t, f] for t, f in zip(*b.dx[0][0].nonzero(), strict=True)}
    assert gradient == {(280, 0): 3, (0, 1): 4}


def test_steps_that_do_not_count_are_not_looked_at_and_a_row_without_any_gives_zero():
    b = pooled(
        [[[9.0], [-3.0], [-2.0]], [[np.nan], [5.0], [4.0]], [[1.0], [2.0], [3.0]]], [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    )
    assert b.y[0].tolist() == [[-2], [4], [0]]
    assert b.dx[0][..., 0].tolist() == [[0, 0, b.dy[0][0, 0]], [0, 0, b.dy[0][1, 0]], [0, 0, 0]]


def test_nan_is_not_hidden():
    assert np.isnan(pooled([[[1.0], [np.nan], [7.0]]]).y[0]).all()
    assert np.isnan(pooled([[[np.nan], [1.0], [7.0]]]).y[0]).all()


def test_what_is_no_sequence_or_no_mask_of_it_is_refused():
    with pytest.raises(ShapeError, match=r"takes a sequence .* this is \(4, 4, 3\)"):
        GlobalMaxPool1D().out_shapes(((4, 4, 3),))
    with pytest.raises(ShapeError, match="one number for each of 4 steps"):
        GlobalMaxPool1D(masked=True).out_shapes(((4, 3), (3,)))


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(7, 3), (1, 5), (400, 17)])
def test_values_and_gradients_agree_with_pytorch(shape):
    agrees(GlobalMaxPool1D(), (shape,), lambda x: x.amax(1))
