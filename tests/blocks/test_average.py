"""Average: the mean of its inputs."""

import pytest

from core.blocks.average import Average
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def run(values, dy):
    block = Average(ports=len(values))
    b = buffers(block, ((len(dy),),) * len(values), batch=1)
    for x, numbers in zip(b.x, values, strict=True):
        x[...] = numbers
    b.dy[0][...] = dy
    forward(block, b)
    backward(block, b)
    return b.y[0][0].tolist(), [dx[0].tolist() for dx in b.dx]


def test_other_shapes_are_refused_with_the_port_of_each():
    with pytest.raises(ShapeError, match=r"Average .*a \(4, 4, 8\), b \(4, 4, 16\)") as caught:
        Average().out_shapes(((4, 4, 8), (4, 4, 16)))
    assert "conv2d" in caught.value.fixes


def test_four_inputs_are_averaged_and_share_the_gradient():
    y, dx = run([[1, 2], [10, 20], [100, 200], [1, 2]], [4, 8])
    assert y == [28, 56]
    assert dx == [[1, 2]] * 4


@pytest.mark.torch
@pytest.mark.parametrize("ports", [2, 3, 8])
def test_values_and_gradients_agree_with_pytorch(ports):
    torch = pytorch()
    agrees(Average(ports=ports), ((4, 3),) * ports, lambda *x: torch.stack(x).mean(0))
