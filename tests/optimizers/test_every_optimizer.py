"""Every optimiser against PyTorch's, and what all of them promise."""

import json

import numpy as np
import pytest

from core.kernels.optimizer import SLICE
from core.optimizers import registry
from core.optimizers.adadelta import Adadelta
from core.optimizers.adagrad import Adagrad
from core.optimizers.adam import Adam
from core.optimizers.adamw import AdamW
from core.optimizers.rmsprop import RMSprop
from core.optimizers.sgd import SGD
from tests.reference.pytorch import pytorch

TABLE = [  # ours, name of PyTorch's, its settings where they have other names or are not the defaults
    (SGD(), "SGD", {"lr": 0.01}),
    (SGD(learning_rate=0.3, momentum=0.9), "SGD", {"lr": 0.3, "momentum": 0.9}),
    (SGD(learning_rate=0.1, momentum=0.5, nesterov=True), "SGD", {"lr": 0.1, "momentum": 0.5, "nesterov": True}),
    (Adam(), "Adam", {}),
    (
        Adam(learning_rate=0.1, beta1=0.5, beta2=0.9, epsilon=1e-3),
        "Adam",
        {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3},
    ),
    (Adam(beta1=0), "Adam", {"betas": (0.0, 0.999)}),
    (AdamW(), "AdamW", {}),
    (AdamW(learning_rate=0.05, weight_decay=0.3), "AdamW", {"lr": 0.05, "weight_decay": 0.3}),
    (AdamW(weight_decay=0), "Adam", {}),
    (RMSprop(), "RMSprop", {}),
    (RMSprop(learning_rate=0.1, rho=0.5, epsilon=1e-2), "RMSprop", {"lr": 0.1, "alpha": 0.5, "eps": 1e-2}),
    (Adagrad(), "Adagrad", {}),
    (
        Adagrad(learning_rate=0.5, initial_accumulator=0.1, epsilon=1e-3),
        "Adagrad",
        {"lr": 0.5, "initial_accumulator_value": 0.1, "eps": 1e-3},
    ),
    (Adadelta(), "Adadelta", {}),
    (Adadelta(learning_rate=0.5, rho=0.5, epsilon=1e-3), "Adadelta", {"lr": 0.5, "rho": 0.5, "eps": 1e-3}),
]
OURS = pytest.mark.parametrize("optimizer", [row[0] for row in TABLE], ids=str)


def hollow(w):
    """Gradient of a valley that is long, bent and steep in places."""
    return np.cos(3 * w) + 0.1 * w * np.arange(1, w.size + 1)


def moved(optimizer, w, steps, *, decaying=None, slope=hollow, rate=None, backwards=False):
    """The weights after some steps; items of each call one by one."""
    w, dw = w.copy(), np.empty_like(w)
    slots = tuple(np.full_like(w, optimizer.slot_start()) for _ in range(optimizer.slots))
    rates = np.array([optimizer.learning_rate if rate is None else rate, 1.0])
    calls = optimizer.update(w, dw, slots, rates, w.size if decaying is None else decaying)
    for step in range(1, steps + 1):
        rates[1] = step
        dw[...] = slope(w)
        for call in calls:
            for item in reversed(range(call.items)) if backwards else range(call.items):
                call.kernel(*call.args, item, item + 1)
    return w


def start(size=37, dtype=np.float64):
    return np.random.default_rng(0).standard_normal(size).astype(dtype)


@pytest.mark.torch
@pytest.mark.parametrize(("optimizer", "name", "settings"), TABLE, ids=str)
def test_twenty_steps_agree_with_pytorch(optimizer, name, settings):
    torch = pytorch()
    w = torch.tensor(start(), requires_grad=True)
    theirs = getattr(torch.optim, name)([w], **settings)
    for _ in range(20):
        w.grad = torch.tensor(hollow(w.detach().numpy()))
        theirs.step()
    np.testing.assert_allclose(moved(optimizer, start(), 20), w.detach().numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", registry())
def test_an_optimiser_has_its_words_and_survives_a_file(name):
    kind = registry()[name]
    assert kind.id == name
    for words in (kind.title, kind.help, *(w for row in kind.rows() for w in (row.info.label, row.info.help))):
        assert words.en
        assert words.zh
    optimizer = kind(learning_rate=0.123)
    assert kind.from_json(json.loads(json.dumps(optimizer.to_json()))) == optimizer
    assert any(isinstance(row[0], kind) for row in TABLE), "compared with PyTorch above"


@OURS
def test_it_goes_downhill(optimizer):
    w = start()
    assert (
        np.abs(moved(optimizer, w, 400, slope=lambda w: w, rate=min(optimizer.learning_rate, 0.1))).sum()
        < np.abs(w).sum()
    )


@OURS
def test_items_may_be_done_in_any_order_and_the_last_may_be_short(optimizer):
    w = start(2 * SLICE + 77, np.float32)
    slope = lambda w: np.cos(3 * w)
    there, back = moved(optimizer, w, 3, slope=slope), moved(optimizer, w, 3, slope=slope, backwards=True)
    np.testing.assert_array_equal(there, back)
    for part in (slice(0, 50), slice(SLICE, SLICE + 50)):
        np.testing.assert_array_equal(there[part], moved(optimizer, w[part], 3, slope=slope))
    np.testing.assert_allclose(there[-50:], moved(optimizer, w[-50:], 3, slope=slope), rtol=1e-6)


@OURS
def test_float32_agrees_with_float64(optimizer):
    wide, narrow = (moved(optimizer, start(dtype=dtype), 10) for dtype in (np.float64, np.float32))
    assert narrow.dtype == np.float32
    np.testing.assert_allclose(narrow, wide, rtol=1e-3, atol=1e-4)


@OURS
def test_a_nan_in_the_gradient_reaches_its_weight_and_no_other(optimizer):
    def slope(w):
        slope = hollow(w)
        slope[5] = np.nan
        return slope

    assert np.isnan(moved(optimizer, start(), 1, slope=slope)).nonzero()[0].tolist() == [5]


@OURS
def test_no_weights_no_work(optimizer):
    assert moved(optimizer, np.empty(0), 1).size == 0
