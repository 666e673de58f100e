"""Attention: softmax(q kᵀ / √d) v against loops over every index, and PyTorch."""

import math

import numpy as np
import pytest

from core.blocks.attention import Attention
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward

CASES = [
    pytest.param(Attention(), ((3, 4), (5, 4), (5, 2)), id="cross"),
    pytest.param(Attention(), ((1, 1), (1, 1), (1, 1)), id="one"),
    pytest.param(Attention(causal=True), ((5, 3), (5, 3), (5, 7)), id="causal"),
    pytest.param(Attention(masked=True), ((3, 2), (4, 2), (4, 5), (4,)), id="masked"),
    pytest.param(Attention(masked=True, causal=True), ((4, 6), (4, 6), (4, 20), (4,)), id="causal and masked"),
]
SEEN = np.array([[1, 1, 1, 0], [1, 0, 1, 1], [1, 0, 0, 0]])


def done(block, ins):
    b = buffers(block, ins)
    if block.masked:
        b.x[3][...] = SEEN
    forward(block, b)
    backward(block, b)
    return b


@pytest.mark.parametrize(("block", "ins"), CASES)
def test_values_and_shares_are_those_of_the_equation(block, ins):
    b = done(block, ins)
    for row in range(3):
        q, k, v = (x[row] for x in b.x[:3])
        for t in range(len(q)):
            seen = [j for j in range(len(k)) if (not block.masked or SEEN[row, j]) and (not block.causal or j <= t)]
            scores = [math.exp(sum(q[t] * k[j]) / math.sqrt(q.shape[1])) for j in seen]
            shares = dict(zip(seen, np.array(scores) / sum(scores), strict=True))
            np.testing.assert_allclose(
                b.scratch["attention"][row, 0, t], [shares.get(j, 0) for j in range(len(k))], rtol=1e-11
            )
            np.testing.assert_allclose(b.y[0][row, t], sum(s * v[j] for j, s in shares.items()), rtol=1e-10)


def test_a_query_that_is_sure_takes_one_value_and_one_without_a_preference_the_mean():
    block, ins = Attention(), ((2, 3), (3, 3), (3, 2))
    b = buffers(block, ins, batch=1)
    b.x[0][...], b.x[1][...] = [[[0, 0, 0], [0, 900, 0]]], np.eye(3)
    forward(block, b)
    np.testing.assert_allclose(b.y[0][0], [b.x[2][0].mean(0), b.x[2][0, 1]], rtol=1e-12)


def test_where_nothing_may_be_seen_nothing_is_taken():
    block, ins = Attention(masked=True), ((3, 2), (4, 2), (4, 5), (4,))
    b = buffers(block, ins)
    b.x[3][...] = 0
    forward(block, b)
    backward(block, b)
    assert not any(a.any() for a in (b.y[0], *b.dx[:3]))


def test_what_does_not_fit_is_explained():
    with pytest.raises(
        ShapeError, match="equally long, and are 4 and 3. Put a Dense block with 3 units before port 'q'"
    ):
        Attention().out_shapes(((5, 4), (6, 3), (6, 3)))
    with pytest.raises(ShapeError, match="6 keys and 5 values"):
        Attention().out_shapes(((5, 4), (6, 4), (5, 4)))
    with pytest.raises(ShapeError, match="reaches its port 'k'"):
        Attention().out_shapes(((5, 4), (4,), (5, 4)))
    with pytest.raises(ShapeError, match="one number for each of 6 steps"):
        Attention(masked=True).out_shapes(((5, 4), (6, 4), (6, 4), (5,)))


@pytest.mark.torch
@pytest.mark.parametrize(("block", "ins"), CASES)
def test_values_and_all_gradients_agree_with_pytorch(block, ins):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    b = done(block, ins)
    q, k, v = (torch.tensor(x, requires_grad=True) for x in b.x[:3])
    seen = torch.ones(3, ins[0][0], ins[1][0], dtype=torch.bool)
    seen = seen & torch.tensor(SEEN > 0)[:, None] if block.masked else seen
    y = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=seen.tril() if block.causal else seen)
    y.backward(torch.tensor(b.dy[0]))
    for ours, theirs in ((b.y[0], y.detach()), *zip(b.dx[:3], (q.grad, k.grad, v.grad), strict=True)):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9, atol=1e-9)
