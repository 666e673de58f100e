"""Add: the sum of its inputs."""

import numpy as np
import pytest

from core.blocks.add import Add
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def test_three_inputs_are_added_and_each_gets_the_whole_gradient():
    block = Add(ports=3)
    b = buffers(block, ((2,),) * 3, batch=1)
    for x, values in zip(b.x, ([1, 2], [10, 20], [100, 200]), strict=True):
        x[...] = values
    forward(block, b)
    backward(block, b)
    assert b.y[0].tolist() == [[111, 222]]
    for dx in b.dx:
        np.testing.assert_array_equal(dx, b.dy[0])


def test_its_ports_are_letters():
    assert Add().input_ports() == ("a", "b")
    assert Add(ports=8).input_ports() == tuple("abcdefgh")


def test_other_shapes_are_refused_with_the_port_of_each():
    with pytest.raises(ShapeError, match=r"a \(4, 4, 8\), b \(4, 4, 16\)") as caught:
        Add().out_shapes(((4, 4, 8), (4, 4, 16)))
    assert "conv2d" in caught.value.fixes


@pytest.mark.torch
@pytest.mark.parametrize("ports", [2, 3, 8])
def test_values_and_gradients_agree_with_pytorch(ports):
    agrees(Add(ports=ports), ((4, 3),) * ports, lambda *x: sum(x))
