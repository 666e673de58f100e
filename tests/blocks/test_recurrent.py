"""What RNN, LSTM and GRU share: rows that do not know of one another, masks, states handed on, both ways; PyTorch."""

from dataclasses import replace

import numpy as np
import pytest

from core.blocks.gru import GRU
from core.blocks.lstm import LSTM
from core.blocks.rnn import RNN
from core.errors import ShapeError
from tests.blocks.harness import backward, buffers, forward
from tests.reference.pytorch_recurrent import agrees

KINDS = [
    pytest.param(RNN(units=3), id="rnn"),
    pytest.param(RNN(units=3, activation="relu"), id="relu"),
    pytest.param(LSTM(units=3), id="lstm"),
    pytest.param(GRU(units=3), id="gru"),
]
each_kind = pytest.mark.parametrize("kind", KINDS)


def shapes(block, time, features):
    """Of all its ports."""
    wide = block.units * (2 if block.bidirectional else 1)
    known = {"x": (time, features), "mask": (time,)}
    return tuple(known.get(port, (wide,)) for port in block.input_ports())


def made(block, time=5, features=2, batch=3, dtype=np.float64, mask=None):
    b = buffers(block, shapes(block, time, features), batch=batch, dtype=dtype)
    for name, w in b.w.items():
        if name.startswith("U"):
            w /= np.sqrt(block.units)  # else the ReLU's states grow without bound
    if mask is not None:
        b.x[1][...] = mask
    return b


def done(block, b):
    forward(block, b)
    backward(block, b)
    return b


@each_kind
@pytest.mark.parametrize("batch", [1, 2, 7, 8, 9, 19])
def test_a_row_does_not_know_which_rows_go_with_it(kind, batch):
    """Groups of rows share every number of U that is loaded; in float32, bit for bit the same as alone."""
    block = replace(kind, units=21)
    b = made(block, 4, 6, batch, np.float32)
    forward(block, b)
    for row in range(batch):
        alone = replace(made(block, 4, 6, 1, np.float32), w=b.w, x=(b.x[0][row : row + 1].copy(),))
        forward(block, alone)
        np.testing.assert_array_equal(alone.y[0][0], b.y[0][row])


@each_kind
def test_groups_of_rows_may_go_in_any_order_both_ways(kind):
    block = replace(kind, units=7, returns="sequence")
    together, apart = (made(block, 5, 3, 19, np.float32) for _ in range(2))
    done(block, together)
    calls = [*block.forward(apart, train=True), *block.backward(apart)]
    assert [call.items for call in calls if block.id in call.kernel.__name__] == [5, 5]
    for call in calls:
        for item in reversed(range(call.items)):
            call.kernel(*call.args, item, item + 1)
    for a, c in ((together.y, apart.y), (together.dx, apart.dx), (together.dw.values(), apart.dw.values())):
        assert all(np.array_equal(*pair) for pair in zip(a, c, strict=True))


@each_kind
def test_the_last_step_is_the_end_of_the_whole_sequence_and_the_state_that_is_handed_on(kind):
    ends, whole = kind, replace(kind, returns="sequence", states=True)
    a, c = made(ends), made(whole)
    for state in c.x[1:]:
        state[...] = 0  # the same as none
    c = replace(c, w=a.w)
    forward(ends, a)
    forward(whole, c)
    np.testing.assert_array_equal(a.y[0], c.y[0][:, -1])
    np.testing.assert_array_equal(a.y[0], c.y[1])


@each_kind
def test_a_sequence_may_be_read_in_two_halves_the_state_handed_over(kind):
    """What an encoder and a decoder do: one layer over ten steps is two layers of the same weights over five each."""
    block = replace(kind, returns="sequence", states=True)
    whole = made(block, 10)
    first = replace(made(block), w=whole.w, x=(whole.x[0][:, :5].copy(), *whole.x[1:]))
    forward(block, whole)
    forward(block, first)
    second = replace(made(block), w=whole.w, x=(whole.x[0][:, 5:].copy(), *first.y[1:]))
    forward(block, second)
    np.testing.assert_allclose(np.concatenate([first.y[0], second.y[0]], 1), whole.y[0], rtol=1e-12, atol=1e-14)
    for ours, theirs in zip(second.y[1:], whole.y[1:], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)


@each_kind
@pytest.mark.parametrize("bidirectional", [False, True])
def test_steps_that_do_not_count_might_as_well_not_be_there(kind, bidirectional):
    """Holes anywhere: the others give what they give alone, gradients too, and what stands in the holes is never read."""
    block = replace(kind, returns="sequence", masked=True, states=True, bidirectional=bidirectional)
    kept = np.array([0, 1, 1, 0, 1, 0, 1], bool)
    b = made(block, 7, mask=kept)
    b.dy[0][:, ~kept] = 0
    done(block, b)
    alone = made(block, 4, mask=1)
    x = (b.x[0][:, kept].copy(), np.ones((3, 4)), *b.x[2:])
    alone = done(block, replace(alone, w=b.w, x=x, dy=(b.dy[0][:, kept].copy(), *b.dy[1:])))
    np.testing.assert_allclose(b.y[0][:, kept], alone.y[0], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(b.dx[0][:, kept], alone.dx[0], rtol=1e-11, atol=1e-13)
    assert not b.dx[0][:, ~kept].any()
    pairs = [*zip(b.y[1:], alone.y[1:], strict=True), *zip(b.dx[2:], alone.dx[2:], strict=True)]
    pairs += [(b.dw[name], alone.dw[name]) for name in b.dw]
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-13)


@each_kind
def test_through_a_step_that_does_not_count_the_state_passes_bit_for_bit(kind):
    block = replace(kind, returns="sequence", masked=True, states=True)
    b = made(block, mask=[0, 1, 0, 0, 1])
    forward(block, b)
    np.testing.assert_array_equal(b.y[0][:, 0], b.x[2])
    np.testing.assert_array_equal(b.y[0][:, 1], b.y[0][:, 2])
    np.testing.assert_array_equal(b.y[0][:, 1], b.y[0][:, 3])


@each_kind
@pytest.mark.parametrize("returns", ["sequence", "last"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_row_without_any_step_is_zero_and_learns_nothing(kind, returns, bidirectional):
    block = replace(kind, returns=returns, masked=True, bidirectional=bidirectional)
    b = done(block, made(block, mask=0))
    assert not b.y[0].any()
    assert not b.dx[0].any()
    assert not any(dw.any() for dw in b.dw.values())


@each_kind
def test_both_ways_is_one_layer_forth_and_one_back_beside_one_another(kind):
    block, way = replace(kind, returns="sequence", bidirectional=True), replace(kind, returns="sequence")
    b = made(block)
    forward(block, b)
    for half, end, turn in ((slice(0, 3), "", 1), (slice(3, 6), "_back", -1)):
        names = {name.removesuffix("_back"): w for name, w in b.w.items() if name.endswith("_back") == bool(end)}
        alone = replace(made(way), w=names, x=(b.x[0][:, ::turn].copy(),))
        forward(way, alone)
        np.testing.assert_array_equal(b.y[0][..., half], alone.y[0][:, ::turn])


@each_kind
def test_nan_comes_out_where_it_went_in_and_no_row_beside_it(kind):
    block = replace(kind, returns="sequence")
    b = made(block)
    b.x[0][1, 2] = np.nan
    forward(block, b)
    assert np.isnan(b.y[0][1, 2:]).all()
    assert np.isfinite(b.y[0][1, :2]).all()
    assert np.isfinite(b.y[0][[0, 2]]).all()


@each_kind
def test_what_is_no_sequence_of_vectors_is_sent_to_the_block_that_makes_one(kind):
    with pytest.raises(ShapeError, match=f"{kind.title.en} takes a sequence .* Put an Embedding block") as caught:
        kind.out_shapes(((64,),))
    assert caught.value.fixes == ("embedding",)
    with pytest.raises(ShapeError, match="Put a Reshape block before it") as caught:
        kind.out_shapes(((8, 8, 1),))
    assert caught.value.fixes == ("reshape",)


def test_masks_and_states_that_do_not_fit_are_explained():
    with pytest.raises(ShapeError, match=r"for each of 5 steps, \(5,\), and \(4,\) reaches it"):
        LSTM(masked=True).out_shapes(((5, 2), (4,)))
    with pytest.raises(ShapeError, match=r"'c' begins with 6 numbers, \(6,\), and \(3,\) reaches it"):
        LSTM(units=3, states=True, bidirectional=True).out_shapes(((5, 2), (6,), (3,)))


@pytest.mark.torch
@each_kind
@pytest.mark.parametrize("returns", ["sequence", "last"])
@pytest.mark.parametrize(("batch", "units"), [(3, 5), (10, 33), (70, 2)])  # the last has more steps than one run
def test_values_and_all_gradients_agree_with_pytorch(kind, returns, batch, units):
    block = replace(kind, units=units, returns=returns)
    agrees(block, done(block, made(block, 9, 4, batch)), np.full(batch, 9))


@pytest.mark.torch
@each_kind
@pytest.mark.parametrize("returns", ["sequence", "last"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("states", [False, True])
def test_sequences_of_several_lengths_are_pytorchs_packed_sequences(kind, returns, bidirectional, states):
    block = replace(kind, returns=returns, bidirectional=bidirectional, masked=True, states=states)
    lengths = np.array([3, 6, 1, 5, 2, 6, 4, 1, 3])
    real = np.arange(6) < lengths[:, None]
    b = made(block, 6, 4, len(lengths), mask=real)
    if returns == "sequence":
        b.dy[0][~real] = 0
    agrees(block, done(block, b), lengths)
