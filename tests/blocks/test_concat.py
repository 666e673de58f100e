"""Concat: its inputs side by side."""

import pytest

from core.blocks.concat import Concat
from core.errors import ShapeError
from tests.blocks.harness import buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_channels_stand_side_by_side_in_the_order_of_the_ports():
    b = buffers(Concat(), ((2, 1), (2, 2)), batch=1)
    b.x[0][...] = [[[1], [2]]]
    b.x[1][...] = [[[10, 11], [20, 21]]]
    forward(Concat(), b)
    assert b.y[0].tolist() == [[[1, 10, 11], [2, 20, 21]]]


def test_pictures_of_other_sizes_are_refused_with_the_port_of_each():
    with pytest.raises(ShapeError, match=r"all other axes must agree.*a \(8, 8, 3\), b \(4, 4, 3\)"):
        Concat().out_shapes(((8, 8, 3), (4, 4, 3)))


@pytest.mark.torch
@pytest.mark.parametrize("ins", [((5,), (3,)), ((4, 2), (4, 1), (4, 7)), ((2, 3, 4),) * 8])
def test_values_and_gradients_agree_with_pytorch(ins):
    torch = pytorch()
    agrees(Concat(ports=len(ins)), ins, lambda *x: torch.cat(x, -1))
