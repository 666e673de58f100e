"""(value - shift) * scale, against plain statistics in float64."""

import json

import numpy as np
import pytest

from core.data._base import Field
from core.data.digits8 import Digits8
from core.data.normalisation import Normalisation, described, fit
from core.errors import DataError
from core.words import same

RNG = np.random.default_rng(5)


def numbers(array, kind="numbers"):
    return Field(same("x"), kind, np.asarray(array, np.float32))


def test_standard_numbers_have_mean_0_and_deviation_1_in_each_feature():
    rows = RNG.normal([100, -3, 0], [10, 0.1, 5], (200_000, 3)).astype(np.float32)
    done = fit(numbers(rows), "standard").apply(rows).astype(np.float64)
    assert done.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-5)
    assert done.std(axis=0) == pytest.approx([1, 1, 1], abs=1e-5)


def test_unit_numbers_run_from_0_to_1_in_each_feature():
    rows = RNG.uniform([-5, 1000], [5, 1001], (500, 2)).astype(np.float32)
    done = fit(numbers(rows), "unit").apply(rows)
    assert done.min(axis=0) == pytest.approx([0, 0], abs=1e-6)
    assert done.max(axis=0) == pytest.approx([1, 1], abs=1e-6)


def test_unit_pictures_are_divided_by_255_whatever_is_on_them():
    dark = Field(same("x"), "image", np.full((2, 2, 2, 1), 51, np.uint8))
    done = fit(dark, "unit").apply(dark.array)
    assert done.dtype == np.float32
    assert done == pytest.approx(np.full((2, 2, 2, 1), 0.2))


def test_standard_pictures_share_one_shift_and_scale():
    field = Digits8().load().inputs[0]
    norm = fit(field, "standard")
    assert norm.shift.shape == norm.scale.shape == (1,)
    assert norm.shift[0] == pytest.approx(field.array.astype(np.float64).mean(), rel=1e-12)
    assert 1 / norm.scale[0] == pytest.approx(field.array.astype(np.float64).std(), rel=1e-12)


def test_the_colours_of_a_picture_share_one_shift_and_scale():
    pictures = RNG.integers(0, 256, (40, 6, 5, 3)).astype(np.uint8)
    pictures[..., 2] //= 4
    for rule, mean, deviation in (("standard", 0, 1), ("unit", pictures.mean() / 255, pictures.std() / 255)):
        norm = fit(Field(same("x"), "image", pictures), rule)
        assert norm.shift.shape == norm.scale.shape == (1,)
        done = norm.apply(pictures).astype(np.float64)
        assert (done.mean(), done.std()) == (pytest.approx(mean, abs=1e-5), pytest.approx(deviation, rel=1e-5))


def test_features_of_one_spread_keep_shifts_of_their_own():
    done = fit(numbers([[0, 5], [1, 6]]), "unit").apply(np.array([[0, 5], [1, 6]], np.float32))
    assert done.tolist() == [[0, 0], [1, 1]]


def test_a_sequence_is_normalised_by_feature_over_all_steps():
    rows = RNG.normal([3, -7], [2, 9], (400, 6, 2)).astype(np.float32)
    norm = fit(numbers(rows, "sequence"), "standard")
    assert norm.shift.reshape(6, 2) == pytest.approx(np.tile(rows.astype(float).mean(axis=(0, 1)), (6, 1)))
    assert norm.apply(rows).std(axis=(0, 1)) == pytest.approx([1, 1], abs=1e-5)


@pytest.mark.parametrize("rule", ["unit", "standard"])
def test_what_never_changes_becomes_0_and_stays_finite(rule):
    rows = np.column_stack([np.full(1000, 0.1), np.full(1000, 1e9), np.arange(1000), np.zeros(1000)]).astype(np.float32)
    done = fit(numbers(rows), rule).apply(rows)
    assert np.abs(done[:, [0, 1, 3]]).max() < 1e-3
    assert done[:, 2].max() - done[:, 2].min() >= 1


def test_large_offsets_do_not_eat_small_differences():
    rows = (2**20 + RNG.integers(0, 8, (1000, 1)) / 8).astype(np.float32)
    assert fit(numbers(rows), "standard").apply(rows).std() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("kind", ["tokens", "class"])
def test_tokens_and_classes_stay_as_they_are(kind):
    field = Field(same("x"), kind, np.arange(6, dtype=np.int32).reshape(2, 3), classes=tuple("abcdef"))
    for rule in ("none", "unit", "standard"):
        norm = fit(field, rule)
        assert norm.rule == "none"
        assert (norm.apply(field.array) == field.array).all()


def test_none_is_float32_of_the_same():
    assert fit(numbers([[1.5, -2]]), "none").apply(np.array([[200, 7]], np.uint8)).tolist() == [[200, 7]]


def test_undo_is_the_way_back():
    rows = RNG.normal([100, -3], [10, 0.1], (50, 2)).astype(np.float32)
    for rule in ("none", "unit", "standard"):
        norm = fit(numbers(rows), rule)
        assert norm.undo(norm.apply(rows)) == pytest.approx(rows, rel=1e-5)


def test_it_goes_through_json_bit_for_bit():
    rows = RNG.normal(0, 1, (50, 7)).astype(np.float32)
    norm = fit(numbers(rows), "standard")
    back = Normalisation.from_json(json.loads(json.dumps(norm.to_json())))
    assert (back.rule, back.shift.tolist(), back.scale.tolist()) == (
        norm.rule,
        norm.shift.tolist(),
        norm.scale.tolist(),
    )
    assert (back.apply(rows) == norm.apply(rows)).all()


def test_the_same_number_everywhere_is_written_once():
    rows = RNG.choice([-1, 1], (50, 20, 1)).astype(np.float32)
    rows[0] = -1
    rows[1] = 1
    assert len(fit(numbers(rows, "sequence"), "unit").to_json()["shift"]) == 1


GOOD = {"rule": "unit", "shift": [0.0], "scale": [1.0]}


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "other"}, {"rule": ["unit"]}, {"shift": []}, {"shift": [1.0, 2.0]}, {"shift": [float("nan")]}, {"scale": [0.0]},
        {"shift": [0.0, 1.0], "scale": [1.0, 0.0]},
        {"scale": "abc"}, {"scale": None}, {"shift": [[0.0]], "scale": [[1.0]]}, {"shift": {"a": 1}},
    ],
)  # fmt: skip
def test_json_that_is_no_normalisation_is_refused(change):
    Normalisation.from_json(GOOD)
    with pytest.raises(DataError, match=r"[Nn]ormalisation") as caught:
        Normalisation.from_json(GOOD | change)
    assert "归一化" in caught.value.say("zh")
    with pytest.raises(DataError, match="a rule, a shift and a scale"):
        Normalisation.from_json({k: v for k, v in GOOD.items() if k not in change})


@pytest.mark.parametrize("given", [[], "unit", None, 3])
def test_json_that_is_no_object_is_refused(given):
    with pytest.raises(DataError, match="a rule, a shift and a scale"):
        Normalisation.from_json(given)


def test_a_person_is_told_the_numbers():
    assert "(x − 0) × 0.003922" in fit(Digits8().load().inputs[0], "unit").describe().en
    two = fit(numbers([[1, 10], [2, 30]]), "unit").describe()
    assert "1 … 10" in two.en
    assert "0.05 … 1" in two.zh


def test_inputs_are_named_where_their_numbers_differ():
    plain, unit = (
        Normalisation("none", np.zeros(1), np.ones(1)),
        Normalisation("unit", np.zeros(1), np.array([1 / 255])),
    )
    assert [w.en for w in described({"words": plain, "answer": plain})] == ["Inputs are used as they are."]
    told = described({"words": plain, "picture": unit})
    assert [w.en.partition(":")[0] for w in told] == ["words", "picture"] and "（" not in told[0].zh
    assert told[1].zh.startswith("picture：")
