"""Output: what a person reads, and how wrong it is."""

from dataclasses import replace

import numpy as np
import pytest

from core.blocks.output import Output
from core.errors import ShapeError
from core.losses import registry
from tests.blocks.harness import backward, buffers, forward


def judged(block, shape, target, x):
    b = buffers(block, (shape,), batch=len(x))
    b.x[0][...] = x
    b = replace(b, target=np.array(target, np.float64), measures=np.full((len(x), 2), np.nan))
    forward(block, b)
    backward(block, b)
    return b


def test_scores_are_read_as_probabilities_and_judged():
    b = judged(Output(), (3,), [2, 0], np.log([[1, 2, 5], [1, 1, 2]]))
    np.testing.assert_allclose(b.y[0], [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]])
    np.testing.assert_allclose(b.measures, [[-np.log(0.625), 1], [-np.log(0.25), 0]])
    np.testing.assert_allclose(b.dx[0] * 2, b.y[0] - [[0, 0, 1], [1, 0, 0]])


def test_probabilities_of_a_softmax_block_are_not_squeezed_again():
    x = np.array([[0.125, 0.25, 0.625]])
    b = judged(Output(reads="probabilities"), (3,), [2], x)
    np.testing.assert_array_equal(b.y[0], x)
    np.testing.assert_allclose(b.measures, [[-np.log(0.625), 1]])


def test_without_a_target_it_predicts_only():
    b = buffers(Output(), ((3,),), train=False)
    forward(Output(), b, train=False)
    np.testing.assert_allclose(b.y[0].sum(-1), 1)
    assert not list(Output().backward(b))


@pytest.mark.parametrize("name", registry())
def test_it_offers_every_loss_and_tells_what_it_compares_with(name):
    block, loss = Output(loss=name), registry()[name]
    assert (block.target_kind, block.metric) == (loss.target, loss.metric)
    assert block.target_shape(((4,),)) == loss().target_shape((4,))


def test_a_shape_the_loss_cannot_take_is_refused():
    with pytest.raises(ShapeError, match="one unit for each class"):
        Output().out_shapes(((4, 4, 10),))
    assert Output(loss="mean_squared_error").out_shapes(((4, 4, 10),)) == ((4, 4, 10),)
