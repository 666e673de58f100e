"""A run: against PyTorch step by step (other families: test_traces.py), the same bits on any number of threads, through snapshots, and with NaN named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.data.normalisation import Normalisation
from core.errors import DataError, FaultyNetworkError, NotFiniteError, WeightsFileError
from core.plan import program
from core.training.session import Session
from tests.networks import DIGITS8, DIGITS28, LENET, MLP, chain


def session(*blocks, threads=1, data=DIGITS8, **training):
    return Session(chain(*(blocks or MLP), data=data, **({"batch_size": 64} | training)), threads=threads)


@pytest.fixture
def open_sessions():
    """Closes what a test opens."""
    opened = []
    yield lambda *a, **k: opened.append(session(*a, **k)) or opened[-1]
    for s in opened:
        s.close()


def test_the_same_bits_on_one_two_and_three_threads(open_sessions):
    noisy = (*LENET[:8], {"type": "dropout", "rate": 0.3}, *LENET[8:9], {"type": "batch_norm"}, *LENET[9:])
    results = []
    for threads in (1, 2, 3):
        s = open_sessions(*noisy, threads=threads, data=DIGITS28)
        s.advance(steps=7)
        results.append((s.parameters.flat.copy(), s.losses(0)[1].copy()))
    for flat, losses in results[1:]:
        assert np.array_equal(flat, results[0][0])
        assert np.array_equal(losses, results[0][1])


def test_what_an_epoch_and_its_judgement_need_is_ready_before_the_first_step(open_sessions, monkeypatch):
    s, told = open_sessions(batch_size=2000, validation=0.05), []
    s.prepare(lambda *progress: told.append(progress))
    done, total = told[-1]
    assert told == [(ready, total) for ready in range(told[0][0], total + 1)]
    assert done == total > len({call.kernel for call in s.look(s.held_out.inputs[0].array[:1]).calls()})

    def never(*_):
        raise AssertionError("a kernel is looked for after all was said to be ready")

    monkeypatch.setattr(program, "address", never)
    assert s.advance().epoch == 1


def test_the_size_of_the_bites_does_not_matter(open_sessions):
    whole, bites = open_sessions(epochs=2), open_sessions(epochs=2)
    events = list(whole.run())
    bitten = []
    while bites.epoch < 2:
        event = bites.advance(steps=3)
        bitten += [event] if event else []
    assert [dict(e.measures) for e in bitten] == [dict(e.measures) for e in events[:2]]
    assert np.array_equal(whole.parameters.flat, bites.parameters.flat)


def test_a_snapshot_goes_on_bit_for_bit_in_another_session(open_sessions):
    blocks = (*MLP[:3], {"type": "dropout", "rate": 0.5}, *MLP[3:])
    first, second = open_sessions(*blocks, epochs=3), open_sessions(*blocks, epochs=3)
    first.advance(steps=30)
    kept = first.snapshot()
    rest = [dict(e.measures) for e in first.run() if hasattr(e, "measures")]
    second.advance(steps=5)
    second.restore(kept)
    assert [dict(e.measures) for e in second.run() if hasattr(e, "measures")] == rest
    assert np.array_equal(first.parameters.flat, second.parameters.flat)


def test_reset_goes_back_to_the_same_weights_and_reseed_to_others(open_sessions):
    s = open_sessions()
    start = s.parameters.flat.copy()
    s.advance(steps=4)
    assert not np.array_equal(start, s.parameters.flat)
    s.reset()
    assert np.array_equal(start, s.parameters.flat)
    s.reset(seed=9)
    assert not np.array_equal(start, s.parameters.flat)


def test_nan_stops_before_the_weights_are_touched_and_names_block_and_step(open_sessions):
    s = open_sessions()
    s.advance(steps=2)
    s.parameters.w["dense-2", "W"][3, 4] = np.inf
    before = s.parameters.flat.copy()
    with pytest.raises(NotFiniteError, match="step 3: its weight 'W' at block dense-2") as caught:
        s.advance(steps=5)
    assert (caught.value.block, caught.value.step) == ("dense-2", 3)
    assert np.array_equal(before, s.parameters.flat)
    assert s.step == 2


@pytest.mark.parametrize("culprit", ["input-0", "dense-2", "dense-5"])
def test_a_step_without_a_finite_loss_leaves_running_means_as_they_were(open_sessions, culprit):
    """Whether the normalisation sees what is not finite, or it comes behind; those of the batch before are kept to the bit."""
    s = open_sessions(*MLP[:3], {"type": "batch_norm"}, *MLP[3:])
    s.advance(steps=2)
    spoilt = s.norms["input-0"].scale if culprit == "input-0" else s.parameters.w[culprit, "W"][3]
    kept, spoilt[0] = spoilt[0], np.inf
    before = {key: array.copy() for key, array in s.parameters.w.items()}
    with pytest.raises(NotFiniteError, match="step 3: .* at block") as caught:
        s.advance(steps=5)
    assert (caught.value.block, caught.value.step) == (culprit, 3)
    for key, array in s.parameters.w.items():
        np.testing.assert_array_equal(array, before[key], err_msg=str(key))
    spoilt[0] = kept
    assert np.isfinite(s.evaluate(s.held_out, "held out")["loss"])


def test_a_learning_rate_far_too_large_is_told_in_words(open_sessions):
    blocks = [*MLP[:2], *MLP[2:4], *MLP[2:4], MLP[4], {"type": "output", "loss": "mean_squared_error"}]
    s = open_sessions(*blocks, optimizer={"type": "sgd", "learning_rate": 100.0}, epochs=30)
    with pytest.raises(NotFiniteError, match="Lower the learning rate"):
        list(s.run())


@pytest.mark.parametrize("key", ["train", "look", "score", "held out"])
def test_judging_rows_of_any_name_trains_nothing(open_sessions, key):
    s = open_sessions(batch_size=128)
    s.advance(steps=2)
    before = s.parameters.flat.copy(), s.state.cursor.copy()
    assert s.evaluate(s.train_data, key) == s.evaluate(s.train_data, "another name")
    assert np.array_equal(s.parameters.flat, before[0])
    assert np.array_equal(s.state.cursor, before[1])


def test_a_judgement_that_is_not_finite_names_the_block_and_the_next_one_is_as_before(open_sessions):
    s = open_sessions(batch_size=16)
    rows = s.held_out.take(slice(0, 100))
    before, w = s.evaluate(rows, "rows"), s.parameters.w["dense-2", "W"]
    kept, w[3, 4] = w[3, 4], np.inf
    with pytest.raises(NotFiniteError, match="'W' at block dense-2"):
        s.evaluate(rows, "rows")
    w[3, 4] = kept
    assert s.evaluate(rows, "rows") == before
    (x,) = rows.inputs
    pictures = x.array.astype(np.float32)
    pictures[20] = np.nan  # in the second of seven batches
    with pytest.raises(NotFiniteError, match="its output at block input-0"):
        s.evaluate(replace(rows, inputs=(replace(x, array=pictures),)), "spoilt rows")


def test_a_loss_beyond_all_numbers_is_named_where_all_outputs_are_finite(open_sessions):
    s = open_sessions(*MLP[:-1], {"type": "output", "loss": "mean_squared_error"})
    s.parameters.w["dense-4", "W"].fill(1e30)
    with pytest.raises(NotFiniteError, match="step 1: its loss at block output-5"):
        s.advance(steps=1)


def test_early_stopping_keeps_the_best_weights(open_sessions):
    s = open_sessions(epochs=200, patience=2, optimizer={"type": "adam", "learning_rate": 0.03})
    events = list(s.run())
    assert events[-1].reason == "early"
    assert events[-1].epoch == events[-1].best_epoch + 2
    best = next(e for e in events if e.epoch == events[-1].best_epoch)
    assert s.evaluate(s.held_out, "held out")["loss"] == best.measures["val_loss"]
    assert best.measures["val_loss"] == min(e.measures["val_loss"] for e in events[:-1])


def test_the_loss_of_an_epoch_is_the_mean_over_its_own_rows(open_sessions):
    s = open_sessions(batch_size=100, epochs=3)
    for epoch in range(3):
        event = s.advance()
        _, losses = s.losses(epoch * s.step // (epoch + 1))
        rows = np.full(len(losses), 100)
        rows[-1] = s.rows - 100 * (len(losses) - 1)
        assert rows[-1] < 100, "the last batch is short"
        assert event.measures["loss"] == pytest.approx(np.average(losses, weights=rows), rel=1e-9)


def test_of_equally_good_epochs_the_first_is_the_best_and_nothing_of_it_is_left_after_a_reset(open_sessions):
    s = open_sessions(epochs=9, patience=2, optimizer={"type": "sgd", "learning_rate": 1e-30})
    events = list(s.run())
    assert (events[-1].reason, events[-1].epoch, events[-1].best_epoch) == ("early", 3, 1)
    s.reset(seed=5)
    before = s.parameters.flat.copy()
    s.take_best()
    assert np.array_equal(s.parameters.flat, before)


def test_after_a_loss_that_is_not_finite_a_reset_is_a_new_beginning(open_sessions):
    s, other = open_sessions(), open_sessions()
    s.parameters.w["dense-2", "W"][3, 4] = np.inf
    with pytest.raises(NotFiniteError):
        s.advance(steps=5)
    s.reset()
    for run in (s, other):
        run.advance(steps=5)
    assert np.array_equal(s.losses(0)[1], other.losses(0)[1])
    assert np.array_equal(s.parameters.flat, other.parameters.flat)


def test_learning_rate_and_batch_size_change_live(open_sessions):
    s = open_sessions(optimizer={"type": "sgd", "learning_rate": 0.1})
    s.advance(steps=2)
    s.set_learning_rate(1e-30)
    before = s.parameters.flat.copy()
    s.advance(steps=1)
    assert np.array_equal(before, s.parameters.flat)
    done = int(s.state.cursor[0])
    s.set_batch_size(16)
    s.advance(steps=1)
    assert int(s.state.cursor[0]) == done + 16


def test_measures_equal_a_plain_computation(open_sessions):
    s = open_sessions()
    s.advance(steps=20)
    rows = s.held_out
    (probabilities,) = s.predict(rows.inputs[0].array)
    labels = rows.targets[0].array
    measures = s.evaluate(rows, "held out")
    assert measures["accuracy"] == pytest.approx((probabilities.argmax(1) == labels).mean())
    expected = -np.log(probabilities[np.arange(len(labels)), labels].astype(np.float64)).mean()
    assert measures["loss"] == pytest.approx(expected, rel=1e-4)


def test_rows_of_another_shape_are_refused_with_both_shapes(open_sessions):
    s = open_sessions()
    with pytest.raises(DataError, match=r"\(8, 8, 1\).*\(28, 28, 1\)"):
        s.predict(np.zeros((2, 28, 28, 1)))
    with pytest.raises(DataError, match="1 Input blocks, and rows for 2 are given"):
        s.predict(np.zeros((2, 8, 8, 1)), np.zeros((2, 8, 8, 1)))


def test_predictions_are_what_a_look_shows_without_keeping_every_block(open_sessions):
    s = open_sessions(*LENET, data=DIGITS28, batch_size=50)
    s.advance(steps=2)
    rows = s.held_out.inputs[0].array[:120]
    (predicted,) = s.predict(rows)
    shown = s.look(rows)
    np.testing.assert_allclose(predicted, shown.buffers[shown.outputs[0]].y[0], rtol=1e-5, atol=1e-7)
    (most,) = (plan.bytes for (purpose, batch), plan in s._plans.items() if (purpose, batch) == ("predict", 50))
    assert most < shown.bytes * 50 / 120 / 2


def test_no_rows_are_refused_before_training_and_judging_and_have_no_predictions(open_sessions):
    s = open_sessions()
    none = s.train_data.take(slice(0, 0))
    with pytest.raises(DataError, match="no rows"):
        Session(chain(*MLP), none)
    for judge in (s.evaluate, s.report):
        with pytest.raises(DataError, match="no rows to judge"):
            judge(none, "none")
    assert s.predict(np.zeros((0, 8, 8, 1)))[0].shape == (0, 10)


def test_every_mismatch_of_data_and_network_is_told_at_once():
    document = chain({"type": "input", "shape": [9]}, {"type": "dense", "units": 3}, {"type": "output"}, data=DIGITS8)
    with pytest.raises(FaultyNetworkError) as caught:
        Session(document)
    assert len(caught.value.faults) == 2
    assert "(9,)" in str(caught.value)
    assert "10 classes" in str(caught.value)


def test_the_validation_rows_are_never_trained_on(open_sessions):
    s = open_sessions(validation=0.25)
    train = {row.tobytes() for row in s.train_data.inputs[0].array}
    assert len(s.held_out) == pytest.approx(0.25 * (len(s.held_out) + s.rows), abs=10)
    assert sum(row.tobytes() in train for row in s.held_out.inputs[0].array) <= 3  # a few digits are there twice


@pytest.mark.torch
@pytest.mark.parametrize("name", ["mlp", "lenet"])
def test_twenty_steps_agree_with_pytorch(name, open_sessions):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    nn = torch.nn
    torch.set_num_threads(1)
    if name == "mlp":
        s = open_sessions(*MLP, optimizer={"type": "adam", "learning_rate": 0.003})
        net = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    else:
        s = open_sessions(*LENET, data=DIGITS28, optimizer={"type": "sgd", "learning_rate": 0.05, "momentum": 0.9})
        net = nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            ChannelsLast(torch), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
        )  # fmt: skip
    give_weights(torch, s, net)
    rate = s.optimizer.learning_rate
    kinds = {
        "adam": lambda p: torch.optim.Adam(p, rate),
        "sgd": lambda p: torch.optim.SGD(p, rate, momentum=0.9),
    }
    optimizer = kinds[s.optimizer.id](net.parameters())
    pictures = s.norms[next(iter(s.norms))].apply(s.train_data.inputs[0].array)
    labels = torch.tensor(s.train_data.targets[0].array.astype(np.int64))
    x = torch.tensor(np.ascontiguousarray(np.moveaxis(pictures, -1, 1)))
    order = s.state.order.copy()
    theirs = []
    for step in range(20):
        rows = order[step * 64 : step * 64 + 64]
        loss = nn.functional.cross_entropy(net(x[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        theirs.append(loss.item())
    s.advance(steps=20)
    np.testing.assert_allclose(s.losses(0)[1], theirs, rtol=2e-3, atol=2e-4)


def ChannelsLast(torch):
    class Flat(torch.nn.Module):
        """Flattens pictures in our order: height, width, channels."""

        def forward(self, x):
            return x.permute(0, 2, 3, 1).flatten(1)

    return Flat()


def give_weights(torch, s, net):
    """PyTorch's network begins with our weights."""
    layers = [m for m in net if sum(1 for _ in m.parameters())]
    ours = list(dict.fromkeys(block for block, _ in s.parameters.w))
    with torch.no_grad():
        for name, layer in zip(ours, layers, strict=True):
            w, b = s.parameters.of(name).values()
            layer.weight.copy_(torch.tensor(np.transpose(w, (3, 2, 0, 1) if w.ndim == 4 else (1, 0)).copy()))
            layer.bias.copy_(torch.tensor(b.copy()))


def test_a_normalisation_of_another_size_is_refused_before_a_kernel_reads_it():
    short = Normalisation("standard", np.zeros(3), np.ones(3))
    with pytest.raises(WeightsFileError, match="normalised"):
        Session(chain(*MLP), learns=False, norms={"input-0": short})
