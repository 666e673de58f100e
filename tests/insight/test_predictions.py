from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np

from core import project
from core.examples import examples
from core.insight.predictions import PAGE
from core.training.session import Session
from tests.insight.conftest import look, opened
from tests.networks import DIGITS8


def test_the_top_three_and_the_verdict_are_those_of_the_network(digits):
    answer = look(digits, "predictions", sample=30)
    rows = answer["rows"]
    assert rows.tolist() == list(range(30, 30 + PAGE))
    share = digits.predict(digits.held_out.inputs[0].array[rows])[0]
    truth = digits.held_out.targets[0].array[rows]
    assert answer["target"].tolist() == [str(t) for t in truth]
    assert answer["predicted"].tolist() == [str(p) for p in share.argmax(axis=1)]
    np.testing.assert_array_equal(answer["right"], share.argmax(axis=1) == truth)
    np.testing.assert_allclose(answer["probability"], -np.sort(-share, axis=1)[:, :3], rtol=1e-4, atol=1e-7)
    np.testing.assert_array_equal(answer["picture"], digits.held_out.inputs[0].array[rows])


def test_the_last_page_is_a_full_one(digits):
    rows = look(digits, "predictions", sample=len(digits.held_out) - 2)["rows"]
    assert rows.tolist() == list(range(len(digits.held_out) - PAGE, len(digits.held_out)))


def test_mistakes_are_the_wrong_ones_worst_first(digits):
    answer = look(digits, "mistakes")
    scanned = int(answer["scanned"])
    share = digits.predict(digits.held_out.inputs[0].array[:scanned])[0]
    truth = digits.held_out.targets[0].array[:scanned]
    wrong = np.flatnonzero(share.argmax(axis=1) != truth)
    assert len(wrong) > 0
    assert set(answer["rows"].tolist()) <= set(wrong.tolist())
    assert len(answer["rows"]) == min(PAGE, len(wrong))
    assert not answer["right"].any()
    by = share[answer["rows"]].max(axis=1) - share[answer["rows"], truth[answer["rows"]]]
    assert (np.diff(by) <= 1e-6).all()


def test_a_network_without_mistakes_says_so(digits, monkeypatch):
    from core.insight import predictions

    monkeypatch.setattr(predictions, "_errors", lambda session, rows: np.zeros(len(rows)))
    answer = look(digits, "mistakes")
    assert len(answer["rows"]) == 0
    assert int(answer["scanned"]) > 0


def test_two_valued_numbers_are_judged_by_the_side_they_fall_on(circle):
    answer = look(circle, "predictions")
    said = circle.predict(circle.held_out.inputs[0].array[:PAGE])[0]
    np.testing.assert_allclose(answer["value"], said, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(answer["right"], np.sign(said[:, 0]) == circle.held_out.targets[0].array[:PAGE, 0])
    assert answer["features"].tolist() == ["x1", "x2"]


def test_an_autoencoder_is_shown_in_the_units_of_its_data():
    blocks = (
        {"type": "input", "shape": [8, 8, 1]}, {"type": "flatten"}, {"type": "dense", "units": 64},
        {"type": "reshape", "shape": [8, 8, 1]}, {"type": "output", "loss": "mean_squared_error", "learns": "inputs"},
    )  # fmt: skip
    session = opened(*blocks, data=DIGITS8, steps=60)
    try:
        answer = look(session, "predictions")
        x = session.held_out.inputs[0].array[:PAGE]
        unit = session.predict(x)[0]  # what it learnt to repeat: pixels brought to 0 … 1
        shift, scale = session.norms["input-0"].shift, session.norms["input-0"].scale
        np.testing.assert_allclose(
            answer["reconstruction"].reshape(PAGE, -1), unit.reshape(PAGE, -1) / scale + shift, rtol=1e-4
        )
        assert answer["reconstruction"].max() > 2  # not left at 0 … 1
        assert "right" not in answer
        assert len(look(session, "mistakes")["rows"]) == PAGE
    finally:
        session.close()


def test_classes_of_steps_are_shown_step_by_step():
    blocks = (
        {"type": "input", "shape": [8]}, {"type": "embedding"}, {"type": "dense", "units": 10}, {"type": "output"},
    )  # fmt: skip
    session = opened(*blocks, data={"source": "tokens_task", "task": "reverse"}, steps=2)
    try:
        answer = look(session, "predictions")
        field = session.held_out.inputs[0]
        assert answer["tokens"][0].tolist() == [field.classes[i] for i in field.array[0]]
        assert answer["target_steps"][0].tolist() == answer["tokens"][0].tolist()[::-1]
        np.testing.assert_array_equal(answer["right_steps"], answer["target_steps"] == answer["predicted_steps"])
    finally:
        session.close()


def test_pixels_are_shown_as_maps_beside_the_picture():
    blocks = (
        {"type": "input", "shape": [16, 16, 3]},
        {"type": "conv2d", "filters": 4, "kernel_size": 3, "padding": "same"},
        {"type": "output", "per_pixel": True},
    )
    data = {"source": "shape_pixels", "samples": 40, "size": 16}
    with closing(opened(*blocks, data=data, validation=0.5)) as session:
        answer = look(session, "predictions", sample=3)
        rows = answer["rows"]
        said = session.predict(session.held_out.inputs[0].array[rows])[0].argmax(axis=-1)
        wanted = session.held_out.targets[0].array[rows]
        np.testing.assert_array_equal(answer["target_map"], wanted)
        np.testing.assert_array_equal(answer["map"], said)
        np.testing.assert_allclose(
            answer["pixels_right"], (said == wanted).reshape(len(rows), -1).mean(axis=1), rtol=1e-6
        )
        assert set(look(session, "mistakes")["rows"].tolist()) <= set(range(20))


def test_padding_has_no_name_and_counts_as_right():
    blocks = (
        {"type": "input", "shape": [14]},
        {"type": "embedding", "vocabulary": 26, "width": 4},
        {"type": "dense", "units": 26},
        {"type": "output"},
    )
    with closing(opened(*blocks, data={"source": "made_names", "samples": 60}, validation=0.5)) as session:
        answer = look(session, "predictions")
        wanted = session.held_out.targets[0].array[answer["rows"]]
        assert (answer["right_steps"][wanted == 0]).all()
        assert (answer["target_steps"][wanted == 0] == "").all()
        assert (answer["predicted_steps"][wanted == 0] == "").all()
        assert not answer["right_steps"][wanted > 0].all()


def test_a_second_output_that_learns_boxes_has_them_drawn():
    document = project.load(next(e for e in examples() if e.id == "detector").path)
    with closing(Session(document, replace(document.data.source, samples=40).load(), threads=1)) as session:
        answer = look(session, "predictions")
        boxes = session.predict(session.held_out.inputs[0].array[answer["rows"]])[1]
        np.testing.assert_allclose(answer["box"], boxes, rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(answer["target_box"], session.held_out.targets[1].array[answer["rows"]])
        assert answer["box"].shape == (8, 4)
