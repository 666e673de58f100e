"""Multi-head attention: against loops over every index, and PyTorch."""

import numpy as np
import pytest

from core.blocks._base import NOTHING
from core.blocks.multi_head_attention import MultiHeadAttention
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference import attention as reference

CASES = [
    pytest.param(MultiHeadAttention(heads=1), ((5, 4), NOTHING), id="one head"),
    pytest.param(MultiHeadAttention(heads=3), ((7, 6), NOTHING), id="three heads"),
    pytest.param(MultiHeadAttention(heads=2, causal=True), ((6, 4), NOTHING), id="causal"),
    pytest.param(MultiHeadAttention(heads=2), ((3, 4), (5, 6)), id="cross"),
    pytest.param(MultiHeadAttention(heads=2, causal=True), ((6, 4), (3, 2)), id="causal cross"),
    pytest.param(MultiHeadAttention(heads=4, width=20), ((18, 3), NOTHING), id="wider inside"),
]


def done(block, ins, dtype=np.float64, batch=3):
    b = buffers(block, ins, batch=batch, dtype=dtype)
    forward(block, b)
    backward(block, b)
    return b


@pytest.mark.parametrize(("block", "ins"), CASES)
def test_values_and_attention_are_those_of_the_equations(block, ins):
    b = done(block, ins)
    for row in range(3):
        context = b.x[1][row] if b.x[1].size else b.x[0][row]
        y, shares = reference.attention(b.x[0][row], context, b.w, block.heads, block.causal)
        np.testing.assert_allclose(b.y[0][row], y, rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(b.scratch["attention"][row], shares, rtol=1e-11)


def test_what_comes_later_changes_nothing_before_it_where_causal():
    block = MultiHeadAttention(heads=2, causal=True)
    b = buffers(block, ((6, 4), NOTHING))
    forward(block, b)
    before = b.y[0].copy()
    b.x[0][:, 4:] += 1
    forward(block, b)
    np.testing.assert_array_equal(b.y[0][:, :4], before[:, :4])
    assert (b.y[0][:, 4:] != before[:, 4:]).all()
    assert (np.triu(b.scratch["attention"], 1) == 0).all()


def test_it_does_not_see_order():
    """Steps of the context may be shuffled: it is a set, which is why positions must be encoded."""
    block = MultiHeadAttention(heads=2)
    b = buffers(block, ((3, 4), (5, 4)))
    forward(block, b)
    before = b.y[0].copy()
    b.x[1][...] = b.x[1][:, [3, 1, 4, 0, 2]]
    forward(block, b)
    np.testing.assert_allclose(b.y[0], before, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_scores_do_not_overflow(dtype):
    block = MultiHeadAttention(heads=2)
    b = buffers(block, ((6, 4), NOTHING), dtype=dtype)
    b.x[0][...] *= 1e4
    forward(block, b)
    assert np.isfinite(b.y[0]).all()
    np.testing.assert_allclose(b.scratch["attention"].sum(axis=-1), 1, rtol=1e-6)


def test_context_of_x_itself_is_the_same_as_none():
    alone, both = MultiHeadAttention(heads=2), MultiHeadAttention(heads=2)
    a, c = buffers(alone, ((5, 4), NOTHING)), buffers(both, ((5, 4), (5, 4)))
    c.x[0][...] = c.x[1][...] = a.x[0]
    c.dy[0][...] = a.dy[0]
    for name, weight in a.w.items():
        c.w[name][...] = weight
    for b in (a, c):
        forward(both, b)
        backward(both, b)
    np.testing.assert_array_equal(a.y[0], c.y[0])
    np.testing.assert_allclose(a.dx[0], c.dx[0] + c.dx[1], rtol=1e-11, atol=1e-12)


def test_heads_that_do_not_divide_the_width_are_explained():
    with pytest.raises(ShapeError, match="shared out evenly among 5 heads. Set the heads to 4, or the width to 35"):
        MultiHeadAttention(heads=5).out_shapes(((6, 32), NOTHING))
    with pytest.raises(ShapeError, match="Set the heads to 4, or the width to 1024"):
        MultiHeadAttention(heads=1024).out_shapes(((6, 4), NOTHING))


def test_a_bad_context_is_named():
    with pytest.raises(ShapeError, match="reaches its port 'context'. Put an Embedding block before it"):
        MultiHeadAttention().out_shapes(((6, 4), (6,)))


MASKS = [
    pytest.param(MultiHeadAttention(heads=2, masked=True), ((4, 6), NOTHING, (4,)), id="self"),
    pytest.param(MultiHeadAttention(heads=2, masked=True, causal=True), ((4, 6), NOTHING, (4,)), id="causal"),
    pytest.param(MultiHeadAttention(heads=3, masked=True), ((2, 6), (4, 5), (4,)), id="cross"),
]
SEEN = np.array([[1, 1, 1, 0], [1, 0, 1, 1], [1, 0, 0, 0]])


def done_masked(block, ins, mask):
    b = buffers(block, ins, batch=len(mask))
    b.x[2][...] = mask
    forward(block, b)
    backward(block, b)
    return b


@pytest.mark.parametrize(("block", "ins"), MASKS)
def test_what_is_masked_might_as_well_be_anything(block, ins):
    """Changing it changes no other step, and it gets no gradient from being looked at."""
    b = done_masked(block, ins, SEEN)
    assert not b.scratch["attention"].transpose(0, 3, 1, 2)[SEEN == 0].any()
    np.testing.assert_allclose(b.scratch["attention"].sum(-1), 1, rtol=1e-12)
    looked_at = 1 if b.x[1].size else 0
    before = b.y[0].copy()
    b.x[looked_at][SEEN == 0] += 5
    forward(block, b)
    same = np.ones(before.shape[:2], bool) if looked_at else SEEN > 0
    np.testing.assert_array_equal(b.y[0][same], before[same])
    assert not looked_at or not b.dx[1][SEEN == 0].any()


@pytest.mark.parametrize(("block", "ins"), MASKS)
def test_a_step_that_sees_nothing_gets_the_bias_alone(block, ins):
    b = done_masked(block, ins, np.zeros((3, 4)))
    assert not b.scratch["attention"].any()
    np.testing.assert_array_equal(b.y[0], np.broadcast_to(b.w["bo"], b.y[0].shape))
    assert all(np.isfinite(a).all() for a in (*b.dw.values(), b.dx[0]))


@pytest.mark.torch
@pytest.mark.parametrize(("block", "ins"), MASKS)
def test_with_a_mask_values_and_all_gradients_agree_with_pytorch(block, ins):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    b = done_masked(block, ins, SEEN)
    w = {name: torch.tensor(array, requires_grad=True) for name, array in b.w.items()}
    x = torch.tensor(b.x[0], requires_grad=True)
    context = torch.tensor(b.x[1], requires_grad=True) if b.x[1].size else x
    q, k, v = (
        (source @ w[f"W{name}"] + w[f"b{name}"]).unflatten(-1, (block.heads, -1)).transpose(1, 2)
        for name, source in (("q", x), ("k", context), ("v", context))
    )
    visible = torch.tensor(SEEN > 0)[:, None, None, :].expand(-1, -1, ins[0][0], -1)
    visible = visible.tril() if block.causal else visible
    heads = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=visible)
    y = heads.transpose(1, 2).flatten(2) @ w["Wo"] + w["bo"]
    y.backward(torch.tensor(b.dy[0]))
    pairs = [(b.y[0], y.detach()), (b.dx[0], x.grad), *((b.dw[name], w[name].grad) for name in w)]
    if b.x[1].size:
        pairs.append((b.dx[1], context.grad))
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.torch
@pytest.mark.parametrize("batch", [1, 5])
@pytest.mark.parametrize(("block", "ins"), CASES)
def test_values_and_all_gradients_agree_with_scaled_dot_product_attention(block, ins, batch):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    b = done(block, ins, batch=batch)
    w = {name: torch.tensor(array, requires_grad=True) for name, array in b.w.items()}
    x = torch.tensor(b.x[0], requires_grad=True)
    context = torch.tensor(b.x[1], requires_grad=True) if b.x[1].size else x
    q, k, v = (
        (source @ w[f"W{name}"] + w[f"b{name}"]).unflatten(-1, (block.heads, -1)).transpose(1, 2)
        for name, source in (("q", x), ("k", context), ("v", context))
    )
    heads = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=block.causal)
    y = heads.transpose(1, 2).flatten(2) @ w["Wo"] + w["bo"]
    y.backward(torch.tensor(b.dy[0]))
    pairs = [(b.y[0], y.detach()), (b.dx[0], x.grad), *((b.dw[name], w[name].grad) for name in w)]
    if b.x[1].size:
        pairs.append((b.dx[1], context.grad))
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.torch
@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("heads", [1, 4])
def test_values_and_all_gradients_agree_with_torchs_own_module(heads, causal, cross):
    """nn.MultiheadAttention keeps the three projections below one another, transposed."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    block, ins = MultiHeadAttention(heads=heads, causal=causal), ((6, 8), (6, 8) if cross else NOTHING)
    b = done(block, ins)
    peer = torch.nn.MultiheadAttention(8, heads, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        peer.in_proj_weight.copy_(torch.tensor(np.concatenate([b.w[n].T for n in ("Wq", "Wk", "Wv")])))
        peer.in_proj_bias.copy_(torch.tensor(np.concatenate([b.w[n] for n in ("bq", "bk", "bv")])))
        peer.out_proj.weight.copy_(torch.tensor(b.w["Wo"].T))
        peer.out_proj.bias.copy_(torch.tensor(b.w["bo"]))
    x = torch.tensor(b.x[0], requires_grad=True)
    context = torch.tensor(b.x[1], requires_grad=True) if cross else x
    mask = torch.ones(6, 6, dtype=torch.bool).triu(1) if causal else None
    y, shares = peer(x, context, context, attn_mask=mask, average_attn_weights=False)
    y.backward(torch.tensor(b.dy[0]))
    pairs = [
        (b.y[0], y.detach()), (b.scratch["attention"], shares.detach()), (b.dx[0], x.grad),
        (np.concatenate([b.dw[n].T for n in ("Wq", "Wk", "Wv")]), peer.in_proj_weight.grad),
        (np.concatenate([b.dw[n] for n in ("bq", "bk", "bv")]), peer.in_proj_bias.grad),
        (b.dw["Wo"].T, peer.out_proj.weight.grad), (b.dw["bo"], peer.out_proj.bias.grad),
    ]  # fmt: skip
    if cross:
        pairs.append((b.dx[1], context.grad))
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9, atol=1e-9)
