"""Reshape: the same numbers in another shape."""

import numpy as np
import pytest

from core.blocks.reshape import Reshape
from core.errors import SettingError, ShapeError
from tests.blocks.harness import buffers
from tests.reference.pytorch import agrees


def test_a_row_becomes_a_picture_in_reading_order():
    block = Reshape(shape=(2, 3, 1))
    b = buffers(block, ((6,),), batch=1)
    b.x[0][...] = np.arange(6)
    assert b.y[0][0, :, :, 0].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_one_axis_may_be_left_open():
    assert Reshape(shape=(28, -1, 1)).out_shapes(((784,),)) == ((28, 28, 1),)
    assert Reshape().out_shapes(((3, 4),)) == ((12,),)


@pytest.mark.parametrize("shape", [(), (-1, -1), (0, 3), (2, 0)])
def test_shapes_that_cannot_be_are_refused(shape):
    with pytest.raises(SettingError, match="whole numbers"):
        Reshape(shape=shape)


@pytest.mark.parametrize(("shape", "told"), [((5, 5), "would hold 25"), ((5, -1), "5 do not divide")])
def test_another_count_of_numbers_is_refused_with_both_counts(shape, told):
    with pytest.raises(ShapeError, match=rf"holds 24 numbers.*{told}"):
        Reshape(shape=shape).out_shapes(((4, 6),))


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    agrees(Reshape(shape=(2, -1)), ((4, 3),), lambda x: x.reshape(len(x), 2, 6))
