"""Every schedule against PyTorch's, and what all of them promise."""

import json

import numpy as np
import pytest

from core.schedules import registry
from core.schedules._base import MEMORY
from core.schedules.constant import Constant
from core.schedules.cosine import Cosine
from core.schedules.exponential import Exponential
from core.schedules.one_cycle import OneCycle
from core.schedules.plateau import Plateau
from core.schedules.step import Step
from core.training.session import Session
from tests.networks import DIGITS8, MLP, chain
from tests.reference.pytorch import pytorch

EPOCHS, STEPS = 6, 10  # of a run, and of an epoch
TOTAL = EPOCHS * STEPS
TABLE = [  # ours, name of PyTorch's, its settings; it is asked after every step
    (Constant(), "ConstantLR", {"factor": 1.0}),
    (Step(every=2.0, factor=0.3), "StepLR", {"step_size": 2 * STEPS, "gamma": 0.3}),
    (Step(every=0.3, factor=0.9), "StepLR", {"step_size": 3, "gamma": 0.9}),
    (Step(every=0.1, factor=0.9), "StepLR", {"step_size": 1, "gamma": 0.9}),  # 0.3 / 0.1 is less than 3
    (Exponential(factor=0.7), "ExponentialLR", {"gamma": 0.7 ** (1 / STEPS)}),
    (Cosine(), "CosineAnnealingLR", {"T_max": TOTAL}),
    (Cosine(end=0.2), "CosineAnnealingLR", {"T_max": TOTAL, "eta_min": 0.2}),
    # PyTorch's peak is at step pct (total_steps) - 1, and its end at total_steps - 1
    (OneCycle(), "OneCycleLR", {"max_lr": 1.0, "total_steps": TOTAL + 1, "pct_start": (0.3 * TOTAL + 1) / (TOTAL + 1)}),
    (
        OneCycle(rise=0.5, start_divisor=4.0, end_divisor=10.0), "OneCycleLR",
        {"max_lr": 1.0, "total_steps": TOTAL + 1, "pct_start": (0.5 * TOTAL + 1) / (TOTAL + 1), "div_factor": 4.0, "final_div_factor": 10.0},
    ),
]  # fmt: skip
OURS = pytest.mark.parametrize("schedule", [*(row[0] for row in TABLE), Plateau()], ids=str)


def factors(schedule, memory=None):
    done = np.arange(TOTAL) / STEPS
    return schedule.factors(done, EPOCHS, np.zeros(MEMORY) if memory is None else memory)


def theirs(make, steps=TOTAL):
    """The rates of an optimiser of rate 1 under a scheduler of PyTorch's."""
    torch = pytorch()
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    scheduler, rates = make(torch.optim.lr_scheduler, optimizer), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


@pytest.mark.torch
@pytest.mark.parametrize(("schedule", "name", "settings"), TABLE, ids=str)
def test_every_step_has_the_rate_of_pytorch(schedule, name, settings):
    rates = theirs(lambda s, optimizer: getattr(s, name)(optimizer, **settings))
    np.testing.assert_allclose(factors(schedule), rates, rtol=1e-9, atol=1e-12)


@pytest.mark.torch
def test_a_warm_up_comes_first_and_the_schedule_runs_through_what_is_left():
    def both(s, optimizer):
        warm = s.LinearLR(optimizer, start_factor=0.05, total_iters=15)
        rest = s.CosineAnnealingLR(optimizer, T_max=TOTAL - 15)
        return s.SequentialLR(optimizer, [warm, rest], milestones=[15])

    rates = theirs(both)
    np.testing.assert_allclose(factors(Cosine(warm_up=1.5, warm_up_from=0.05)), rates, rtol=1e-9, atol=1e-12)


@pytest.mark.torch
def test_a_plateau_is_seen_when_pytorch_sees_it():
    torch = pytorch()
    down = np.concatenate([np.geomspace(2, 1, 8), np.ones(9), [0.99995] * 6, np.linspace(0.9, 1.1, 20)])
    losses = np.concatenate([down, [0.5], np.linspace(0.9, 0.6, 9)])  # at last it falls, and stays above the best
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=3, min_lr=0.01)
    schedule, memory = Plateau(factor=0.5, patience=3, lowest=0.01), np.zeros(MEMORY)
    for loss in losses:
        scheduler.step(loss)
        schedule.remember(memory, loss)
        assert factors(schedule, memory)[0] == pytest.approx(optimizer.param_groups[0]["lr"])
    assert memory[2] > 3


@pytest.mark.parametrize(("better", "falls"), [(1.2, 1), (1.05, 2)])
def test_a_loss_below_zero_is_better_by_a_share_of_what_it_is(better, falls):
    """A likelihood may be above 1, and its loss below 0."""
    schedule, memory = Plateau(patience=1, better_by=0.1), np.zeros(MEMORY)
    for loss in (-1.0, *[-better] * 4):
        schedule.remember(memory, loss)
    assert memory[2] == falls


@pytest.mark.parametrize(
    ("schedule", "end"), [(Cosine(end=0.2), 0.2), (OneCycle(), 1 / 25 / 1e4)], ids=["cosine", "one cycle"]
)
def test_a_run_that_is_longer_than_it_was_meant_to_be_goes_on_at_the_last_rate(schedule, end):
    np.testing.assert_allclose(schedule.factors(np.array([6.0, 7.5, 9, 20]), 6, np.zeros(MEMORY)), end)


@pytest.mark.parametrize("name", registry())
def test_a_schedule_has_its_words_and_survives_a_file(name):
    kind = registry()[name]
    assert kind.id == name
    for words in (kind.title, kind.help, *(w for row in kind.rows() for w in (row.info.label, row.info.help))):
        assert words.en
        assert words.zh
    schedule = kind(warm_up=2.5)
    assert kind.from_json(json.loads(json.dumps(schedule.to_json()))) == schedule


@OURS
def test_factors_are_shares_and_a_run_may_be_longer_or_shorter_than_it_was_meant_to_be(schedule):
    for epochs in (0.5, EPOCHS, 1e6):
        shares = schedule.factors(np.linspace(0, 20, 50), epochs, np.zeros(MEMORY))
        assert (shares >= 0).all()
        assert (shares <= 1 + 1e-12).all()


# in a run ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def opened():
    sessions = []

    def session(schedule, **training):
        optimizer = {"type": "sgd", "learning_rate": 0.5, "momentum": 0.5}
        document = chain(*MLP, data=DIGITS8, batch_size=100, optimizer=optimizer, schedule=schedule, **training)
        sessions.append(Session(document, threads=1))
        return sessions[-1]

    yield session
    for s in sessions:
        s.close()


def test_the_last_short_batch_and_every_step_have_their_rates_whatever_the_bites(opened):
    kind = {"type": "cosine", "warm_up": 0.5}
    whole, bites = opened(kind, epochs=2), opened(kind, epochs=2)
    list(whole.run())
    rates = []
    while bites.epoch < 2:
        done = bites.epoch + int(bites.state.cursor[0]) / bites.rows
        bites.advance(steps=1)
        rates.append((done, bites.state.ahead[bites.step]))
    done, rates = map(np.array, zip(*rates, strict=True))
    np.testing.assert_array_equal(rates, 0.5 * Cosine(warm_up=0.5).factors(done, 2, np.zeros(MEMORY)))
    assert len(rates) == 2 * -(-bites.rows // 100)
    assert np.array_equal(whole.parameters.flat, bites.parameters.flat)


@pytest.mark.torch
def test_a_step_goes_as_far_as_its_rate_says(opened):
    torch = pytorch()
    s = opened({"type": "exponential", "factor": 0.1}, epochs=3)
    w = torch.tensor(s.parameters.flat.copy(), requires_grad=True)
    optimizer = torch.optim.SGD([w], 0.5, momentum=0.5)
    for _ in range(6):
        optimizer.param_groups[0]["lr"] = 0.5 * 0.1 ** (int(s.state.cursor[0]) / s.rows)
        s.advance(steps=1)
        w.grad = torch.tensor(s.parameters.flat_gradient.copy())
        optimizer.step()
        np.testing.assert_allclose(s.parameters.flat, w.detach().numpy(), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    "kind", [{"type": "one_cycle", "warm_up": 0.3}, {"type": "plateau", "patience": 0, "better_by": 0.5}]
)
def test_a_snapshot_goes_on_bit_for_bit_and_a_changed_rate_is_kept(opened, kind):
    first, second = opened(kind, epochs=4), opened(kind, epochs=4)
    first.advance(steps=20)
    first.set_learning_rate(0.3)
    first.advance(steps=20)
    first.advance(steps=3)
    kept = first.snapshot()
    rest = [dict(e.measures) for e in first.run() if hasattr(e, "measures")]
    second.advance(steps=5)
    second.restore(kept)
    assert second.optimizer.learning_rate == 0.3
    assert [dict(e.measures) for e in second.run() if hasattr(e, "measures")] == rest
    assert np.array_equal(first.parameters.flat, second.parameters.flat)


def test_a_rate_changed_live_scales_the_rest_of_the_schedule(opened):
    s = opened({"type": "exponential", "factor": 0.5}, epochs=3)
    s.advance()
    s.set_learning_rate(0.1)
    s.advance(steps=1)
    assert s.state.ahead[s.step] == pytest.approx(0.1 * 0.5)


def test_a_plateau_is_judged_by_the_validation_loss_and_forgotten_on_reset(opened):
    s = opened({"type": "plateau", "patience": 0, "better_by": 0.9}, epochs=9)
    for _ in range(3):
        s.advance()
    s.advance(steps=1)
    assert s.state.ahead[s.step] == 0.5 * 0.5**2, "after the first epoch, none was better by so much"
    s.reset()
    s.advance(steps=1)
    assert s.state.ahead[s.step] == 0.5
