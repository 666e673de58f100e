"""Twenty steps of every loss against PyTorch from the same weights, alone and several together."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core import project
from core.data._base import Dataset, Field
from core.training.session import Session
from core.words import same
from tests.reference.pytorch import pytorch

ROWS, BATCH, WIDTH = 160, 8, 6


def classes(rng, *shape, count=3):
    return Field(
        same("class"), "class", rng.integers(0, count, (ROWS, *shape)).astype(np.int32), tuple("abcdef"[:count])
    )


def numbers(rng, *shape):
    return Field(same("numbers"), "numbers", rng.standard_normal((ROWS, *shape)).astype(np.float32))


def run(outputs, targets, time=()):
    """Losses of twenty steps by us, the session, and a twin in PyTorch that judges what each head gives by its `loss`.

    Each output: (settings of the block, units of its Dense head, twin's loss of head and target).
    """
    torch = pytorch()
    rng = np.random.default_rng(3)
    x = Field(same("x"), "numbers", rng.standard_normal((ROWS, *time, WIDTH)).astype(np.float32))
    # over pixels, a Dense layer is a convolution of one pixel
    unit = (
        (lambda n: {"type": "conv2d", "filters": n, "kernel_size": 1})
        if len(time) == 2
        else (lambda n: {"type": "dense", "units": n})
    )
    heads = {f"head{i}": unit(units) for i, (_, units, _) in enumerate(outputs)}
    ends = {f"out{i}": {"type": "output", **settings} for i, (settings, _, _) in enumerate(outputs)}
    document = project.loads(
        json.dumps(
            {
                "neuroloom": 1,
                "blocks": {"x": {"type": "input", "shape": [*time, WIDTH]}, "stem": unit(9),
                           "bend": {"type": "tanh"}, **heads, **ends},
                "wires": ["x > stem > bend", *(f"bend > head{i} > out{i}" for i in range(len(outputs)))],
                "training": {"optimizer": {"type": "sgd", "learning_rate": 0.1}, "batch_size": BATCH, "validation": 0},
            }
        ),
        "test",
    )  # fmt: skip
    s = Session(document, Dataset((x,), tuple(targets)), threads=1)
    try:
        w = {k: torch.tensor(a.reshape(-1, a.shape[-1]).copy() if k[1] == "W" else a.copy(), requires_grad=True)
             for k, a in s.parameters.w.items()}  # fmt: skip
        optimizer, theirs = torch.optim.SGD(w.values(), 0.1), []
        for step in range(20):
            rows = s.state.order[step * BATCH : (step + 1) * BATCH]
            h = (torch.tensor(s.train_data.inputs[0].array[rows]) @ w["stem", "W"] + w["stem", "b"]).tanh()
            loss = 0
            for i, (settings, _, judge) in enumerate(outputs):
                target = s.train_data.targets[i].array[rows]
                target = torch.tensor(target.astype(np.int64) if target.dtype == np.int32 else target)
                loss = loss + settings.get("weight", 1) * judge(h @ w[f"head{i}", "W"] + w[f"head{i}", "b"], target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            theirs.append(loss.item())
        event = s.advance(steps=20)
        np.testing.assert_allclose(s.losses(0)[1], theirs, rtol=1e-3, atol=1e-5)
        for key, array in s.parameters.w.items():
            np.testing.assert_allclose(array, w[key].detach().numpy().reshape(array.shape), rtol=2e-3, atol=2e-4)
        return event.measures
    finally:
        s.close()


def torchs(name, **settings):
    return lambda x, t: getattr(pytorch().nn.functional, name)(x, t, **settings)


def cross_entropy(x, t, **settings):
    """The mean over rows of the mean over a row's places that count."""
    torch = pytorch()
    weight = settings.pop("weight", None)
    each = torch.nn.functional.cross_entropy(
        x.reshape(-1, x.shape[-1]), t.reshape(-1), weight and torch.tensor(weight), reduction="none", **settings
    ).reshape(len(x), -1)
    counted = (t != settings.get("ignore_index", -100)).reshape(len(x), -1)
    return (each.sum(1) / counted.sum(1).clamp(min=1)).mean()


def hinge(x, t):
    return (1 - t * x).clamp(min=0).mean()


def kl(x, t):
    torch = pytorch()
    hot = torch.nn.functional.one_hot(t, 3).float()
    return torch.nn.functional.kl_div(x.log_softmax(-1), hot, reduction="batchmean")


def gaussian(x, t):
    return pytorch().nn.functional.gaussian_nll_loss(x[:, :2], t, x[:, 2:].exp(), full=True, eps=1e-12)


def mixture(x, t):
    d = pytorch().distributions
    normal = d.Independent(d.Normal(x[:, 3:9].reshape(-1, 3, 2), x[:, 9:].reshape(-1, 3, 2).exp()), 1)
    return -d.MixtureSameFamily(d.Categorical(logits=x[:, :3]), normal).log_prob(t).mean()


def binary(x, t):
    torch = pytorch()
    soft = t.float()[:, None] * 0.8 + 0.1
    return torch.nn.functional.binary_cross_entropy_with_logits(x, soft, pos_weight=torch.tensor(3.0))


CASES = {
    "mean squared error": ({"loss": "mean_squared_error"}, 2, torchs("mse_loss"), lambda r: numbers(r, 2), ()),
    "half squared error": ({"loss": "half_squared_error"}, 2, lambda x, t: ((x - t) ** 2).mean() / 2, lambda r: numbers(r, 2), ()),
    "mean absolute error": ({"loss": "mean_absolute_error"}, 2, torchs("l1_loss"), lambda r: numbers(r, 2), ()),
    "huber": ({"loss": "huber"}, 2, torchs("huber_loss"), lambda r: numbers(r, 2), ()),
    "hinge": ({"loss": "hinge"}, 2, hinge, lambda r: numbers(r, 2), ()),
    "classes": ({}, 3, cross_entropy, classes, ()),
    "smooth and weighted": (
        {"label_smoothing": 0.1, "class_weights": [0.5, 2, 1]}, 3,
        lambda x, t: cross_entropy(x, t, label_smoothing=0.1, weight=[0.5, 2.0, 1.0]), classes, (),
    ),
    "steps, one class left out": (
        {"ignored_class": 1}, 3, lambda x, t: cross_entropy(x, t, ignore_index=1), lambda r: classes(r, 5), (5,),
    ),
    "pixels": (
        {"per_pixel": True, "ignored_class": 0, "label_smoothing": 0.2}, 3,
        lambda x, t: cross_entropy(x, t, ignore_index=0, label_smoothing=0.2), lambda r: classes(r, 4, 3), (4, 3),
    ),
    "yes or no": (
        {"loss": "binary_cross_entropy", "label_smoothing": 0.2, "positive_weight": 3}, 1, binary,
        lambda r: classes(r, count=2), (),
    ),
    "kl": ({"loss": "kl_divergence"}, 3, kl, classes, ()),
    "gaussian": ({"loss": "gaussian"}, 4, gaussian, lambda r: numbers(r, 2), ()),
    "mixture": ({"loss": "mixture"}, 15, mixture, lambda r: numbers(r, 2), ()),
}  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("case", CASES)
def test_twenty_steps_agree_with_pytorch(case):
    settings, units, judge, target, time = CASES[case]
    run([(settings, units, judge)], [target(np.random.default_rng(0))], time)


@pytest.mark.torch
def test_class_and_box_with_weights_agree_with_pytorch_and_every_loss_is_told():
    rng = np.random.default_rng(0)
    box = ({"loss": "huber", "weight": 0.3}, 4, torchs("huber_loss"))
    measures = run([({}, 3, cross_entropy), box], [classes(rng), numbers(rng, 4)])
    assert set(measures) == {"loss", "out0_loss", "out0_accuracy", "out1_loss", "out1_mean_absolute_error"}
    assert measures["loss"] == pytest.approx(measures["out0_loss"] + 0.3 * measures["out1_loss"], rel=1e-6)


@pytest.mark.torch
def test_an_auxiliary_head_of_no_weight_changes_nothing_but_its_own_loss():
    rng = np.random.default_rng(0)
    target = classes(rng)
    measures = run([({}, 3, cross_entropy), ({"weight": 0}, 3, cross_entropy)], [target, target])
    assert measures["loss"] == measures["out0_loss"] != measures["out1_loss"]
