"""Every metric against the plainest computation over the whole set, however it is cut into batches."""

import json
from contextlib import closing

import numpy as np
import pytest

from core import project
from core.data._base import Dataset, Field
from core.losses import registry as losses
from core.losses.binary_cross_entropy import BinaryCrossEntropy
from core.losses.categorical_cross_entropy import CategoricalCrossEntropy
from core.losses.gaussian import Gaussian
from core.losses.mean_squared_error import MeanSquaredError
from core.metrics import registry
from core.metrics._base import places
from core.metrics.confusion import Confusion
from core.metrics.errors import Errors
from core.metrics.perplexity import Perplexity
from core.metrics.top_k import TopK
from core.training.session import Session
from core.words import same
from tests.networks import DIGITS8, MLP, chain

CLASSES, ALL = CategoricalCrossEntropy(), np.empty(0)


def told(kind, loss, shape, answer, target, cuts=(7, 8, 20), counts=ALL):
    metric = kind(loss, shape)
    parts = zip(
        *(np.split(a, cuts) for a in (answer, target, counts if counts.size else np.ones(len(target)))), strict=True
    )
    for a, t, c in parts:
        metric.add(*places(loss, a, t, c if counts.size else ALL))
    return metric.result()


def guesses(*shape, seed=0):
    """Probabilities and right classes; the last class never comes up."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(shape[-1]), shape[:-1])
    p[..., -1] = 0
    return p, rng.integers(0, shape[-1] - 1, shape[:-1])


@pytest.mark.parametrize("name", registry())
def test_a_metric_has_its_words_and_is_asked_of_some_loss(name):
    kind = registry()[name]
    assert kind.id == name
    assert all(words.en and words.zh for words in kind.titles.values())
    assert any(kind.suits(loss(), shape) for loss in losses().values() for shape in [(6,), (5, 6)])


def test_precision_recall_f1_and_iou_class_by_class():
    p, target = guesses(40, 4)
    result, said = told(Confusion, CLASSES, (4,), p, target), p.argmax(1)
    for c in range(3):
        hits = sum(1 for s, t in zip(said, target, strict=True) if s == t == c)
        predicted, true = sum(said == c), sum(target == c)
        assert result["precision"][c] == pytest.approx(hits / predicted)
        assert result["recall"][c] == pytest.approx(hits / true)
        assert result["f1"][c] == pytest.approx(2 * hits / (predicted + true))
        assert result["iou"][c] == pytest.approx(hits / (predicted + true - hits))
        assert result["confusion"][c] == [sum((target == c) & (said == other)) for other in range(4)]
    assert result["f1"][3] is None, "it never came up"
    assert result["mean_f1"] == pytest.approx(np.mean(result["f1"][:3]))
    assert np.trace(result["confusion"]) / 40 == pytest.approx((said == target).mean())


def test_a_class_that_is_never_guessed_has_a_precision_of_nothing():
    result = told(Confusion, CLASSES, (2,), np.tile([0.9, 0.1], (30, 1)), np.arange(30) % 2)
    assert (result["precision"], result["recall"], result["f1"][1]) == ([0.5, 0.0], [1.0, 0.0], 0.0)


def test_yes_or_no_counts_every_number():
    rng = np.random.default_rng(0)
    p, target = rng.random((30, 2)), rng.integers(0, 2, (30, 2)).astype(float)
    result = told(Confusion, BinaryCrossEntropy(), (2,), p, target)
    assert result["recall"][1] == pytest.approx(((p > 0.5) & (target == 1)).sum() / (target == 1).sum())
    assert result["iou"][1] == pytest.approx(((p > 0.5) & (target == 1)).sum() / ((p > 0.5) | (target == 1)).sum())


def test_a_half_is_no_yes_neither_as_an_answer_nor_as_a_target():
    p, target = np.array([[0.5], [0.6], [0.5]]), np.array([[0.0], [0.5], [0.9]])
    assert told(Confusion, BinaryCrossEntropy(), (1,), p, target, cuts=())["confusion"] == [[1, 1], [1, 0]]


def test_iou_of_pixels_leaves_out_places_that_do_not_count():
    p, target = guesses(30, 4, 3, 3)
    counts = (np.random.default_rng(1).random((30, 12)) > 0.3).astype(float)
    loss = CategoricalCrossEntropy(per_pixel=True)
    result, kept = told(Confusion, loss, (4, 3, 3), p, target, counts=counts), counts.reshape(30, 4, 3) > 0
    for c in range(2):
        both, either = ((f(p.argmax(-1) == c, target == c) & kept).sum() for f in (np.logical_and, np.logical_or))
        assert result["iou"][c] == pytest.approx(both / either)


def test_the_right_class_is_among_the_likeliest_and_a_tie_is_broken_by_order():
    p, target = guesses(40, 8)
    result = told(TopK, CLASSES, (8,), p, target)
    for k in (3, 5):
        best = np.argsort(-p, axis=1, kind="stable")[:, :k]
        assert result[f"top_{k}_accuracy"] == pytest.approx(
            np.mean([t in row for t, row in zip(target, best, strict=True)])
        )
    level = told(TopK, CLASSES, (8,), np.full((24, 8), 1 / 8), np.arange(24) % 8)
    assert level == {"top_3_accuracy": 3 / 8, "top_5_accuracy": 5 / 8}


@pytest.mark.parametrize(("classes", "ks"), [(4, [3]), (5, [3]), (6, [3, 5])])
def test_the_likeliest_k_are_told_of_where_there_are_more_classes_than_k(classes, ks):
    p, target = guesses(20, classes)
    assert list(told(TopK, CLASSES, (classes,), p, target)) == [f"top_{k}_accuracy" for k in ks]
    assert not TopK.suits(CLASSES, (3,))


def test_perplexity_is_over_steps_and_that_of_a_fair_die_is_six():
    assert told(Perplexity, CLASSES, (5, 6), np.full((30, 5, 6), 1 / 6), np.zeros((30, 5)))[
        "perplexity"
    ] == pytest.approx(6)
    assert not Perplexity.suits(MeanSquaredError(), (5, 6))
    assert not Perplexity.suits(CLASSES, (6,))
    p, target = guesses(30, 5, 4)
    counts = np.tril(np.ones((30, 5)))
    surprise = [-np.log(p[i, j, target[i, j]]) for i in range(30) for j in range(5) if counts[i, j]]
    result = told(Perplexity, CLASSES, (5, 4), p, target, counts=counts)
    assert result["perplexity"] == pytest.approx(np.exp(np.mean(surprise)))


def test_errors_and_r2_of_numbers_far_from_zero():
    rng = np.random.default_rng(0)
    target = rng.standard_normal((40, 3)) * [1, 5, 0] + 1e5
    answer = target + rng.standard_normal((40, 3))
    result, e = told(Errors, MeanSquaredError(), (3,), answer, target), answer - target
    assert result["mean_absolute_error"] == pytest.approx(np.abs(e).mean())
    assert result["root_mean_squared_error"] == pytest.approx(np.sqrt((e**2).mean()))
    r2 = [1 - (e[:, j] ** 2).sum() / ((target[:, j] - target[:, j].mean()) ** 2).sum() for j in range(2)]
    assert result["r2"] == pytest.approx(np.mean(r2)), "the number that never varies is left out"


def test_always_saying_the_mean_is_worth_an_r2_of_zero_and_the_truth_one():
    t = np.random.default_rng(0).standard_normal((30, 1))
    assert told(Errors, MeanSquaredError(), (1,), np.full_like(t, t.mean()), t)["r2"] == pytest.approx(0, abs=1e-12)
    assert told(Errors, Gaussian(), (2,), t, t)["r2"] == 1


def test_steps_of_a_sequence_that_do_not_count_are_no_errors():
    t = np.zeros((30, 4, 2))
    counts = np.tile([1.0, 1, 0, 0], (30, 1))
    answer = np.where(counts[..., None] > 0, 0.5, 99)
    assert told(Errors, MeanSquaredError(), (4, 2), answer, t, counts=counts)["mean_absolute_error"] == 0.5


@pytest.mark.parametrize("kind", registry().values())
def test_no_rows_say_nothing(kind):
    loss = next(loss() for loss in losses().values() if kind.suits(loss(), (5, 6)))
    assert kind(loss, (5, 6)).result() == {}


def test_a_report_agrees_with_predictions_and_tells_numbers_in_the_history_when_asked():
    blocks = (*MLP[:-1], {"type": "output", "all_metrics": True, "ignored_class": 3})
    s = Session(chain(*blocks, data=DIGITS8, epochs=1, validation=0.3), threads=1)
    try:
        event = s.advance()
        rows = s.held_out
        assert len(rows) % s.batch_size, "the last batch is short"
        (p,) = s.predict(rows.inputs[0].array)
        target = rows.targets[0].array
        kept = target != 3
        report = s.report(rows, "held out")
        expected = told(Confusion, CLASSES, (10,), p[kept], target[kept], cuts=())
        assert {k: report[k] for k in expected} == expected
        assert {k: v for k, v in s.evaluate(rows, "held out").items()} == {k: report[k] for k in ("loss", "accuracy")}
        assert event.measures["val_mean_f1"] == report["mean_f1"]
        assert event.measures["val_top_3_accuracy"] == report["top_3_accuracy"]
        assert all(isinstance(v, float) for v in event.measures.values())
    finally:
        s.close()


def test_a_report_of_two_outputs_names_each_and_judges_each_by_its_own_predictions():
    rng = np.random.default_rng(5)
    x, size = rng.standard_normal((70, 6)).astype(np.float32), rng.standard_normal((70, 1)).astype(np.float32)
    kind = rng.integers(0, 4, 70).astype(np.int32)
    data = Dataset(
        (Field(same("x"), "numbers", x),),
        (Field(same("kind"), "class", kind, tuple("abcd")), Field(same("size"), "numbers", size)),
    )
    blocks = {
        "x": {"type": "input", "shape": [6]}, "scores": {"type": "dense", "units": 4}, "kind": {"type": "output"},
        "guess": {"type": "dense", "units": 1}, "size": {"type": "output", "loss": "mean_squared_error"},
    }  # fmt: skip
    content = {"neuroloom": 1, "blocks": blocks, "wires": ["x > scores > kind", "x > guess > size"]}
    with closing(Session(project.loads(json.dumps(content), "test"), data, threads=1)) as s:
        p, guess = s.predict(x)
        report = s.report(data, "all")
    assert report["kind_top_3_accuracy"] == pytest.approx(np.mean((p > p[range(70), kind][:, None]).sum(1) < 3))
    assert report["size_mean_absolute_error"] == pytest.approx(np.abs(guess - size).mean(), rel=1e-5)
    assert report["loss"] == pytest.approx(report["kind_loss"] + report["size_loss"])
    assert not {"top_3_accuracy", "mean_absolute_error"} & report.keys()
