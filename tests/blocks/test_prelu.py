"""PReLU: each channel learns its slope."""

import pytest

from core.blocks.prelu import PReLU
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch import agrees, pytorch


def test_each_channel_has_its_slope_below_zero_and_what_is_negative_moves_it():
    b = buffers(PReLU(), ((2, 2),), batch=1)
    b.x[0][...], b.w["alpha"][...], b.dy[0][...] = [[[-4, 6], [8, -10]]], [0.5, 0.1], [[[1, 2], [3, 4]]]
    forward(PReLU(), b)
    backward(PReLU(), b)
    assert b.y[0].tolist() == [[[-2, 6], [8, -1]]]
    assert b.dx[0].tolist() == [[[0.5, 2], [3, 0.4]]]
    assert b.dw["alpha"].tolist() == [-4, -40]


def test_slopes_begin_at_a_quarter():
    weights = PReLU().weights(((4, 4, 3),))
    assert (weights["alpha"].shape, weights["alpha"].start, weights["alpha"].value) == ((3,), "constant", 0.25)
    assert PReLU(shared=True).weights(((4, 4, 3),))["alpha"].shape == (1,)


@pytest.mark.torch
@pytest.mark.parametrize("shape", [(5,), (4, 3), (4, 8, 8), (2, 3, 70)])
@pytest.mark.parametrize("shared", [False, True])
def test_values_and_gradients_agree_with_pytorch(shape, shared):
    prelu = pytorch().nn.functional.prelu
    agrees(PReLU(shared=shared), (shape,), lambda x, alpha: prelu(x.movedim(-1, 1), alpha).movedim(1, -1))
