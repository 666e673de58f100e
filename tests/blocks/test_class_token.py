"""Class token: a learnt step before the sequence."""

import numpy as np
import pytest

from core.blocks.class_token import ClassToken
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_every_sequence_gets_the_same_first_step_and_keeps_its_own():
    b = buffers(ClassToken(), ((3, 2),))
    b.w["token"][...] = [7, 8]
    forward(ClassToken(), b)
    np.testing.assert_array_equal(b.y[0][:, 0], [[7, 8]] * 3)
    np.testing.assert_array_equal(b.y[0][:, 1:], b.x[0])


def test_the_token_sums_its_gradient_over_the_batch():
    b = buffers(ClassToken(), ((3, 2),))
    forward(ClassToken(), b)
    backward(ClassToken(), b)
    np.testing.assert_allclose(b.dw["token"], b.dy[0][:, 0].sum(0))


def test_the_mask_grows_by_the_token_which_counts():
    block = ClassToken(masked=True)
    b = buffers(block, ((3, 2), (3,)))
    b.x[1][...] = [[1, 0, 0], [1, 1, 0], [0, 0, 0]]
    forward(block, b)
    np.testing.assert_array_equal(b.y[1], [[1, 1, 0, 0], [1, 1, 1, 0], [1, 0, 0, 0]])
    np.testing.assert_array_equal(b.y[0][:, 1:], b.x[0])


def test_a_mask_of_another_length_is_refused():
    with pytest.raises(ShapeError, match=r"one number for each of 3 steps, \(3,\), and \(4,\)"):
        ClassToken(masked=True).out_shapes(((3, 2), (4,)))


def test_a_picture_is_refused_and_patches_are_offered():
    with pytest.raises(ShapeError, match="takes a sequence") as caught:
        ClassToken().out_shapes(((8, 8, 3),))
    assert "patches" in caught.value.fixes


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(5, 4), (1, 1), (49, 33)])
def test_values_and_gradients_agree_with_pytorch(shape):
    cat = pytorch().cat
    agrees(ClassToken(), (shape,), lambda x, token: cat([token.expand(len(x), 1, -1), x], 1))
