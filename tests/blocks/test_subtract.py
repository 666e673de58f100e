"""Subtract: the first input less the second."""

import pytest

from core.blocks.subtract import Subtract
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees


def run(values, dy):
    block = Subtract()
    b = buffers(block, ((len(dy),),) * len(values), batch=1)
    for x, numbers in zip(b.x, values, strict=True):
        x[...] = numbers
    b.dy[0][...] = dy
    forward(block, b)
    backward(block, b)
    return b.y[0][0].tolist(), [dx[0].tolist() for dx in b.dx]


def test_other_shapes_are_refused_with_the_port_of_each():
    with pytest.raises(ShapeError, match=r"Subtract .*a \(4, 4, 8\), b \(4, 4, 16\)") as caught:
        Subtract().out_shapes(((4, 4, 8), (4, 4, 16)))
    assert "conv2d" in caught.value.fixes


def test_the_second_is_taken_from_the_first_and_gets_the_gradient_reversed():
    assert run([[10, 20], [1, 25]], [3, 4]) == ([9, -5], [[3, 4], [-3, -4]])


@pytest.mark.torch
def test_values_and_gradients_agree_with_pytorch():
    agrees(Subtract(), ((4, 3), (4, 3)), lambda a, b: a - b)
