"""LSTM: against the equations, Keras' own test numbers and PyTorch."""

from dataclasses import replace

import numpy as np
import pytest

from core.blocks.lstm import LSTM
from core.errors import ShapeError
from core.initializers import draw
from tests.blocks.harness import backward, buffers, forward
from tests.reference import recurrent as reference


def test_states_cells_and_gates_are_those_of_the_equations_in_the_order_i_f_g_o():
    block = LSTM(units=5, returns="sequence")
    b = buffers(block, ((7, 3),))
    forward(block, b)
    for row in range(3):
        states, cells, gates = reference.lstm(b.x[0][row], b.w["W"], b.w["U"], b.w["b"])
        np.testing.assert_allclose(b.y[0][row], states, rtol=1e-12)
        np.testing.assert_allclose(b.scratch["cells"][row], cells, rtol=1e-12)
        np.testing.assert_allclose(b.scratch["gates"][row], gates, rtol=1e-12)


@pytest.mark.parametrize("batch", [1, 2, 7, 8, 9, 19])
def test_a_row_does_not_know_which_rows_go_with_it(batch):
    """Groups of rows share every number of U that is loaded; in float32, bit for bit the same as alone."""
    block, ins = LSTM(units=21), ((4, 6),)
    b = buffers(block, ins, batch=batch, dtype=np.float32)
    forward(block, b)
    for row in range(batch):
        alone = replace(buffers(block, ins, batch=1, dtype=np.float32), w=b.w, x=(b.x[0][row : row + 1].copy(),))
        forward(block, alone)
        np.testing.assert_array_equal(alone.y[0][0], b.y[0][row])


def test_groups_of_rows_may_go_in_any_order_both_ways():
    block, ins = LSTM(units=7, returns="sequence"), ((5, 3),)
    together, apart = (buffers(block, ins, batch=19, dtype=np.float32) for _ in range(2))
    forward(block, together)
    backward(block, together)
    calls = [*block.forward(apart, train=True), *block.backward(apart)]
    assert {call.items for call in calls if "lstm" in call.kernel.__name__} == {5}
    for call in calls:
        for item in reversed(range(call.items)):
            call.kernel(*call.args, item, item + 1)
    for a, c in ((together.y, apart.y), (together.dx, apart.dx), (together.dw.values(), apart.dw.values())):
        assert all(np.array_equal(*pair) for pair in zip(a, c, strict=True))


def test_the_numbers_of_keras_own_test():
    """Keras' lstm_test: x = 0 … 71, kernel 0.01, recurrent kernel 0.02, bias 0.03 but for the forget gates' 1."""
    block = LSTM(units=3)
    b = buffers(block, ((6, 4),))
    b.x[0][...] = np.arange(72).reshape(3, 6, 4)
    b.w["W"][...], b.w["U"][...], b.w["b"][...] = 0.01, 0.02, 0.03
    b.w["b"][3:6] = 1
    forward(block, b)
    np.testing.assert_allclose(b.y[0], np.repeat([[0.6288687], [0.86899155], [0.9460773]], 3, axis=1), rtol=1e-6)


def test_the_last_step_is_the_end_of_the_whole_sequence():
    ends, whole = LSTM(units=3), LSTM(units=3, returns="sequence")
    a, c = buffers(ends, ((5, 2),)), buffers(whole, ((5, 2),))
    c = replace(c, w=a.w)
    forward(ends, a)
    forward(whole, c)
    np.testing.assert_array_equal(a.y[0], c.y[0][:, -1])


def test_it_begins_with_open_forget_gates_and_a_recurrence_that_keeps_lengths():
    weights = LSTM(units=4).weights(((6, 3),))
    drawn = {name: draw(weight, 1, "lstm1", name) for name, weight in weights.items()}
    np.testing.assert_array_equal(drawn["b"], [0] * 4 + [1] * 4 + [0] * 8)
    for gate in range(4):
        U = drawn["U"][:, 4 * gate : 4 * gate + 4]
        np.testing.assert_allclose(U @ U.T, np.eye(4), atol=1e-12)


def test_nan_comes_out_where_it_went_in_and_no_row_beside_it():
    block = LSTM(units=3, returns="sequence")
    b = buffers(block, ((5, 2),))
    b.x[0][1, 2] = np.nan
    forward(block, b)
    assert np.isnan(b.y[0][1, 2:]).all()
    assert np.isfinite(b.y[0][1, :2]).all()
    assert np.isfinite(b.y[0][[0, 2]]).all()


def test_numbers_without_vectors_are_sent_to_an_embedding_first():
    with pytest.raises(ShapeError, match="Put an Embedding block before it") as caught:
        LSTM().out_shapes(((64,),))
    assert caught.value.fixes == ("embedding",)


@pytest.mark.torch
@pytest.mark.parametrize("returns", ["sequence", "last"])
@pytest.mark.parametrize(("batch", "units"), [(3, 5), (10, 33), (70, 2)])  # the last has more steps than one part
def test_values_and_all_gradients_agree_with_pytorch(returns, batch, units):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    block = LSTM(units=units, returns=returns)
    b = buffers(block, ((9, 4),), batch=batch)
    forward(block, b)
    backward(block, b)
    peer = torch.nn.LSTM(4, units, batch_first=True, dtype=torch.float64)
    with torch.no_grad():  # the gate order is the same: PyTorch only transposes, and splits the bias in two
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
