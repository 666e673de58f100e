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


def test_a_picture_is_refused_and_patches_are_offered():
    with pytest.raises(ShapeError, match="takes a sequence") as caught:
        ClassToken().out_shapes(((8, 8, 3),))
    assert "patches" in caught.value.fixes


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(5, 4), (1, 1), (49, 33)])
def test_values_and_gradients_agree_with_pytorch(shape):
    cat = pytorch().cat
    agrees(ClassToken(), (shape,), lambda x, token: cat([token.expand(len(x), 1, -1), x], 1))
