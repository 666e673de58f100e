"""Permute: the axes in another order."""

from itertools import permutations

import pytest

from core.blocks.permute import Permute
from core.errors import SettingError, ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def test_rows_become_columns_and_the_gradient_turns_back():
    b = buffers(Permute(), ((2, 3),), batch=1)
    b.x[0][...], b.dy[0][...] = [[1, 2, 3], [4, 5, 6]], [[[1, 2], [3, 4], [5, 6]]]
    forward(Permute(), b)
    backward(Permute(), b)
    assert b.y[0].tolist() == [[[1, 4], [2, 5], [3, 6]]]
    assert b.dx[0].tolist() == [[[1, 3, 5], [2, 4, 6]]]


def test_axes_count_from_one_as_in_keras():
    assert Permute(order=(3, 1, 2)).out_shapes(((28, 14, 3),)) == ((3, 28, 14),)


@pytest.mark.parametrize("order", [(1, 1), (2,), (1, 3), (2, 3, 4)])
def test_orders_that_name_an_axis_twice_or_not_at_all_are_refused(order):
    with pytest.raises(SettingError, match="each of 1, 2, … once"):
        Permute(order=order)


def test_another_number_of_axes_is_refused_with_both_numbers():
    with pytest.raises(ShapeError, match=r"has 3 axes, and its order \(2, 1\) names 2"):
        Permute().out_shapes(((4, 4, 8),))


@pytest.mark.torch
@pytest.mark.parametrize("order", [o for axes in (1, 2, 3, 4) for o in permutations(range(1, axes + 1))])
def test_values_and_gradients_agree_with_pytorch(order):
    agrees(Permute(order=order), ((2, 3, 4, 5)[: len(order)],), lambda x: x.permute(0, *order))
