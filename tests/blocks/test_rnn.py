"""Plain recurrent layer: against the equation and PyTorch, and what starting as the identity is for."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.blocks.rnn import RNN
from core.errors import ShapeError
from core.initializers import draw
from tests.blocks.harness import backward, buffers, forward
from tests.reference import recurrent as reference
from tests.reference.pytorch import pytorch

ACTIVATIONS = {"tanh": math.tanh, "relu": lambda z: max(z, 0.0)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_states_are_those_of_the_equation(activation):
    block = RNN(units=5, activation=activation, returns="sequence")
    b = buffers(block, ((7, 3),))
    forward(block, b)
    for row in range(3):
        states = reference.rnn(b.x[0][row], b.w["W"], b.w["U"], b.w["b"], ACTIVATIONS[activation])
        np.testing.assert_allclose(b.y[0][row], states, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("batch", [1, 2, 7, 8, 9, 19])
def test_a_row_does_not_know_which_rows_go_with_it(batch):
    block, ins = RNN(units=21), ((4, 6),)
    b = buffers(block, ins, batch=batch, dtype=np.float32)
    forward(block, b)
    for row in range(batch):
        alone = replace(buffers(block, ins, batch=1, dtype=np.float32), w=b.w, x=(b.x[0][row : row + 1].copy(),))
        forward(block, alone)
        np.testing.assert_array_equal(alone.y[0][0], b.y[0][row])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_groups_of_rows_may_go_in_any_order_both_ways(activation):
    block, ins = RNN(units=7, activation=activation, returns="sequence"), ((5, 3),)
    together, apart = (buffers(block, ins, batch=19, dtype=np.float32) for _ in range(2))
    forward(block, together)
    backward(block, together)
    calls = [*block.forward(apart, train=True), *block.backward(apart)]
    assert [call.items for call in calls if "rnn" in call.kernel.__name__] == [5, 5]
    for call in calls:
        for item in reversed(range(call.items)):
            call.kernel(*call.args, item, item + 1)
    for a, c in ((together.y, apart.y), (together.dx, apart.dx), (together.dw.values(), apart.dw.values())):
        assert all(np.array_equal(*pair) for pair in zip(a, c, strict=True))


def test_the_last_step_is_the_end_of_the_whole_sequence():
    ends, whole = RNN(units=3), RNN(units=3, returns="sequence")
    a, c = buffers(ends, ((5, 2),)), buffers(whole, ((5, 2),))
    c = replace(c, w=a.w)
    forward(ends, a)
    forward(whole, c)
    np.testing.assert_array_equal(a.y[0], c.y[0][:, -1])


@pytest.mark.parametrize("start", ["orthogonal", "identity"])
def test_it_begins_with_a_recurrence_that_keeps_lengths_and_no_bias(start):
    weights = RNN(units=4, start=start).weights(((6, 3),))
    drawn = {name: draw(weight, 1, "rnn1", name) for name, weight in weights.items()}
    np.testing.assert_array_equal(drawn["b"], np.zeros(4))
    np.testing.assert_allclose(drawn["U"] @ drawn["U"].T, np.eye(4), atol=1e-12)
    assert np.array_equal(drawn["U"], np.eye(4)) == (start == "identity")


def test_from_the_identity_with_relu_a_slope_reaches_the_first_of_hundred_steps_whole():
    """Le, Jaitly & Hinton (2015): where every unit is alive, dh_T / dh_0 is the identity, so dx_0 = dy Wᵀ."""
    block = RNN(units=4, activation="relu", start="identity")
    b = buffers(block, ((100, 3),))
    weights = block.weights(((100, 3),))
    for name in ("U", "b"):
        b.w[name][...] = draw(weights[name], 1, "rnn1", name)
    b.x[0][...], b.w["W"][...] = np.abs(b.x[0]), np.abs(b.w["W"])
    forward(block, b)
    backward(block, b)
    np.testing.assert_allclose(b.y[0], b.x[0].sum(1) @ b.w["W"], rtol=1e-12)
    np.testing.assert_allclose(b.dx[0][:, 0], b.dy[0] @ b.w["W"].T, rtol=1e-12)


def test_nan_comes_out_where_it_went_in_and_no_row_beside_it():
    for activation in ACTIVATIONS:
        block = RNN(units=3, activation=activation, returns="sequence")
        b = buffers(block, ((5, 2),))
        b.x[0][1, 2] = np.nan
        forward(block, b)
        assert np.isnan(b.y[0][1, 2:]).all()
        assert np.isfinite(b.y[0][1, :2]).all()
        assert np.isfinite(b.y[0][[0, 2]]).all()


def test_a_picture_is_sent_to_a_reshape_first():
    with pytest.raises(ShapeError, match="RNN takes a sequence .* Put a Reshape block before it") as caught:
        RNN().out_shapes(((8, 8, 1),))
    assert caught.value.fixes == ("reshape",)


@pytest.mark.torch
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("returns", ["sequence", "last"])
@pytest.mark.parametrize(("batch", "units"), [(3, 5), (10, 33), (70, 2)])  # the last has more steps than one run
def test_values_and_all_gradients_agree_with_pytorch(returns, activation, batch, units):
    torch = pytorch()
    block = RNN(units=units, activation=activation, returns=returns)
    b = buffers(block, ((9, 4),), batch=batch)
    b.w["U"][...] /= np.sqrt(units)  # else the ReLU's states grow without bound
    forward(block, b)
    backward(block, b)
    peer = torch.nn.RNN(4, units, nonlinearity=activation, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        peer.weight_ih_l0.copy_(torch.tensor(b.w["W"].T))
        peer.weight_hh_l0.copy_(torch.tensor(b.w["U"].T))
        peer.bias_ih_l0.copy_(torch.tensor(b.w["b"]) - 1)
        peer.bias_hh_l0.fill_(1)
    x = torch.tensor(b.x[0], requires_grad=True)
    y = peer(x)[0] if returns == "sequence" else peer(x)[0][:, -1]
    y.backward(torch.tensor(b.dy[0]))
    for ours, theirs in (
        (b.y[0], y.detach()), (b.dx[0], x.grad), (b.dw["W"].T, peer.weight_ih_l0.grad),
        (b.dw["U"].T, peer.weight_hh_l0.grad), (b.dw["b"], peer.bias_ih_l0.grad),
    ):  # fmt: skip
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9, atol=1e-9)
