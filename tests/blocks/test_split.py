"""Split: equal parts along one axis."""

from dataclasses import replace

import numpy as np
import pytest

from core.blocks.concat import Concat
from core.blocks.split import Split
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import pytorch


def test_concat_puts_together_what_split_cut():
    block = Split(axis=-1, parts=3)
    b = buffers(block, ((4, 6),))
    forward(block, b)
    joined = buffers(Concat(ports=3), ((4, 2),) * 3)
    forward(Concat(ports=3), replace(joined, x=b.y))
    np.testing.assert_array_equal(joined.y[0], b.x[0])


def test_an_output_without_a_wire_brings_no_gradient():
    block = Split()
    b = buffers(block, ((4, 3),))
    b = replace(b, dy=(b.dy[0], np.empty(0)))
    backward(block, b)
    np.testing.assert_array_equal(b.dx[0][:, :2], b.dy[0])
    assert not b.dx[0][:, 2:].any()


def test_what_does_not_divide_is_refused_and_slice_offered():
    with pytest.raises(ShapeError, match=r"cut axis 1 of \(5, 4\) into 2 equal parts") as caught:
        Split().out_shapes(((5, 4),))
    assert caught.value.fixes == ("slice",)
    assert Split(parts=8).output_ports() == tuple("abcdefgh")


@pytest.mark.torch
@pytest.mark.parametrize(("axis", "parts"), [(1, 2), (2, 3), (3, 5), (1, 4)])
def test_values_and_gradients_agree_with_pytorch(axis, parts):
    torch = pytorch()
    block = Split(axis=axis, parts=parts)
    b = buffers(block, ((4, 3, 5),))
    forward(block, b)
    backward(block, b)
    x = torch.tensor(b.x[0], requires_grad=True)
    cut = x.chunk(parts, axis)
    torch.autograd.backward(cut, [torch.tensor(dy) for dy in b.dy])
    for ours, theirs in zip(b.y, cut, strict=True):
        np.testing.assert_array_equal(ours, theirs.detach().numpy())
    np.testing.assert_array_equal(b.dx[0], x.grad.numpy())
