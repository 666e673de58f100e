"""GRU: against the equations and PyTorch, whose gate order and second bias it has."""

from dataclasses import replace

import numpy as np
import pytest

from core.blocks.gru import GRU
from core.errors import ShapeError
from core.initializers import draw
from tests.blocks.harness import backward, buffers, forward
from tests.reference import recurrent as reference
from tests.reference.pytorch import pytorch


def test_states_and_gates_are_those_of_the_equations_in_the_order_r_z_n():
    block = GRU(units=5, returns="sequence")
    b = buffers(block, ((7, 3),))
    forward(block, b)
    for row in range(3):
        states, gates = reference.gru(b.x[0][row], b.w["W"], b.w["U"], b.w["b"], b.w["c"])
        np.testing.assert_allclose(b.y[0][row], states, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(b.scratch["gates"][row], gates, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("batch", [1, 2, 7, 8, 9, 19])
def test_a_row_does_not_know_which_rows_go_with_it(batch):
    block, ins = GRU(units=21), ((4, 6),)
    b = buffers(block, ins, batch=batch, dtype=np.float32)
    forward(block, b)
    for row in range(batch):
        alone = replace(buffers(block, ins, batch=1, dtype=np.float32), w=b.w, x=(b.x[0][row : row + 1].copy(),))
        forward(block, alone)
        np.testing.assert_array_equal(alone.y[0][0], b.y[0][row])


def test_groups_of_rows_may_go_in_any_order_both_ways():
    block, ins = GRU(units=7, returns="sequence"), ((5, 3),)
    together, apart = (buffers(block, ins, batch=19, dtype=np.float32) for _ in range(2))
    forward(block, together)
    backward(block, together)
    calls = [*block.forward(apart, train=True), *block.backward(apart)]
    assert [call.items for call in calls if "gru" in call.kernel.__name__] == [5, 5]
    for call in calls:
        for item in reversed(range(call.items)):
            call.kernel(*call.args, item, item + 1)
    for a, c in ((together.y, apart.y), (together.dx, apart.dx), (together.dw.values(), apart.dw.values())):
        assert all(np.array_equal(*pair) for pair in zip(a, c, strict=True))


def test_the_last_step_is_the_end_of_the_whole_sequence():
    ends, whole = GRU(units=3), GRU(units=3, returns="sequence")
    a, c = buffers(ends, ((5, 2),)), buffers(whole, ((5, 2),))
    c = replace(c, w=a.w)
    forward(ends, a)
    forward(whole, c)
    np.testing.assert_array_equal(a.y[0], c.y[0][:, -1])


def test_with_the_update_gate_open_nothing_is_ever_written():
    block = GRU(units=3, returns="sequence")
    b = buffers(block, ((5, 2),))
    b.w["b"][3:6] = 1000
    forward(block, b)
    np.testing.assert_array_equal(b.y[0], 0)


def test_it_begins_without_biases_and_with_recurrences_that_keep_lengths():
    weights = GRU(units=4).weights(((6, 3),))
    drawn = {name: draw(weight, 1, "gru1", name) for name, weight in weights.items()}
    np.testing.assert_array_equal([drawn["b"], drawn["c"]], np.zeros((2, 12)))
    for gate in range(3):
        U = drawn["U"][:, 4 * gate : 4 * gate + 4]
        np.testing.assert_allclose(U @ U.T, np.eye(4), atol=1e-12)


def test_nan_comes_out_where_it_went_in_and_no_row_beside_it():
    block = GRU(units=3, returns="sequence")
    b = buffers(block, ((5, 2),))
    b.x[0][1, 2] = np.nan
    forward(block, b)
    assert np.isnan(b.y[0][1, 2:]).all()
    assert np.isfinite(b.y[0][1, :2]).all()
    assert np.isfinite(b.y[0][[0, 2]]).all()


def test_numbers_without_vectors_are_sent_to_an_embedding_first():
    with pytest.raises(ShapeError, match="GRU takes a sequence .* Put an Embedding block before it") as caught:
        GRU().out_shapes(((64,),))
    assert caught.value.fixes == ("embedding",)


@pytest.mark.torch
@pytest.mark.parametrize("returns", ["sequence", "last"])
@pytest.mark.parametrize(("batch", "units"), [(3, 5), (10, 33), (70, 2)])  # the last has more steps than one run
def test_values_and_all_gradients_agree_with_pytorch(returns, batch, units):
    torch = pytorch()
    block = GRU(units=units, returns=returns)
    b = buffers(block, ((9, 4),), batch=batch)
    forward(block, b)
    backward(block, b)
    peer = torch.nn.GRU(4, units, batch_first=True, dtype=torch.float64)
    with torch.no_grad():  # the gate order and both biases are the same: PyTorch only transposes
        peer.weight_ih_l0.copy_(torch.tensor(b.w["W"].T))
        peer.weight_hh_l0.copy_(torch.tensor(b.w["U"].T))
        peer.bias_ih_l0.copy_(torch.tensor(b.w["b"]))
        peer.bias_hh_l0.copy_(torch.tensor(b.w["c"]))
    x = torch.tensor(b.x[0], requires_grad=True)
    y = peer(x)[0] if returns == "sequence" else peer(x)[0][:, -1]
    y.backward(torch.tensor(b.dy[0]))
    for ours, theirs in (
        (b.y[0], y.detach()), (b.dx[0], x.grad),
        (b.dw["W"].T, peer.weight_ih_l0.grad), (b.dw["U"].T, peer.weight_hh_l0.grad),
        (b.dw["b"], peer.bias_ih_l0.grad), (b.dw["c"], peer.bias_hh_l0.grad),
    ):  # fmt: skip
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9, atol=1e-9)
