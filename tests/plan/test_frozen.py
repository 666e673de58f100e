"""Frozen blocks, weights and numbers: they do not move by a bit, nothing needless is computed, and the rest learns as before."""

from __future__ import annotations

import importlib
import json
import pkgutil
from dataclasses import replace

import numpy as np
import pytest

from core import blocks, project
from core.errors import WeightsFileError
from core.graph import edits
from core.graph.training import Learning
from core.plan.frozen import held_still, needed
from core.training.session import Session
from tests.blocks.harness import buffers, forward
from tests.networks import DIGITS8, MLP, chain
from tests.reference.pytorch import pytorch

EXAMPLES = [
    pytest.param(block, ins, id=f"{block.id}-{i}")
    for name in sorted(m.name for m in pkgutil.iter_modules(blocks.__path__) if m.name[0] != "_")
    for i, (block, ins) in enumerate(importlib.import_module(f"core.blocks.{name}").EXAMPLES)
    if any(w.trainable for w in block.weights(ins).values())
]


def gradients(block, ins, held, needed=needed):
    """dx and dw after a step with some weights frozen, and how many calls backward took."""
    b = buffers(block, ins)
    still = held_still(replace(b, dw={k: a for k, a in b.dw.items() if k not in held}), held)
    forward(block, still)
    calls = needed(block.backward(still), still, held)
    for call in calls:
        call.run()
    return [a for a in still.dx if a is not None], {k: a for k, a in still.dw.items() if k not in held}, len(calls)


@pytest.mark.parametrize(("block", "ins"), EXAMPLES)
def test_what_is_not_frozen_has_the_same_gradients_whatever_is(block, ins):
    names = [k for k, w in block.weights(ins).items() if w.trainable]
    dx, dw, calls = gradients(block, ins, frozenset(), needed=lambda calls, *_: calls)
    for held in (frozenset(names), *(frozenset({name}) for name in names)):
        dx2, dw2, calls2 = gradients(block, ins, held)
        assert calls2 <= calls
        for ours, theirs in zip(dx2, dx, strict=True):
            np.testing.assert_array_equal(ours, theirs)
        assert dw2.keys() == dw.keys() - held
        for name in dw2:
            np.testing.assert_array_equal(dw2[name], dw[name])


@pytest.fixture
def opened():
    sessions = []

    def session(document):
        sessions.append(Session(document, threads=1))
        return sessions[-1]

    yield session
    for s in sessions:
        s.close()


STACK = (*MLP[:4], {"type": "dense", "units": 16}, {"type": "batch_norm"}, {"type": "relu"}, *MLP[4:])
ADAMW = {"type": "adamw", "learning_rate": 0.01, "weight_decay": 0.1}
MOMENTUM = {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9}


def frozen(document, *names):
    for name in names:
        document = edits.set_learning(document, name, Learning(frozen=True))
    return document


@pytest.mark.parametrize("optimizer", [ADAMW, MOMENTUM], ids=["adamw", "momentum"])
def test_a_frozen_block_does_not_move_by_a_bit_and_the_others_do(opened, optimizer):
    document = chain(*STACK, data=DIGITS8, batch_size=50, optimizer=optimizer, l1=0.01, l2=0.01, clip_norm=1.0)
    s = opened(frozen(document, "dense-4", "batch-norm-5"))
    before = {k: a.copy() for k, a in s.parameters.w.items()}
    s.advance(steps=5)
    for (block, name), array in s.parameters.w.items():
        assert np.array_equal(array, before[block, name]) == (block in {"dense-4", "batch-norm-5"}), (block, name)


@pytest.mark.parametrize("still", ["gamma", "beta"])
def test_a_batch_norm_that_is_frozen_in_part_goes_on_by_the_batch(opened, still):
    document = edits.freeze_weights(chain(*STACK, data=DIGITS8, batch_size=50), "batch-norm-5", {still: True})
    s = opened(document)
    before = {k: a.copy() for k, a in s.parameters.of("batch-norm-5").items()}
    s.advance(steps=2)
    moved = {k for k, a in s.parameters.of("batch-norm-5").items() if not np.array_equal(a, before[k])}
    assert moved == {"gamma", "beta", "mean", "variance"} - {still}


def test_nothing_is_computed_for_blocks_before_which_nothing_learns(opened):
    s = opened(frozen(chain(*STACK, data=DIGITS8, batch_size=50), "dense-2", "dense-4"))
    s.advance(steps=1)
    plan = s._plan("train", 50)
    backwards = [e for e in plan.entries if e.phase == "backward"]
    assert {e.block for e in backwards} == {"batch-norm-5", "relu-6", "dense-7", "output-8"}
    assert plan.buffers["batch-norm-5"].dx == (None,)
    s = opened(frozen(chain(*STACK, data=DIGITS8, batch_size=50), "dense-4"))
    s.advance(steps=1)
    calls = [e.call for e in s._plan("train", 50).entries if (e.phase, e.block) == ("backward", "dense-4")]
    assert sum(c.flops for c in calls) == 2 * 50 * 32 * 16, "of two products and a sum, the product upward is left"


def test_a_network_that_is_frozen_as_a_whole_still_runs(opened):
    s = opened(frozen(chain(*MLP, data=DIGITS8), "dense-2", "dense-4"))
    assert s.parameters.count == 0
    s.advance(steps=3)
    assert len(set(s.losses(0)[1])) == 3, "other rows, other losses"


@pytest.mark.parametrize("optimizer", [ADAMW, MOMENTUM], ids=["adamw", "momentum"])
def test_one_weight_and_single_numbers_stay_and_their_neighbours_move(opened, optimizer):
    document = chain(*MLP, data=DIGITS8, optimizer=optimizer, l2=0.01)
    mask = np.zeros((32, 10), bool)
    mask[3, 4:] = mask[7] = True
    document = edits.freeze_weights(document, "dense-2", {"b": True})
    document = edits.freeze_weights(document, "dense-4", {"W": tuple(map(tuple, mask.tolist())), "b": False})
    s = opened(document)
    before = {k: a.copy() for k, a in s.parameters.w.items()}
    s.advance(steps=5)
    moved = {k: a != before[k] for k, a in s.parameters.w.items()}
    assert not moved["dense-2", "b"].any()
    np.testing.assert_array_equal(moved["dense-4", "W"], ~mask)
    assert moved["dense-2", "W"].mean() > 0.5
    assert moved["dense-4", "b"].all()


@pytest.mark.torch
def test_twenty_steps_with_much_frozen_penalties_an_own_l2_and_both_clippings_agree_with_pytorch(opened):
    torch = pytorch()
    mask = np.arange(320).reshape(32, 10) % 3 == 0
    blocks = (*MLP[:4], {"type": "dense", "units": 32}, {"type": "tanh"}, *MLP[4:])
    pulls = {"l1": 0.001, "l2": 0.02, "clip_value": 0.05, "clip_norm": 0.6}
    document = chain(*blocks, data=DIGITS8, batch_size=64, optimizer=MOMENTUM, **pulls)
    document = frozen(document, "dense-4")
    document = edits.set_learning(document, "dense-2", Learning(l2=0.0))
    document = edits.freeze_weights(document, "dense-6", {"W": tuple(map(tuple, mask.tolist()))})
    s = opened(document)
    w = {k: torch.tensor(a.copy(), requires_grad=k[0] != "dense-4") for k, a in s.parameters.w.items()}
    optimizer = torch.optim.SGD([t for t in w.values() if t.requires_grad], 0.1, momentum=0.9)
    x = s.norms["input-0"].apply(s.train_data.inputs[0].array).reshape(-1, 64).astype(np.float32)
    labels, theirs, norms = s.train_data.targets[0].array.astype(np.int64), [], []
    for step in range(20):
        rows = s.state.order[step * 64 : step * 64 + 64]
        h = (torch.tensor(x[rows]) @ w["dense-2", "W"] + w["dense-2", "b"]).relu()
        h = (h @ w["dense-4", "W"] + w["dense-4", "b"]).tanh()
        loss = torch.nn.functional.cross_entropy(h @ w["dense-6", "W"] + w["dense-6", "b"], torch.tensor(labels[rows]))
        optimizer.zero_grad()
        lengths = sum(w[key, "W"].abs().sum() for key in ("dense-2", "dense-6"))
        (loss + 0.02 * (w["dense-6", "W"] ** 2).sum() + 0.001 * lengths).backward()
        w["dense-6", "W"].grad[torch.tensor(mask)] = 0
        torch.nn.utils.clip_grad_value_([t for t in w.values() if t.requires_grad], 0.05)
        norms.append(float(torch.nn.utils.clip_grad_norm_([t for t in w.values() if t.requires_grad], 0.6)))
        optimizer.step()
        theirs.append(loss.item())
    assert min(norms) < 0.6 < max(norms)
    s.advance(steps=20)
    np.testing.assert_allclose(s.losses(0)[1], theirs, rtol=1e-3)
    for key, array in s.parameters.w.items():
        np.testing.assert_allclose(array, w[key].detach().numpy(), rtol=1e-3, atol=1e-4)


@pytest.mark.torch
def test_a_frozen_batch_norm_works_by_its_running_means_as_in_pytorch(opened):
    torch = pytorch()
    document = frozen(chain(*STACK, data=DIGITS8, batch_size=64, optimizer=MOMENTUM), "batch-norm-5")
    s = opened(document)
    rng = np.random.default_rng(0)
    for name in ("gamma", "beta", "mean", "variance"):
        s.parameters.w["batch-norm-5", name][...] = rng.uniform(0.5, 1.5, 16)
    w = {k: torch.tensor(a.copy(), requires_grad=k[0] != "batch-norm-5") for k, a in s.parameters.w.items()}
    norm = [w["batch-norm-5", name] for name in ("mean", "variance", "gamma", "beta")]
    optimizer = torch.optim.SGD([t for t in w.values() if t.requires_grad], 0.1, momentum=0.9)
    x = s.norms["input-0"].apply(s.train_data.inputs[0].array).reshape(-1, 64).astype(np.float32)
    labels, theirs = s.train_data.targets[0].array.astype(np.int64), []
    for step in range(10):
        rows = s.state.order[step * 64 : step * 64 + 64]
        h = (torch.tensor(x[rows]) @ w["dense-2", "W"] + w["dense-2", "b"]).relu()
        h = h @ w["dense-4", "W"] + w["dense-4", "b"]
        h = torch.nn.functional.batch_norm(h, *norm, training=False, eps=1e-5).relu()
        loss = torch.nn.functional.cross_entropy(h @ w["dense-7", "W"] + w["dense-7", "b"], torch.tensor(labels[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        theirs.append(loss.item())
    s.advance(steps=10)
    np.testing.assert_allclose(s.losses(0)[1], theirs, rtol=1e-3)
    for key, array in s.parameters.w.items():
        np.testing.assert_allclose(array, w[key].detach().numpy(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"frozen_weights": {"V": True}}, "dense-2: .*weight 'V', and its weights are: W, b"),
        ({"frozen_weights": {"W": [1, 0]}}, r"dense-2: the weight 'W' has shape \(64, 32\).*marked for shape \(2,\)"),
        ({"weights": {"b": [1]}}, r"dense-2: the weight 'b' has shape \(32,\).*set by hand in shape \(1,\)"),
    ],
)
def test_what_is_said_about_no_weight_is_refused(extra, message):
    with pytest.raises(WeightsFileError, match=message):
        Session(chain(MLP[0], MLP[1], {**MLP[2], **extra}, *MLP[3:], data=DIGITS8), threads=1)


def test_a_file_says_what_is_frozen_in_few_words():
    text = project.dumps(
        edits.freeze_weights(frozen(chain(*MLP), "dense-2"), "dense-4", {"b": (True, False), "W": True})
    )
    written = json.loads(text)["blocks"]
    assert written["dense-2"]["frozen"] is True
    assert written["dense-4"]["frozen_weights"] == {"b": [1, 0], "W": True}
    assert project.dumps(project.loads(text, "test")) == text
