"""Dense: y = x W + b."""

import numpy as np
import pytest

from core.blocks.dense import Dense
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward


def test_the_lectures_neuron_gives_minus_six():
    b = buffers(Dense(units=1), ((2,),), batch=1)
    b.w["W"][...], b.w["b"][...], b.x[0][...] = [[3], [-2]], 1, [-1, 2]
    forward(Dense(units=1), b)
    assert b.y[0].item() == -6
    assert 1 / (1 + np.exp(6)) == pytest.approx(0.00247, abs=1e-5)


def test_rejects_an_image_and_says_what_to_do():
    with pytest.raises(ShapeError, match="Put a Flatten block before it") as caught:
        Dense().out_shapes(((28, 28, 1),))
    assert "flatten" in caught.value.fixes


@pytest.mark.torch
@pytest.mark.parametrize("ins", [(5,), (4, 6)])
def test_values_and_gradients_agree_with_pytorch(ins):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    block = Dense(units=7)
    b = buffers(block, (ins,))
    forward(block, b)
    backward(block, b)
    x, w, bias = (torch.tensor(a, requires_grad=True) for a in (b.x[0], b.w["W"], b.w["b"]))
    y = x @ w + bias
    y.backward(torch.tensor(b.dy[0]))
    for ours, theirs in ((b.y[0], y), (b.dx[0], x.grad), (b.dw["W"], w.grad), (b.dw["b"], bias.grad)):
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-9, atol=1e-9)
