"""Multiply: the product of its inputs."""

import pytest

from core.blocks.multiply import Multiply
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def run(values, dy):
    block = Multiply(ports=len(values))
    b = buffers(block, ((len(dy),),) * len(values), batch=1)
    for x, numbers in zip(b.x, values, strict=True):
        x[...] = numbers
    b.dy[0][...] = dy
    forward(block, b)
    backward(block, b)
    return b.y[0][0].tolist(), [dx[0].tolist() for dx in b.dx]


def test_other_shapes_are_refused_with_the_port_of_each():
    with pytest.raises(ShapeError, match=r"Multiply .*a \(4, 4, 8\), b \(4, 4, 16\)") as caught:
        Multiply().out_shapes(((4, 4, 8), (4, 4, 16)))
    assert "conv2d" in caught.value.fixes


def test_three_inputs_are_multiplied_and_a_zero_still_gets_its_gradient():
    y, dx = run([[2, 0], [3, 5], [4, 7]], [1, 2])
    assert y == [24, 0]
    assert dx == [[12, 70], [8, 0], [6, 0]]


@pytest.mark.torch
@pytest.mark.parametrize("ports", [2, 3, 8])
def test_values_and_gradients_agree_with_pytorch(ports):
    torch = pytorch()
    agrees(Multiply(ports=ports), ((4, 3),) * ports, lambda *x: torch.stack(x).prod(0))
