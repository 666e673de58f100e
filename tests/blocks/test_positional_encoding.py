"""Positional encoding: y[t] = x[t] + P[t]."""

from math import cos, sin

import numpy as np
import pytest

from core.blocks.positional_encoding import PositionalEncoding, waves
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward


def test_the_waves_are_those_of_the_paper():
    """Vaswani et al. (2017), section 3.5: PE(pos, 2i) = sin(pos / 10000^(2i / d)), PE(pos, 2i + 1) = cos of the same."""
    np.testing.assert_array_equal(waves(1, 4), [[0, 1, 0, 1]])
    np.testing.assert_allclose(waves(3, 4)[2], [sin(2), cos(2), sin(2 / 100), cos(2 / 100)], rtol=1e-15)
    np.testing.assert_allclose(waves(2, 3)[1], [sin(1), cos(1), sin(10000 ** (-2 / 3))], rtol=1e-15)


def test_a_step_of_fixed_length_is_the_same_rotation_everywhere():
    """The paper's reason for waves: PE(t + k) is one linear map of PE(t), for all t."""
    table = waves(50, 8)
    turn, *_ = np.linalg.lstsq(table[:-7], table[7:], rcond=None)
    np.testing.assert_allclose(table[:-7] @ turn, table[7:], atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_waves_are_added_to_every_row_of_the_batch(dtype):
    b = buffers(PositionalEncoding(), ((6, 4),), dtype=dtype)
    forward(PositionalEncoding(), b)
    backward(PositionalEncoding(), b)
    np.testing.assert_array_equal(b.y[0], b.x[0] + waves(6, 4).astype(dtype))
    np.testing.assert_array_equal(b.dx[0], b.dy[0])


def test_learned_places_are_weights_with_the_slopes_of_all_rows():
    block = PositionalEncoding(kind="learned")
    b = buffers(block, ((6, 4),), batch=11)
    forward(block, b)
    backward(block, b)
    np.testing.assert_array_equal(b.y[0], b.x[0] + b.w["P"])
    np.testing.assert_allclose(b.dw["P"], b.dy[0].sum(axis=0), rtol=1e-13)


def test_whole_numbers_are_sent_to_an_embedding_first():
    with pytest.raises(ShapeError, match="Put an Embedding block before it") as caught:
        PositionalEncoding().out_shapes(((64,),))
    assert caught.value.fixes == ("embedding",)
