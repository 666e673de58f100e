"""Maximum: the largest of its inputs, and who gets the gradient."""

import numpy as np
import pytest

from core.blocks.maximum import Maximum
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def run(values, dy):
    block = Maximum(ports=len(values))
    b = buffers(block, ((len(dy),),) * len(values), batch=1)
    for x, numbers in zip(b.x, values, strict=True):
        x[...] = numbers
    b.dy[0][...] = dy
    forward(block, b)
    backward(block, b)
    return b.y[0][0].tolist(), [dx[0].tolist() for dx in b.dx]


def test_other_shapes_are_refused_with_the_port_of_each():
    with pytest.raises(ShapeError, match=r"Maximum .*a \(4, 4, 8\), b \(4, 4, 16\)") as caught:
        Maximum().out_shapes(((4, 4, 8), (4, 4, 16)))
    assert "conv2d" in caught.value.fixes


def test_the_largest_wins_and_among_equals_the_first():
    y, dx = run([[1, 5, 7, 2], [3, 5, 7, 2], [2, 4, 9, 2]], [1, 2, 3, 4])
    assert y == [3, 5, 9, 2]
    assert dx == [[0, 2, 0, 4], [1, 0, 0, 0], [0, 0, 3, 0]]


@pytest.mark.parametrize("port", [0, 1, 2])
def test_nan_from_any_input_is_never_hidden(port):
    values = [[0.0], [1.0], [2.0]]
    values[port] = [np.nan]
    assert np.isnan(run(values, [1])[0]).all()


def test_a_second_run_forgets_who_won_the_first():
    b = buffers(Maximum(), ((1,), (1,)), batch=1)
    for values in ((0, 1), (1, 0)):
        b.x[0][...], b.x[1][...] = values
        forward(Maximum(), b)
    backward(Maximum(), b)
    np.testing.assert_array_equal(b.dx[0], b.dy[0])
    assert not b.dx[1].any()


@pytest.mark.torch
@pytest.mark.parametrize("ports", [2, 3, 8])
def test_values_and_gradients_agree_with_pytorch(ports):
    torch = pytorch()
    agrees(Maximum(ports=ports), ((4, 3),) * ports, lambda *x: torch.stack(x).max(0).values)
