"""What every loss promises."""

import importlib

import numpy as np
import pytest

from core.losses import registry
from core.words import Words
from tests.losses.judge import judge

CASES = [
    pytest.param(loss, shape, id=f"{name}-{i}")
    for name in registry()
    for i, (loss, shape) in enumerate(importlib.import_module(registry()[name].__module__).EXAMPLES)
]


def data(loss, shape, dtype, batch=40, seed=0):
    """Outputs between 0 and 1, so that they may be probabilities, and targets that fit."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.05, 0.95, (batch, *shape)).astype(dtype)
    wanted = (batch, *loss.target_shape(shape))
    target = rng.integers(0, shape[-1], wanted) if loss.target == "class" else rng.integers(0, 2, wanted)
    return x, target.astype(dtype)


@pytest.mark.parametrize("name", registry())
def test_a_loss_has_its_words_in_both_languages_and_an_id_that_is_its_key(name):
    kind = registry()[name]
    assert kind.id == name
    for words in (
        kind.title,
        kind.help,
        kind.metric_title,
        *(w for r in kind.rows() for w in (r.info.label, r.info.help)),
    ):
        assert isinstance(words, Words)
        assert words.en
        assert words.zh
    assert kind.from_json(kind().to_json()) == kind()


@pytest.mark.parametrize(("loss", "shape"), CASES)
def test_the_gradient_is_the_slope_of_the_mean_loss(loss, shape):
    x, target = data(loss, shape, np.float64)
    loss.check_shape(shape)
    verdict = judge(loss, x, target)
    assert np.isfinite(verdict.dx).all()
    way = np.random.default_rng(1).standard_normal(x.shape)
    up, down = (judge(loss, x + h * way, target).loss.mean() for h in (1e-6, -1e-6))
    assert (verdict.dx * way).sum() == pytest.approx((up - down) / 2e-6, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(("loss", "shape"), CASES)
def test_float32_agrees_with_float64(loss, shape):
    wide, narrow = (judge(loss, *data(loss, shape, dtype)) for dtype in (np.float64, np.float32))
    for exact, quick in zip(wide, narrow, strict=True):
        assert quick.dtype == np.float32
        np.testing.assert_allclose(quick, exact, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize(("loss", "shape"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outputs_as_large_as_ten_thousand_are_safe_and_nan_is_never_hidden(loss, shape, dtype):
    x, target = data(loss, shape, dtype)
    x[...] = (
        np.where(np.arange(x.size).reshape(x.shape) % 2, 1e4, -1e4) if getattr(loss, "logits", True) else np.round(x)
    )
    verdict = judge(loss, x, target)
    assert all(np.isfinite(part).all() for part in verdict)
    x[3] = np.nan
    verdict = judge(loss, x, target)
    assert np.isnan(verdict.loss).tolist() == [row == 3 for row in range(len(x))]
    assert np.isnan(verdict.dx[3]).any()
    assert np.isfinite(np.delete(verdict.dx, 3, axis=0)).all()


@pytest.mark.parametrize(("loss", "shape"), CASES)
def test_a_row_is_judged_alike_in_any_company(loss, shape):
    x, target = data(loss, shape, np.float64)
    whole, alone = judge(loss, x, target), judge(loss, x[5:6], target[5:6])
    assert alone.loss[0] == pytest.approx(whole.loss[5], rel=1e-13)
    assert alone.metric[0] == pytest.approx(whole.metric[5], rel=1e-13)
    np.testing.assert_allclose(alone.dx[0], whole.dx[5] * len(x), rtol=1e-12)
