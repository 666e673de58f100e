"""Embedding: numbers pick rows of a table."""

import numpy as np
import pytest

from core.blocks.embedding import Embedding
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward

BLOCK = Embedding(vocabulary=4, width=3)


def looked_up(ids, dtype=np.float32):
    b = buffers(BLOCK, ((len(ids),),), batch=1, dtype=dtype)
    b.x[0][...] = ids
    forward(BLOCK, b)
    return b


def test_each_number_picks_its_row():
    b = looked_up([3, 0, 3])
    np.testing.assert_array_equal(b.y[0][0], b.w["W"][[3, 0, 3]])


@pytest.mark.parametrize("number", [4, -1, 1.5, 1e30, -1e30, np.nan, np.inf, -np.inf])
def test_a_number_that_names_no_row_becomes_nan_and_touches_nothing_else(number):
    b = looked_up([1, number, 2])
    assert np.isnan(b.y[0][0, 1]).all()
    np.testing.assert_array_equal(b.y[0][0, [0, 2]], b.w["W"][[1, 2]])
    backward(BLOCK, b)
    np.testing.assert_array_equal(b.dw["W"], [np.zeros(3), b.dy[0][0, 0], b.dy[0][0, 2], np.zeros(3)])


def test_a_row_that_is_used_often_gets_the_sum_of_its_slopes_and_an_unused_one_zero():
    b = looked_up([2, 1, 2, 2], np.float64)
    backward(BLOCK, b)
    dy = b.dy[0][0]
    np.testing.assert_allclose(b.dw["W"], [np.zeros(3), dy[1], dy[0] + dy[2] + dy[3], np.zeros(3)], rtol=1e-15)
    np.testing.assert_array_equal(b.dx[0], np.zeros((1, 4)))


def test_a_picture_is_refused_with_what_to_do():
    with pytest.raises(ShapeError, match="an input of letters or words"):
        BLOCK.out_shapes(((28, 28, 1),))


def test_the_mask_is_zero_at_the_padding_and_one_elsewhere():
    block = Embedding(vocabulary=4, width=3, padding=2)
    assert block.output_ports() == ("y", "mask")
    assert BLOCK.output_ports() == ("y",)
    b = buffers(block, ((5,),), batch=1)
    b.x[0][...] = [2, 0, 3, 2, 9]  # a number that names no row counts: NaN is to be found
    forward(block, b)
    assert b.y[1].tolist() == [[0, 1, 1, 0, 1]]


def test_padding_outside_the_vocabulary_is_explained():
    with pytest.raises(ShapeError, match="the padding is number 4, and the vocabulary ends at 3"):
        Embedding(vocabulary=4, padding=4).out_shapes(((5,),))


@pytest.mark.torch
def test_values_and_gradient_agree_with_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    block = Embedding(vocabulary=7, width=37)
    b = buffers(block, ((11,),), batch=5)
    forward(block, b)
    backward(block, b)
    W = torch.tensor(b.w["W"], requires_grad=True)
    y = torch.nn.functional.embedding(torch.tensor(b.x[0].astype(np.int64)), W)
    y.backward(torch.tensor(b.dy[0]))
    np.testing.assert_array_equal(b.y[0], y.detach().numpy())
    np.testing.assert_allclose(b.dw["W"], W.grad.numpy(), rtol=1e-9, atol=1e-9)
