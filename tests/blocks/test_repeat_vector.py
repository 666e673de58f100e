"""Repeat Vector: one row at every step."""

import pytest

from core.blocks.repeat_vector import RepeatVector
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def test_every_step_is_the_row_and_the_gradient_is_the_sum_of_the_steps():
    block = RepeatVector(count=3)
    b = buffers(block, ((2,),), batch=1)
    b.x[0][...], b.dy[0][...] = [5, 6], [[[1, 2], [10, 20], [100, 200]]]
    forward(block, b)
    backward(block, b)
    assert b.y[0].tolist() == [[[5, 6]] * 3]
    assert b.dx[0].tolist() == [[111, 222]]


def test_a_picture_is_refused_with_what_to_do():
    with pytest.raises(ShapeError, match=r"takes one row .* this is \(4, 4, 3\)") as caught:
        RepeatVector().out_shapes(((4, 4, 3),))
    assert "flatten" in caught.value.fixes


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    agrees(RepeatVector(count=7), ((5,),), lambda x: x[:, None].expand(-1, 7, -1))
